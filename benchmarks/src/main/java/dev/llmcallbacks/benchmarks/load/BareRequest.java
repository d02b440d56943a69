package dev.llmcallbacks.benchmarks.load;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClient.ResponseSpec;
import reactor.core.publisher.Flux;

/**
 * A request for an answer with a {@code WebClient} and nothing else.
 */
final class BareRequest {

	private final WebClient webClient;

	private final String uri;

	/**
	 * Create a request.
	 * @param protocol the protocol
	 * @param webClientBuilder what the HTTP client is built from
	 * @param baseUrl scheme, host and port
	 */
	BareRequest(Protocol protocol, WebClient.Builder webClientBuilder, String baseUrl) {
		this.webClient = webClientBuilder.build();
		this.uri = baseUrl + protocol.path();
	}

	ResponseSpec retrieve() {
		return this.webClient.post().uri(this.uri).contentType(MediaType.APPLICATION_JSON).bodyValue("{}").retrieve();
	}

	/**
	 * Ask for an answer.
	 * @return its bytes, each buffer for the taker to release
	 */
	Flux<DataBuffer> bytes() {
		return retrieve().bodyToFlux(DataBuffer.class);
	}

}
