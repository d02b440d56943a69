package dev.llmcallbacks.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunInfo;

/**
 * Events of one call of a model, for a run of type {@code LLM}: those of a
 * {@link ChatClient}, and of any other client that opens such runs.
 *
 * @param <T> the type of item that the model sends: chunks, or a whole response
 */
public abstract sealed class LlmRunEvents<T> implements RunEvents<T> permits StreamedLlmEvents, WholeLlmEvents {

	private final ChatRequest request;

	private final String provider;

	/** Written by the thread of each attempt. */
	private volatile @Nullable ChatRequest sent;

	private @Nullable LlmResult result;

	LlmRunEvents(ChatRequest request, String provider) {
		this.request = request;
		this.provider = provider;
	}

	/**
	 * Create the events of a call whose response is streamed.
	 * @param request the request, as the start event describes it
	 * @param provider the name of the service that is called
	 * @return the events, of one run
	 */
	public static LlmRunEvents<ChatChunk> streamed(ChatRequest request, String provider) {
		return new StreamedLlmEvents(request, provider);
	}

	/**
	 * Create the events of a call whose response comes as a whole.
	 * @param request the request, as the start event describes it
	 * @param provider the name of the service that is called
	 * @return the events, of one run
	 */
	public static LlmRunEvents<ChatResponse> whole(ChatRequest request, String provider) {
		return new WholeLlmEvents(request, provider);
	}

	/**
	 * Take note that the model is about to be called. To be called on the thread that
	 * calls it; the time to the first token is counted from here. A run that ends before
	 * has not called the model ({@link LlmEnd#modelCalled()}).
	 * @param request the request that it receives
	 */
	public void calling(ChatRequest request) {
		this.sent = request;
	}

	/**
	 * Take note that a signal of the model has arrived. To be called for each signal, on
	 * any thread, before its items are passed on, or not at all: items count from when
	 * they are passed on then, which is later where handlers hold them up.
	 */
	public void arrived() {
	}

	/**
	 * Return what has arrived so far.
	 * @return the answer, whole or in part
	 */
	abstract ChatResponse answer();

	@Nullable Duration timeToFirstToken() {
		return null;
	}

	@Nullable Duration timePerOutputToken() {
		return null;
	}

	/**
	 * Return the result of the run that has ended.
	 * @return the result, whole or in part; {@code null} before
	 */
	public @Nullable LlmResult result() {
		return this.result;
	}

	@Override
	public RunStart started(Run run) {
		return new ChatModelStart(run, run.startedAt(), this.request.messages(), this.request.options(),
				this.request.tools(), this.provider);
	}

	@Override
	public final RunEnd completed(Run run, Duration duration) {
		LlmResult result = resultOf(run);
		ExhaustedTokens.warn(run, result);
		return new LlmEnd(run, Instant.now(), duration, request(), isModelCalled(), result, timeToFirstToken(),
				timePerOutputToken());
	}

	@Override
	public final RunEnd failed(Run run, Duration duration, Throwable error) {
		return new LlmError(run, Instant.now(), duration, error, request(), isModelCalled(), resultOf(run),
				timeToFirstToken(), timePerOutputToken());
	}

	@Override
	public final RunEnd cancelled(Run run, Duration duration) {
		return new LlmCancel(run, Instant.now(), duration, request(), isModelCalled(), resultOf(run),
				timeToFirstToken(), timePerOutputToken());
	}

	private ChatRequest request() {
		ChatRequest sent = this.sent;
		return (sent != null) ? sent : this.request;
	}

	boolean isModelCalled() {
		return this.sent != null;
	}

	private LlmResult resultOf(Run run) {
		ChatResponse answer = answer();
		this.result = new LlmResult(List.of(answer.generations()), answer.llmOutput(), List.of(new RunInfo(run.id())));
		return this.result;
	}

}
