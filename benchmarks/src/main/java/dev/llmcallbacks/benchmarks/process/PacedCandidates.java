package dev.llmcallbacks.benchmarks.process;

import java.util.function.Supplier;

import org.reactivestreams.Publisher;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.Stamp;
import dev.llmcallbacks.benchmarks.load.StampReader;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;

/**
 * Ways to read answers whose tokens tell when they were sent, over one pool of
 * connections.
 */
final class PacedCandidates implements AutoCloseable {

	private final PoolWatch pool = new PoolWatch();

	private final ConnectionProvider connections;

	private final WebClient.Builder webClientBuilder;

	private final Protocol protocol;

	private final String baseUrl;

	PacedCandidates(Protocol protocol, String baseUrl, int connections) {
		this.connections = ConnectionProvider.builder("benchmarks")
			.maxConnections(connections)
			.pendingAcquireMaxCount(-1)
			.metrics(true, () -> this.pool)
			.build();
		this.webClientBuilder = WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create(this.connections)));
		this.protocol = protocol;
		this.baseUrl = baseUrl;
	}

	/**
	 * Return a bare {@code WebClient} that looks for the stamps and for nothing else.
	 * @return asks for an answer: how long each token was on its way, in nanoseconds
	 */
	Supplier<Publisher<Long>> bare() {
		return new StampReader(this.protocol, this.webClientBuilder, this.baseUrl)::read;
	}

	/**
	 * Return a client.
	 * @param manager has the client's handlers
	 * @return asks for an answer: how long each token was on its way, in nanoseconds
	 */
	Supplier<Publisher<Long>> client(CallbackManager manager) {
		ChatClient client = ChatClient.builder(this.protocol.chatModel(this.webClientBuilder, this.baseUrl))
			.callbackManager(manager)
			.defaultOptions(ChatOptions.builder().model("model").build())
			.build();
		return () -> ages(client.prompt("Tell me a joke").content());
	}

	/**
	 * Return how many connections are in use.
	 * @return the number of connections that have been taken out of the pool
	 */
	int connections() {
		return this.pool.acquired();
	}

	private static Flux<Long> ages(Flux<String> texts) {
		return texts.map(Stamp::age);
	}

	@Override
	public void close() {
		this.connections.dispose();
	}

}
