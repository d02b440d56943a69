package dev.llmcallbacks.client;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.provider.AnswerAssembler;
import dev.llmcallbacks.run.Run;

/**
 * Events of a call whose answer is streamed.
 */
final class StreamedLlmEvents extends LlmRunEvents<ChatChunk> {

	private final AnswerAssembler assembler = new AnswerAssembler();

	private final SignalClock clock = new SignalClock();

	/** By the clock of {@code System.nanoTime}, when the run's timestamp was taken. */
	private long origin;

	private long calledAt;

	private long firstAt;

	private long lastAt;

	private long chunks;

	private long timestampAt;

	private @Nullable Instant timestamp;

	StreamedLlmEvents(ChatRequest request, String provider) {
		super(request, provider);
	}

	@Override
	public RunStart started(Run run) {
		this.origin = System.nanoTime();
		return super.started(run);
	}

	/**
	 * Return the clock that has to be set when chunks arrive.
	 * @return the clock
	 */
	SignalClock clock() {
		return this.clock;
	}

	@Override
	public void arrived() {
		this.clock.tick();
	}

	@Override
	public void calling(ChatRequest request) {
		// a decorator may call the model again after it has emitted something
		if (this.chunks == 0) {
			this.calledAt = System.nanoTime();
		}
		super.calling(request);
	}

	@Override
	public void accept(ChatChunk chunk) {
		this.assembler.add(chunk);
		if (chunk.hasContent()) {
			this.lastAt = this.clock.arrivedAtOrNow();
			this.firstAt = (this.chunks == 0) ? this.lastAt : this.firstAt;
			this.chunks++;
		}
	}

	@Override
	public Class<? extends CallbackEvent> itemEventType() {
		return LlmNewToken.class;
	}

	@Override
	public @Nullable CallbackEvent itemEvent(Run run, ChatChunk chunk) {
		if (!chunk.hasContent()) {
			return null;
		}
		return new LlmNewToken(run, timestamp(run), chunk.text(), chunk.choice(), chunk);
	}

	// chunks that arrived together have one time, and times never go back
	private Instant timestamp(Run run) {
		if (this.timestamp == null || this.timestampAt != this.lastAt) {
			this.timestamp = run.startedAt().plusNanos(this.lastAt - this.origin);
			this.timestampAt = this.lastAt;
		}
		return this.timestamp;
	}

	@Override
	ChatResponse answer() {
		return this.assembler.toResponse();
	}

	@Override
	@Nullable Duration timeToFirstToken() {
		return (this.chunks > 0 && isModelCalled() && this.firstAt >= this.calledAt)
				? Duration.ofNanos(this.firstAt - this.calledAt) : null;
	}

	@Override
	@Nullable Duration timePerOutputToken() {
		return (this.chunks > 1) ? Duration.ofNanos((this.lastAt - this.firstAt) / (this.chunks - 1)) : null;
	}

}
