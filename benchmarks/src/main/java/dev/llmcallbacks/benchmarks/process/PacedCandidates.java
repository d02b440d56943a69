package dev.llmcallbacks.benchmarks.process;

import java.util.function.Function;
import java.util.function.Supplier;

import org.reactivestreams.Publisher;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.codec.ServerSentEvent;
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

	/** Name of the events that have a token. */
	static final String TOKEN = "token";

	private static final String PROMPT = "Tell me a joke";

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
		ChatClient client = chatClient(manager);
		return () -> ages(client.prompt(PROMPT).content());
	}

	/**
	 * Return a client whose answers reach its subscriber as server-sent events.
	 * @param events makes the events of an answer
	 * @return asks for an answer: how long each token was on its way, in nanoseconds
	 */
	Supplier<Publisher<Long>> events(Function<ChatClient.PromptSpec, Flux<ServerSentEvent<String>>> events) {
		ChatClient client = chatClient(CallbackManager.builder().build());
		return () -> ages(events.apply(client.prompt(PROMPT))
			.filter((event) -> TOKEN.equals(event.event()))
			.mapNotNull(ServerSentEvent::data));
	}

	private ChatClient chatClient(CallbackManager manager) {
		return ChatClient.builder(this.protocol.chatModel(this.webClientBuilder, this.baseUrl))
			.callbackManager(manager)
			.defaultOptions(ChatOptions.builder().model("model").build())
			.build();
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
