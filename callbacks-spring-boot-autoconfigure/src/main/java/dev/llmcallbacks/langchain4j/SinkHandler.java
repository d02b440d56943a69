package dev.llmcallbacks.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

import dev.llmcallbacks.message.ChatChunk;

/**
 * Emits a streamed response of LangChain4j to a sink. What comes after the end or after
 * cancellation is ignored: some models go on after an error. Used by one thread at a
 * time, except for cancellation.
 */
final class SinkHandler implements StreamingChatResponseHandler {

	private final FluxSink<ChatChunk> sink;

	private final ResponseChunks chunks;

	private final Failures failures;

	private final Cancellation cancellation = new Cancellation();

	/** An error inside the stream that LangChain4j has not noticed. */
	private @Nullable Throwable reported;

	SinkHandler(FluxSink<ChatChunk> sink, ResponseChunks chunks, Failures failures) {
		this.sink = sink;
		this.chunks = chunks;
		this.failures = failures;
		sink.onCancel(this.cancellation::cancel);
	}

	@Override
	public void onPartialResponse(String partialResponse) {
		next(this.chunks.text(partialResponse));
	}

	@Override
	public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
		this.cancellation.enable(context.streamingHandle());
		next(this.chunks.text(partialResponse.text()));
	}

	@Override
	public void onPartialThinking(PartialThinking partialThinking) {
		next(this.chunks.reasoning(partialThinking.text()));
	}

	@Override
	public void onPartialThinking(PartialThinking partialThinking, PartialThinkingContext context) {
		this.cancellation.enable(context.streamingHandle());
		next(this.chunks.reasoning(partialThinking.text()));
	}

	@Override
	public void onPartialToolCall(PartialToolCall partialToolCall) {
		next(this.chunks.toolCall(partialToolCall));
	}

	@Override
	public void onPartialToolCall(PartialToolCall partialToolCall, PartialToolCallContext context) {
		this.cancellation.enable(context.streamingHandle());
		next(this.chunks.toolCall(partialToolCall));
	}

	@Override
	public void onCompleteToolCall(CompleteToolCall completeToolCall) {
		ChatChunk chunk = this.chunks.toolCall(completeToolCall);
		if (chunk != null) {
			next(chunk);
		}
	}

	@Override
	public void onUnmappedRawEvent(Object rawEvent) {
		this.reported = (this.reported != null) ? this.reported : this.failures.reported(rawEvent);
	}

	@Override
	public void onCompleteResponse(ChatResponse completeResponse) {
		if (this.reported != null) {
			this.sink.error(this.reported);
			return;
		}
		this.chunks.complete(completeResponse).forEach(this::next);
		if (this.chunks.isBegun() || completeResponse.finishReason() != null) {
			this.sink.complete();
		}
		else {
			this.sink.error(this.failures.noAnswer());
		}
	}

	@Override
	public void onError(Throwable error) {
		this.sink.error(error);
	}

	private void next(ChatChunk chunk) {
		this.sink.next(chunk);
	}

}
