package dev.llmcallbacks.provider;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Internal to the library: pools of Reactor Netty's connections for streams, each of
 * which occupies a connection until its answer is complete. Reactor Netty's own pool has
 * 500 connections for each server, and rejects what waits beyond twice as many.
 */
public final class ConnectionPool {

	/** Time after which a connection that is not used is closed. */
	private static final Duration MAX_IDLE_TIME = Duration.ofSeconds(30);

	private static final ClassLoader CLASS_LOADER = ConnectionPool.class.getClassLoader();

	private ConnectionPool() {
	}

	/**
	 * Create a pool.
	 * @param maxConnections maximum number of connections to each server, or {@code null}
	 * for no limit
	 * @param maxWait how long a call waits for a connection if there is a limit. Any
	 * number of calls may wait
	 * @return the pool, to be disposed of by the caller
	 */
	public static ConnectionProvider create(@Nullable Integer maxConnections, Duration maxWait) {
		return ConnectionProvider.builder("llm-callbacks")
			.maxConnections((maxConnections != null) ? maxConnections : Integer.MAX_VALUE)
			.pendingAcquireMaxCount(-1)
			.pendingAcquireTimeout(maxWait)
			.maxIdleTime(MAX_IDLE_TIME)
			.evictInBackground(MAX_IDLE_TIME)
			.lifo()
			.metrics(ClassUtils.isPresent("io.micrometer.core.instrument.MeterRegistry", CLASS_LOADER))
			.build();
	}

	/**
	 * Return a builder of HTTP clients for models that were given none.
	 * @return a builder whose connections are pooled without a limit if Reactor Netty is
	 * the client in use, else Spring's default
	 */
	static WebClient.Builder webClientBuilder() {
		boolean present = ClassUtils.isPresent("reactor.netty.http.client.HttpClient", CLASS_LOADER);
		return present ? Shared.webClientBuilder() : WebClient.builder();
	}

	/** Pool of all models that were given no HTTP client. Created on first use. */
	private static final class Shared {

		private static final HttpClient CLIENT = HttpClient.create(create(null, MAX_IDLE_TIME)).compress(true);

		static WebClient.Builder webClientBuilder() {
			return WebClient.builder().clientConnector(new ReactorClientHttpConnector(CLIENT));
		}

	}

}
