package dev.llmcallbacks.provider;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.timer.FixedDelay;

/**
 * The chunks of an answer, those together that were complete with one buffer. Each
 * subscription is an exchange of its own. One operator does what nine of Reactor's could
 * do, because each token of a slow answer would have to fetch all of theirs from memory.
 */
final class AnswerFlux extends Flux<List<ChatChunk>> {

	private final Function<Exchange, Flux<DataBuffer>> request;

	private final Failures failures;

	private final FixedDelay grace;

	/**
	 * Create the chunks of an answer.
	 * @param request begins an exchange, tells it what comes of it, and returns the body
	 * of its response
	 * @param failures makes the exceptions
	 * @param grace how long the body may go on after the answer's end marker
	 */
	AnswerFlux(Function<Exchange, Flux<DataBuffer>> request, Failures failures, FixedDelay grace) {
		this.request = request;
		this.failures = failures;
		this.grace = grace;
	}

	@Override
	public void subscribe(CoreSubscriber<? super List<ChatChunk>> actual) {
		Exchange exchange = new Exchange(actual, this);
		Flux<DataBuffer> body;
		try {
			body = this.request.apply(exchange);
		}
		catch (RuntimeException ex) {
			Operators.error(actual, ex);
			return;
		}
		body.subscribe(exchange);
	}

	/**
	 * One request and its response. A buffer is read, and released, as soon as it comes.
	 * One that completes no chunk is made up for by asking for another, so that what the
	 * end of the body brings has been asked for, too.
	 * <p>
	 * Signals of the body come one after another. What else may end the exchange are the
	 * subscriber, at any time and on any thread, and the grace, on a thread of its own
	 * once the last chunk has been handed on.
	 */
	static final class Exchange implements CoreSubscriber<DataBuffer>, Subscription {

		private final CoreSubscriber<? super List<ChatChunk>> actual;

		private final AnswerFlux answer;

		private final Context context;

		// written as the request is sent, and as its response arrives

		private volatile @Nullable Disposable connection;

		private volatile boolean reading;

		private @Nullable AnswerReader reader;

		// written before anything is asked for

		private Subscription body = Operators.emptySubscription();

		// written by whoever ends the exchange

		private volatile boolean ended;

		// written with the end marker

		private volatile @Nullable Disposable grace;

		Exchange(CoreSubscriber<? super List<ChatChunk>> actual, AnswerFlux answer) {
			this.actual = actual;
			this.answer = answer;
			this.context = Operators.enableOnDiscard(actual.currentContext(), Exchange::release);
		}

		private static void release(Object discarded) {
			if (discarded instanceof DataBuffer buffer) {
				DataBufferUtils.release(buffer);
			}
		}

		/**
		 * The request is about to be sent.
		 * @param request the request
		 */
		void sending(ClientHttpRequest request) {
			Object nativeRequest = request.getNativeRequest();
			this.connection = (nativeRequest instanceof Disposable disposable) ? disposable : null;
		}

		/**
		 * The response has begun, and is an answer.
		 * @param reader reads its body
		 */
		void answered(AnswerReader reader) {
			this.reader = reader;
		}

		/**
		 * The body of the response is about to be read.
		 */
		void reading() {
			this.reading = true;
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		public void onSubscribe(Subscription body) {
			this.body = body;
			this.actual.onSubscribe(this);
		}

		@Override
		public void request(long n) {
			this.body.request(n);
		}

		@Override
		public void onNext(DataBuffer buffer) {
			AnswerReader reader = this.reader;
			if (this.ended || reader == null) {
				DataBufferUtils.release(buffer);
				return;
			}
			List<ChatChunk> chunks = reader.read(buffer);
			if (!chunks.isEmpty()) {
				this.actual.onNext(chunks);
			}
			if (reader.failure() != null) {
				this.body.cancel();
				finish(reader);
				return;
			}
			if (reader.isComplete() && this.grace == null) {
				waitForEnd();
			}
			if (chunks.isEmpty()) {
				this.body.request(1);
			}
		}

		// Whoever waits for the end of the body, which should come at once after the
		// answer's, lets the connection be used again.
		private void waitForEnd() {
			Disposable grace = this.answer.grace.schedule(() -> {
				if (claimEnd()) {
					this.body.cancel();
					this.actual.onComplete();
				}
			});
			this.grace = grace;
			if (this.ended) {
				grace.dispose();
			}
		}

		@Override
		public void onError(Throwable error) {
			AnswerReader reader = this.reader;
			if (reader != null && reader.isComplete()) {
				onComplete();
			}
			else if (claimEnd()) {
				this.actual.onError((reader != null) ? reader.broken(error) : failure(error));
			}
		}

		private Throwable failure(Throwable error) {
			return (error instanceof WebClientRequestException) ? this.answer.failures.beforeResponse(error) : error;
		}

		@Override
		public void onComplete() {
			AnswerReader reader = this.reader;
			if (reader != null) {
				finish(reader);
			}
			else if (claimEnd()) {
				this.actual.onComplete();
			}
		}

		private void finish(AnswerReader reader) {
			List<ChatChunk> last = reader.end();
			if (!last.isEmpty()) {
				this.actual.onNext(last);
			}
			if (claimEnd()) {
				ChatModelException failure = reader.failure();
				if (failure != null) {
					this.actual.onError(failure);
				}
				else {
					this.actual.onComplete();
				}
			}
		}

		/**
		 * Nobody wants the rest of the response. When that comes just as the response
		 * arrives, and nobody reads it yet, Spring's connector for Reactor Netty would
		 * read the body to its end, however long that takes; so the connection is closed
		 * first. Once the body is being read, cancelling that is enough, and the
		 * connection must be left alone: it may serve another exchange already.
		 */
		@Override
		public void cancel() {
			if (claimEnd()) {
				Disposable current = this.connection;
				if (current != null && !this.reading) {
					current.dispose();
				}
			}
			this.body.cancel();
		}

		private boolean claimEnd() {
			synchronized (this) {
				if (this.ended) {
					return false;
				}
				this.ended = true;
			}
			Disposable grace = this.grace;
			if (grace != null) {
				grace.dispose();
			}
			return true;
		}

	}

}
