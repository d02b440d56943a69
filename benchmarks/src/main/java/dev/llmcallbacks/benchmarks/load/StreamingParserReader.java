package dev.llmcallbacks.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an answer as one would who wants no library and no waste: cuts the lines out of
 * the buffers and looks for the one text that matters with Jackson's streaming parser.
 * Knows nothing of errors, usage or how an answer ends.
 */
public final class StreamingParserReader {

	private static final byte[] DATA = "data: {".getBytes(StandardCharsets.US_ASCII);

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final BareRequest request;

	private final String field;

	/**
	 * Create a reader.
	 * @param protocol the protocol
	 * @param webClientBuilder what the HTTP client is built from
	 * @param baseUrl scheme, host and port
	 */
	public StreamingParserReader(Protocol protocol, WebClient.Builder webClientBuilder, String baseUrl) {
		this.request = new BareRequest(protocol, webClientBuilder, baseUrl);
		this.field = protocol.textField();
	}

	/**
	 * Ask for an answer.
	 * @return the texts of its tokens
	 */
	public Flux<String> read() {
		return Flux.defer(() -> {
			ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
			return this.request.bytes().concatMapIterable((buffer) -> read(buffer, line), 1);
		});
	}

	private List<String> read(DataBuffer buffer, ByteArrayOutputStream line) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		List<String> texts = new ArrayList<>();
		int from = 0;
		for (int i = 0; i < bytes.length; i++) {
			if (bytes[i] == '\n') {
				line.write(bytes, from, i - from);
				from = i + 1;
				parse(line.toByteArray(), texts);
				line.reset();
			}
		}
		line.write(bytes, from, bytes.length - from);
		return texts;
	}

	private void parse(byte[] line, List<String> texts) {
		if (!startsWithData(line)) {
			return;
		}
		int payload = DATA.length - 1;
		try (JsonParser parser = MAPPER.createParser(line, payload, line.length - payload)) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				if (token == JsonToken.VALUE_STRING && this.field.equals(parser.currentName())
						&& parser.getStringLength() > 0) {
					texts.add(parser.getString());
				}
			}
		}
	}

	private static boolean startsWithData(byte[] line) {
		for (int i = 0; i < DATA.length; i++) {
			if (i >= line.length || line[i] != DATA[i]) {
				return false;
			}
		}
		return true;
	}

}
