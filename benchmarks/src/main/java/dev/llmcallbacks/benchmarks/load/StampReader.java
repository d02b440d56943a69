package dev.llmcallbacks.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

/**
 * Reads an answer's bytes with a bare {@code WebClient} and looks for the stamps in them:
 * the least that can tell when tokens arrive.
 */
public final class StampReader {

	private final BareRequest request;

	/**
	 * Create a reader.
	 * @param protocol the protocol
	 * @param webClientBuilder what the HTTP client is built from
	 * @param baseUrl scheme, host and port
	 */
	public StampReader(Protocol protocol, WebClient.Builder webClientBuilder, String baseUrl) {
		this.request = new BareRequest(protocol, webClientBuilder, baseUrl);
	}

	/**
	 * Ask for an answer.
	 * @return how long each token was on its way, in nanoseconds
	 */
	public Flux<Long> read() {
		return Flux.defer(() -> {
			Stamp.Finder finder = new Stamp.Finder();
			return this.request.bytes().<Long>flatMapIterable((buffer) -> look(buffer, finder));
		});
	}

	private static List<Long> look(DataBuffer buffer, Stamp.Finder finder) {
		List<Long> ages = new ArrayList<>(1);
		LongConsumer sink = ages::add;
		for (int i = buffer.readPosition(); i < buffer.writePosition(); i++) {
			finder.look(buffer.getByte(i), sink);
		}
		DataBufferUtils.release(buffer);
		return ages;
	}

}
