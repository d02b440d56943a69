package dev.llmcallbacks.provider;

import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ClientHttpRequest;
import reactor.core.Disposable;

/**
 * An exchange whose response nobody reads yet. When one is cancelled just as its response
 * arrives, Spring's connector for Reactor Netty reads the body to its end, however long
 * that takes; so the connection is closed first. Once the body is being read, cancelling
 * that is enough, and the connection must be left alone: it may serve another exchange
 * already.
 */
final class UnreadExchange {

	private volatile @Nullable Disposable connection;

	private volatile boolean read;

	private volatile boolean cancelled;

	/**
	 * A request is about to be sent.
	 * @param request the request
	 */
	void sending(ClientHttpRequest request) {
		Object nativeRequest = request.getNativeRequest();
		this.connection = (nativeRequest instanceof Disposable disposable) ? disposable : null;
	}

	/**
	 * The body of the response is about to be read.
	 */
	void reading() {
		this.read = true;
	}

	/**
	 * Whether nobody wants the response any more, so that its end is no failure.
	 * @return whether the exchange was cancelled
	 */
	boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Nobody wants the response any more.
	 */
	void cancel() {
		this.cancelled = true;
		Disposable current = this.connection;
		if (current != null && !this.read) {
			current.dispose();
		}
	}

}
