package dev.llmcallbacks.benchmarks.load;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

/**
 * Reads an answer's bytes with a bare {@code WebClient} and throws them away: what no
 * reader can do without.
 */
public final class BytesReader {

	private final WebClient webClient;

	private final String uri;

	/**
	 * Create a reader.
	 * @param protocol the protocol
	 * @param webClientBuilder what the HTTP client is built from
	 * @param baseUrl scheme, host and port
	 */
	public BytesReader(Protocol protocol, WebClient.Builder webClientBuilder, String baseUrl) {
		this.webClient = webClientBuilder.build();
		this.uri = baseUrl + protocol.path();
	}

	/**
	 * Ask for an answer.
	 * @return the sizes of the pieces in which it comes
	 */
	public Flux<Integer> read() {
		return this.webClient.post()
			.uri(this.uri)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("{}")
			.retrieve()
			.bodyToFlux(DataBuffer.class)
			.map(BytesReader::drop);
	}

	private static int drop(DataBuffer buffer) {
		int size = buffer.readableByteCount();
		DataBufferUtils.release(buffer);
		return size;
	}

}
