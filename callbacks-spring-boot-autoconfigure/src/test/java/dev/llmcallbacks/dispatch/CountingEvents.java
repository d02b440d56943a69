package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Run;

/**
 * Events of a run of texts, which count how often they are asked.
 */
final class CountingEvents implements RunEvents<String> {

	private static final ChatRequest REQUEST = new ChatRequest(List.of());

	final AtomicInteger accepted = new AtomicInteger();

	final AtomicInteger made = new AtomicInteger();

	@Override
	public RunStart started(Run run) {
		return new ChatModelStart(run, Instant.now(), List.of(), ChatOptions.NONE, List.of(), "test");
	}

	@Override
	public void accept(String item) {
		this.accepted.incrementAndGet();
	}

	@Override
	public Class<? extends CallbackEvent> itemEventType() {
		return LlmNewToken.class;
	}

	@Override
	public CallbackEvent itemEvent(Run run, String item) {
		this.made.incrementAndGet();
		return new LlmNewToken(run, Instant.now(), item, 0, ChatChunk.text(item));
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return new LlmEnd(run, Instant.now(), duration, REQUEST, true, result(), null, null);
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		return new LlmError(run, Instant.now(), duration, error, REQUEST, true, result(), null, null);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return new LlmCancel(run, Instant.now(), duration, REQUEST, true, result(), null, null);
	}

	private static LlmResult result() {
		return new LlmResult(List.of(List.of(new ChatGeneration(new AiMessage(""), null, null, Map.of()))),
				LlmOutput.NONE, List.of());
	}

}
