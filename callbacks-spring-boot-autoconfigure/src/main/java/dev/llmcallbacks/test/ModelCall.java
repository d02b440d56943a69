package dev.llmcallbacks.test;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.run.Outcome;

/**
 * A call that a {@link ScriptedChatModel} has received.
 */
public final class ModelCall {

	private final ChatRequest request;

	private final boolean streaming;

	private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

	ModelCall(ChatRequest request, boolean streaming) {
		this.request = request;
		this.streaming = streaming;
	}

	/**
	 * Return what was asked.
	 * @return the request
	 */
	public ChatRequest request() {
		return this.request;
	}

	/**
	 * Whether a streamed answer was requested.
	 * @return whether it was streamed
	 */
	public boolean isStreaming() {
		return this.streaming;
	}

	/**
	 * Return how the call ended.
	 * @return the outcome, or {@code null} while the call goes on
	 */
	public @Nullable Outcome outcome() {
		return this.outcome.get();
	}

	// A subscriber may cancel what has ended already
	void ended(Outcome outcome) {
		this.outcome.compareAndSet(null, outcome);
	}

	@Override
	public String toString() {
		return (this.streaming ? "stream of " : "call of ") + this.request.messages() + " " + outcome();
	}

}
