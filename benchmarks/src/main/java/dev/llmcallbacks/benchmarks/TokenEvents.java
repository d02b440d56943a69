package dev.llmcallbacks.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Run;

/**
 * The events of a run whose items are tokens, without what a client does besides.
 */
final class TokenEvents implements RunEvents<ChatChunk> {

	private static final ChatRequest REQUEST = new ChatRequest(List.of());

	private static final List<ChatMessage> MESSAGES = List.of(new HumanMessage("Tell me a joke"));

	private static final LlmResult RESULT = new LlmResult(List.of(), LlmOutput.NONE, List.of());

	private final long origin = System.nanoTime();

	private long acceptedAt;

	@Override
	public RunStart started(Run run) {
		return new ChatModelStart(run, run.startedAt(), MESSAGES, ChatOptions.NONE, List.of(), "test");
	}

	@Override
	public void accept(ChatChunk chunk) {
		this.acceptedAt = System.nanoTime();
	}

	@Override
	public Class<? extends CallbackEvent> itemEventType() {
		return LlmNewToken.class;
	}

	@Override
	public CallbackEvent itemEvent(Run run, ChatChunk chunk) {
		return new LlmNewToken(run, run.startedAt().plusNanos(this.acceptedAt - this.origin), chunk.text(),
				chunk.choice(), chunk);
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return new LlmEnd(run, Instant.now(), duration, REQUEST, true, RESULT, null, null);
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		return new LlmError(run, Instant.now(), duration, error, REQUEST, true, RESULT, null, null);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return new LlmCancel(run, Instant.now(), duration, REQUEST, true, RESULT, null, null);
	}

}
