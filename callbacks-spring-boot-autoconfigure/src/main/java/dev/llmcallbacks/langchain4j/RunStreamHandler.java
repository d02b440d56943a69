package dev.llmcallbacks.langchain4j;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.client.LlmRunEvents;
import dev.llmcallbacks.dispatch.OpenRun;
import dev.llmcallbacks.message.ChatChunk;

/**
 * Feeds the run of a streamed call, and calls the handler of the application on the
 * thread that LangChain4j calls, with the current run of the caller: whatever an AI
 * service does there, such as calling tools and the model again, is inside its run.
 * <p>
 * The application's handler receives what it receives without the run. If something else
 * than the application stops the run, it receives an error.
 */
final class RunStreamHandler implements StreamingChatResponseHandler {

	private final OpenRun<ChatChunk> run;

	private final LlmRunEvents<ChatChunk> events;

	private final StreamingChatResponseHandler delegate;

	private final ResponseChunks chunks;

	private final Executor caller;

	private final Cancellation cancellation = new Cancellation();

	private @Nullable StreamingHandle handle;

	private @Nullable StreamingHandle handleOfRun;

	private boolean ended;

	// guarded by this

	private boolean calling;

	private boolean stopped;

	private @Nullable Throwable error;

	/** Written by the thread that cancels. */
	private volatile boolean cancelledByApplication;

	/** Whether something else has cancelled, so that the error is on its way. */
	private volatile boolean cancelledElsewhere;

	RunStreamHandler(OpenRun<ChatChunk> run, LlmRunEvents<ChatChunk> events, StreamingChatResponseHandler delegate,
			ResponseChunks chunks, Executor caller) {
		this.run = run;
		this.events = events;
		this.delegate = delegate;
		this.chunks = chunks;
		this.caller = caller;
		run.onCancel(this::cancelled);
	}

	private void cancelled() {
		this.cancelledElsewhere = !this.cancelledByApplication;
		this.cancellation.cancel();
		if (this.cancelledElsewhere) {
			this.run.ended()
				.whenCompleteAsync((nothing, ex) -> stop(unwrap(ex)), Schedulers.boundedElastic()::schedule);
		}
	}

	private static Throwable unwrap(@Nullable Throwable error) {
		if (error instanceof CompletionException && error.getCause() != null) {
			return error.getCause();
		}
		return (error != null) ? error : new CancellationException("The run was cancelled");
	}

	// the handler is called by one thread at a time
	private void stop(Throwable error) {
		synchronized (this) {
			if (this.stopped) {
				return;
			}
			this.stopped = true;
			if (this.calling) {
				this.error = error;
				return;
			}
		}
		this.caller.execute(() -> this.delegate.onError(error));
	}

	private void call(Runnable callback) {
		synchronized (this) {
			if (this.stopped || this.cancelledElsewhere) {
				return;
			}
			this.calling = true;
		}
		try {
			this.caller.execute(callback);
		}
		finally {
			Throwable error;
			synchronized (this) {
				this.calling = false;
				error = this.error;
			}
			if (error != null) {
				this.caller.execute(() -> this.delegate.onError(error));
			}
		}
	}

	// a handler that is behind paces the model, as far as the thread may wait
	private void accept(ChatChunk chunk) {
		this.events.arrived();
		this.run.accept(chunk);
		CompletableFuture<Void> passed = this.run.passed().toCompletableFuture();
		if (!passed.isDone() && !Schedulers.isInNonBlockingThread()) {
			try {
				passed.get();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (ExecutionException ex) {
				// the end says why
			}
		}
	}

	// one for all callbacks of a stream, as LangChain4j's own
	private StreamingHandle handle(StreamingHandle handle) {
		StreamingHandle ofRun = this.handleOfRun;
		if (ofRun == null || this.handle != handle) {
			ofRun = new RunHandle(handle);
			this.handle = handle;
			this.handleOfRun = ofRun;
			this.cancellation.enable(handle);
		}
		return ofRun;
	}

	@Override
	public void onPartialResponse(String partialResponse) {
		accept(this.chunks.text(partialResponse));
		call(() -> this.delegate.onPartialResponse(partialResponse));
	}

	@Override
	public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
		StreamingHandle handle = handle(context.streamingHandle());
		accept(this.chunks.text(partialResponse.text()));
		call(() -> this.delegate.onPartialResponse(partialResponse, new PartialResponseContext(handle)));
	}

	@Override
	public void onPartialThinking(PartialThinking partialThinking) {
		accept(this.chunks.reasoning(partialThinking.text()));
		call(() -> this.delegate.onPartialThinking(partialThinking));
	}

	@Override
	public void onPartialThinking(PartialThinking partialThinking, PartialThinkingContext context) {
		StreamingHandle handle = handle(context.streamingHandle());
		accept(this.chunks.reasoning(partialThinking.text()));
		call(() -> this.delegate.onPartialThinking(partialThinking, new PartialThinkingContext(handle)));
	}

	@Override
	public void onPartialToolCall(PartialToolCall partialToolCall) {
		accept(this.chunks.toolCall(partialToolCall));
		call(() -> this.delegate.onPartialToolCall(partialToolCall));
	}

	@Override
	public void onPartialToolCall(PartialToolCall partialToolCall, PartialToolCallContext context) {
		StreamingHandle handle = handle(context.streamingHandle());
		accept(this.chunks.toolCall(partialToolCall));
		call(() -> this.delegate.onPartialToolCall(partialToolCall, new PartialToolCallContext(handle)));
	}

	@Override
	public void onCompleteToolCall(CompleteToolCall completeToolCall) {
		ChatChunk chunk = this.chunks.toolCall(completeToolCall);
		if (chunk != null) {
			accept(chunk);
		}
		call(() -> this.delegate.onCompleteToolCall(completeToolCall));
	}

	@Override
	public void onUnmappedRawEvent(Object rawEvent) {
		call(() -> this.delegate.onUnmappedRawEvent(rawEvent));
	}

	@Override
	public void onCompleteResponse(ChatResponse completeResponse) {
		Throwable refused = this.ended ? null : complete(completeResponse);
		this.ended = true;
		if (refused != null) {
			call(() -> this.delegate.onError(refused));
		}
		else {
			call(() -> this.delegate.onCompleteResponse(completeResponse));
		}
	}

	// returns what the run has ended with, if the application does not know it
	private @Nullable Throwable complete(ChatResponse response) {
		this.chunks.complete(response).forEach(this::accept);
		this.run.complete();
		try {
			this.run.awaitEnd();
			return null;
		}
		catch (Throwable ex) {
			return this.cancelledByApplication ? null : ex;
		}
	}

	@Override
	public void onError(Throwable error) {
		fail(error);
		call(() -> this.delegate.onError(error));
	}

	/**
	 * The call has failed.
	 * @param error why
	 */
	void fail(Throwable error) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		Bridge.fail(this.run, error);
	}

	/** Handle of the application: cancels the run with the stream. */
	private final class RunHandle implements StreamingHandle {

		private final StreamingHandle handle;

		RunHandle(StreamingHandle handle) {
			this.handle = handle;
		}

		@Override
		public void cancel() {
			RunStreamHandler.this.cancelledByApplication = true;
			this.handle.cancel();
			RunStreamHandler.this.run.cancel();
		}

		@Override
		public boolean isCancelled() {
			return this.handle.isCancelled();
		}

	}

}
