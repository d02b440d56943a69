package dev.llmcallbacks.test;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.FinishReason;

/**
 * An answer that says, as every provider does, which model answers and why it ended.
 *
 * @param answer the answer, which may leave that open
 */
record FinishedAnswer(ScriptedAnswer answer) implements ScriptedAnswer {

	private static final String MODEL = "scripted";

	@Override
	public Flux<ChatChunk> chunks(ChatRequest request) {
		return Flux.defer(() -> {
			Progress progress = new Progress();
			return this.answer.chunks(request)
				.doOnNext(progress::note)
				.concatWith(Mono.fromSupplier(() -> progress.missing(request.options().model())));
		});
	}

	/**
	 * What an answer has told so far. Belongs to one subscription.
	 */
	private static final class Progress {

		private boolean wantsTools;

		private boolean finished;

		private boolean named;

		void note(ChatChunk chunk) {
			this.wantsTools |= !chunk.toolCalls().isEmpty();
			this.finished |= chunk.finishReason() != null;
			this.named |= chunk.model() != null;
		}

		@Nullable ChatChunk missing(@Nullable String model) {
			if (this.finished && this.named) {
				return null;
			}
			FinishReason reason = this.wantsTools ? FinishReason.TOOL_CALLS : FinishReason.STOP;
			String answering = (model != null) ? model : MODEL;
			return new ChatChunk(0, "", null, List.of(), this.finished ? null : reason, null, null,
					this.named ? null : answering, null, Map.of());
		}

	}

}
