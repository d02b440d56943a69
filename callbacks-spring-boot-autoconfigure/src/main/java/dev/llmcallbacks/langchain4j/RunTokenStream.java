package dev.llmcallbacks.langchain4j;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolExecution;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Token stream of an AI service that ends the run of the service. Used by one thread at a
 * time.
 */
final class RunTokenStream implements TokenStream {

	private static final Log logger = LogFactory.getLog(RunTokenStream.class);

	private final TokenStream delegate;

	private final ServiceRun run;

	private final Executor inRun;

	private boolean completes;

	/**
	 * Create a stream.
	 * @param delegate the stream of the AI service
	 * @param run the run of the service
	 * @param inRun executes tasks in place, with the run of the service as the current
	 * one
	 */
	RunTokenStream(TokenStream delegate, ServiceRun run, Executor inRun) {
		this.delegate = delegate;
		this.run = run;
		this.inRun = inRun;
	}

	@Override
	public TokenStream onPartialResponse(Consumer<String> partialResponseHandler) {
		this.delegate.onPartialResponse(partialResponseHandler);
		return this;
	}

	@Override
	public TokenStream onPartialResponseWithContext(BiConsumer<PartialResponse, PartialResponseContext> handler) {
		this.delegate.onPartialResponseWithContext(handler);
		return this;
	}

	@Override
	public TokenStream onPartialThinking(Consumer<PartialThinking> partialThinkingHandler) {
		this.delegate.onPartialThinking(partialThinkingHandler);
		return this;
	}

	@Override
	public TokenStream onPartialThinkingWithContext(BiConsumer<PartialThinking, PartialThinkingContext> handler) {
		this.delegate.onPartialThinkingWithContext(handler);
		return this;
	}

	@Override
	public TokenStream onPartialToolCall(Consumer<PartialToolCall> partialToolCallHandler) {
		this.delegate.onPartialToolCall(partialToolCallHandler);
		return this;
	}

	@Override
	public TokenStream onPartialToolCallWithContext(BiConsumer<PartialToolCall, PartialToolCallContext> handler) {
		this.delegate.onPartialToolCallWithContext(handler);
		return this;
	}

	@Override
	public TokenStream onRetrieved(Consumer<List<Content>> contentHandler) {
		this.delegate.onRetrieved(contentHandler);
		return this;
	}

	@Override
	public TokenStream onIntermediateResponse(Consumer<ChatResponse> intermediateResponseHandler) {
		this.delegate.onIntermediateResponse(intermediateResponseHandler);
		return this;
	}

	@Override
	public TokenStream beforeToolExecution(Consumer<BeforeToolExecution> beforeToolExecutionHandler) {
		this.delegate.beforeToolExecution(beforeToolExecutionHandler);
		return this;
	}

	@Override
	public TokenStream onUnmappedRawEvent(Consumer<Object> rawEventHandler) {
		this.delegate.onUnmappedRawEvent(rawEventHandler);
		return this;
	}

	@Override
	public TokenStream onToolExecuted(Consumer<ToolExecution> toolExecuteHandler) {
		this.delegate.onToolExecuted(toolExecuteHandler);
		return this;
	}

	@Override
	public TokenStream onCompleteResponse(Consumer<ChatResponse> completeResponseHandler) {
		this.completes = true;
		this.delegate.onCompleteResponse((response) -> {
			completed(response);
			completeResponseHandler.accept(response);
		});
		return this;
	}

	private void completed(ChatResponse response) {
		String text = response.aiMessage().text();
		this.run.completed((text != null) ? text : "");
	}

	@Override
	public TokenStream onError(Consumer<Throwable> errorHandler) {
		this.delegate.onError((error) -> errorHandler.accept(this.run.failed(error)));
		return this;
	}

	// LangChain4j would tell nobody of the error, and logs it in this way
	@Override
	public TokenStream ignoreErrors() {
		this.delegate.onError((error) -> logger.warn("Ignored error", this.run.failed(error)));
		return this;
	}

	@Override
	public void start() {
		if (!this.completes) {
			this.delegate.onCompleteResponse(this::completed);
		}
		this.run.start();
		try {
			this.inRun.execute(this.delegate::start);
		}
		catch (RuntimeException ex) {
			throw this.run.failed(ex);
		}
		catch (Error ex) {
			throw this.run.failed(ex);
		}
	}

}
