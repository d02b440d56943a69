package dev.llmcallbacks.benchmarks.load;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an answer as one would with what Spring and Jackson have: events as
 * {@link ServerSentEvent}s, and of each event's data a tree.
 */
public final class SpringTreeReader {

	private static final ParameterizedTypeReference<ServerSentEvent<String>> EVENT = new ParameterizedTypeReference<>() {
	};

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final Protocol protocol;

	private final BareRequest request;

	/**
	 * Create a reader.
	 * @param protocol the protocol
	 * @param webClientBuilder what the HTTP client is built from
	 * @param baseUrl scheme, host and port
	 */
	public SpringTreeReader(Protocol protocol, WebClient.Builder webClientBuilder, String baseUrl) {
		this.protocol = protocol;
		this.request = new BareRequest(protocol, webClientBuilder, baseUrl);
	}

	/**
	 * Ask for an answer.
	 * @return the texts of its tokens
	 */
	public Flux<String> read() {
		return this.request.retrieve().bodyToFlux(EVENT).handle(this::decode);
	}

	private void decode(ServerSentEvent<String> event, SynchronousSink<String> sink) {
		String data = event.data();
		if (data != null && !data.equals("[DONE]")) {
			String text = this.protocol.text(this.mapper.readTree(data));
			if (!text.isEmpty()) {
				sink.next(text);
			}
		}
	}

}
