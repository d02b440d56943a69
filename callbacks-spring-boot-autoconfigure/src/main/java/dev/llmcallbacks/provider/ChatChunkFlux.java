package dev.llmcallbacks.provider;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModelException;

/**
 * Flux of the chunks of a response, in lists of those that one buffer completes. Each
 * subscription is an exchange of its own. One operator takes the place of nine of
 * Reactor's, as each token of a slow response would have to load the state of all of
 * them.
 */
final class ChatChunkFlux extends Flux<List<ChatChunk>> implements Scannable {

	/** How long the body may go on after the end marker before it is closed. */
	private static final Duration GRACE = Duration.ofMillis(500);

	private final Function<Exchange, Flux<DataBuffer>> request;

	private final ExceptionTranslator exceptions;

	private ChatChunkFlux(Function<Exchange, Flux<DataBuffer>> request, ExceptionTranslator exceptions) {
		this.request = request;
		this.exceptions = exceptions;
	}

	/**
	 * Create a flux.
	 * @param request begins an exchange, informs it about the request and the response,
	 * and returns the body of the response
	 * @param exceptions makes the exceptions
	 * @return the flux
	 */
	static Flux<List<ChatChunk>> of(Function<Exchange, Flux<DataBuffer>> request, ExceptionTranslator exceptions) {
		return onAssembly(new ChatChunkFlux(request, exceptions));
	}

	@Override
	public void subscribe(CoreSubscriber<? super List<ChatChunk>> actual) {
		Exchange exchange = new Exchange(actual, this.exceptions);
		Flux<DataBuffer> body;
		try {
			body = this.request.apply(exchange);
		}
		catch (Throwable ex) {
			Operators.error(actual, ex);
			if (ex instanceof VirtualMachineError) {
				Exceptions.throwIfJvmFatal(ex);
			}
			return;
		}
		body.subscribe(exchange);
	}

	@Override
	public @Nullable Object scanUnsafe(Attr key) {
		return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
	}

	/**
	 * One request and its response. A buffer is read, and released, as soon as it
	 * arrives. For one that completes no chunk another is requested, so that what the end
	 * of the body brings has been requested, too.
	 * <p>
	 * Signals of the body are serial. The exchange may also be ended by the subscriber,
	 * at any time and on any thread, and by the grace, on a thread of its own once the
	 * last chunk has been handed on.
	 */
	static final class Exchange implements CoreSubscriber<DataBuffer>, Subscription, Scannable {

		private static final AtomicLongFieldUpdater<Exchange> REQUESTED = AtomicLongFieldUpdater
			.newUpdater(Exchange.class, "requested");

		private final CoreSubscriber<? super List<ChatChunk>> actual;

		private final ExceptionTranslator exceptions;

		private final Context context;

		// written as the request is sent, and as its response arrives

		private volatile @Nullable Disposable connection;

		private volatile @Nullable Subscription reading;

		private @Nullable ResponseReader reader;

		// written before anything is requested

		private @Nullable Subscription body;

		// written by the subscriber

		private volatile long requested;

		private volatile boolean closing;

		// written by signals of the body

		private long produced;

		// written by what ends the exchange

		private volatile boolean ended;

		// written with the end marker

		private volatile @Nullable Disposable grace;

		Exchange(CoreSubscriber<? super List<ChatChunk>> actual, ExceptionTranslator exceptions) {
			this.actual = actual;
			this.exceptions = exceptions;
			this.context = Operators.enableOnDiscard(actual.currentContext(), Exchange::release);
		}

		private static void release(Object discarded) {
			if (discarded instanceof DataBuffer buffer) {
				DataBufferUtils.release(buffer);
			}
		}

		/**
		 * The request is about to be sent, for the first time or to where a redirect
		 * leads.
		 * @param request the request
		 * @param origin where the request may be sent to
		 */
		void sending(ClientHttpRequest request, Origin origin) {
			Object nativeRequest = request.getNativeRequest();
			this.connection = (nativeRequest instanceof Disposable disposable) ? disposable : null;
			if (ReactorNettyRequest.isOne(nativeRequest)) {
				ReactorNettyRequest.prepareForResponse(nativeRequest);
				ReactorNettyRequest.redirectTarget(nativeRequest).ifPresent((target) -> {
					if (!Origin.of(target).equals(origin)) {
						throw this.exceptions.redirected(target);
					}
				});
			}
		}

		/**
		 * The response has begun, and is an answer.
		 * @param reader reads its body
		 */
		void answered(ResponseReader reader) {
			this.reader = reader;
		}

		/**
		 * The body of the response has been subscribed to.
		 * @param subscription cancels it
		 */
		void reading(Subscription subscription) {
			this.reading = subscription;
			if (this.ended) {
				subscription.cancel();
			}
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		public @Nullable Object scanUnsafe(Attr key) {
			if (key == Attr.PARENT) {
				return this.body;
			}
			if (key == Attr.ACTUAL) {
				return this.actual;
			}
			if (key == Attr.TERMINATED) {
				return this.ended;
			}
			if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
				return this.requested;
			}
			return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
		}

		@Override
		public void onSubscribe(Subscription body) {
			if (Operators.validate(this.body, body)) {
				this.body = body;
				this.actual.onSubscribe(this);
			}
		}

		@Override
		public void request(long n) {
			Subscription body = this.body;
			if (Operators.validate(n) && body != null) {
				Operators.addCap(REQUESTED, this, n);
				body.request(n);
			}
		}

		@Override
		public void onNext(DataBuffer buffer) {
			ResponseReader reader = this.reader;
			if (this.ended || reader == null) {
				DataBufferUtils.release(buffer);
				return;
			}
			List<ChatChunk> chunks = reader.read(buffer);
			if (!chunks.isEmpty()) {
				this.produced++;
				this.actual.onNext(chunks);
			}
			if (reader.failure() != null) {
				cancelBody();
				finish(reader);
				return;
			}
			if (reader.isComplete() && this.grace == null) {
				waitForEnd();
			}
			if (chunks.isEmpty() && this.body != null) {
				this.body.request(1);
			}
		}

		private void cancelBody() {
			if (this.body != null) {
				this.body.cancel();
			}
		}

		// The connection can be used again if the end of the body, which should follow
		// the end marker at once, has been read
		private void waitForEnd() {
			Disposable grace = Schedulers.parallel().schedule(() -> {
				if (claimEnd()) {
					cancelBody();
					this.actual.onComplete();
				}
			}, GRACE.toMillis(), TimeUnit.MILLISECONDS);
			this.grace = grace;
			if (this.ended) {
				grace.dispose();
			}
		}

		@Override
		public void onError(Throwable error) {
			ResponseReader reader = this.reader;
			if (reader != null && reader.isComplete()) {
				finish(reader);
			}
			else if (this.ended) {
				drop(error);
			}
			else if (reader != null) {
				reader.broken(error);
				finish(reader);
			}
			else if (claimEnd()) {
				this.actual.onError(failure(error));
			}
			else {
				drop(error);
			}
		}

		private void drop(Throwable error) {
			if (!this.closing) {
				Operators.onErrorDropped(error, this.context);
			}
		}

		private Throwable failure(Throwable error) {
			return (error instanceof WebClientRequestException) ? this.exceptions.beforeResponse(error) : error;
		}

		@Override
		public void onComplete() {
			ResponseReader reader = this.reader;
			if (reader != null) {
				finish(reader);
			}
			else if (claimEnd()) {
				this.actual.onComplete();
			}
		}

		private void finish(ResponseReader reader) {
			List<ChatChunk> last = reader.end();
			if (!last.isEmpty() && !this.ended && this.produced < this.requested) {
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
		 * The rest of the response is not wanted. If that is so just as the response
		 * arrives, before its body is subscribed to, Spring's connector for Reactor Netty
		 * would read the body to its end, however long that takes; so the connection is
		 * closed first, and the error that this causes is ignored. Once the body is being
		 * read, cancelling it is enough, and the connection must not be closed: it may
		 * serve another exchange already. The body itself is cancelled, too, as Reactor's
		 * operators between it and the exchange lose a cancel that they receive while
		 * they are being subscribed.
		 */
		@Override
		public void cancel() {
			if (claimEnd()) {
				Disposable current = this.connection;
				Subscription reading = this.reading;
				if (reading != null) {
					reading.cancel();
				}
				else if (current != null) {
					this.closing = true;
					current.dispose();
				}
			}
			cancelBody();
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
