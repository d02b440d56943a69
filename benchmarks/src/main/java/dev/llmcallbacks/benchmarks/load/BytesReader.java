package dev.llmcallbacks.benchmarks.load;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

/**
 * Reads an answer's bytes with a bare {@code WebClient} and throws them away: what no
 * reader can do without.
 */
public final class BytesReader {

	private final BareRequest request;

	/**
	 * Create a reader.
	 * @param protocol the protocol
	 * @param webClientBuilder what the HTTP client is built from
	 * @param baseUrl scheme, host and port
	 */
	public BytesReader(Protocol protocol, WebClient.Builder webClientBuilder, String baseUrl) {
		this.request = new BareRequest(protocol, webClientBuilder, baseUrl);
	}

	/**
	 * Ask for an answer.
	 * @return the sizes of the pieces in which it comes
	 */
	public Flux<Integer> read() {
		return this.request.bytes().map(BytesReader::drop);
	}

	private static int drop(DataBuffer buffer) {
		int size = buffer.readableByteCount();
		DataBufferUtils.release(buffer);
		return size;
	}

}
