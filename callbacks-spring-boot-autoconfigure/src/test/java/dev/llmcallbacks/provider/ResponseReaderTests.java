package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import tools.jackson.core.exc.StreamReadException;

import dev.llmcallbacks.message.ChatChunk;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResponseReader}: what is given back, and when. What answers mean is
 * tested with the models of each provider.
 */
class ResponseReaderTests {

	private final WordDecoder decoder = new WordDecoder();

	private final ResponseReader reader = new ResponseReader(ResponseHead.of(200, new HttpHeaders()), this.decoder,
			new ResponseLimits(1000),
			new ExceptionTranslator("test", new Origin("https", "host.test", 443), "/", new SecretMasker(List.of())),
			1000);

	@Test
	void shouldHoldOnToDecoderWhileTheAnswerGoesOn() {
		assertThat(read("data: a\n\ndata: b\n\n")).containsExactly(ChatChunk.text("a"), ChatChunk.text("b"));
		assertThat(read("data: c\n\n")).containsExactly(ChatChunk.text("c"));
		assertThat(this.decoder.held).isTrue();
	}

	@Test
	void shouldReleaseDecoderWhileEventsResembleEachOther() {
		read("data: a\n\n");
		read("data: \"b\"\n\n");
		assertThat(this.decoder.held).isTrue();
		assertThat(read("data: \"c\"\n\n")).containsExactly(ChatChunk.text("c"));
		assertThat(this.decoder.held).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "data: a\n\n", "data: end\n\n", "data: error\n\n", "data: malformed\n\n", "{\"a\": 1}" })
	void shouldReleaseDecoderAtTheEnd(String body) {
		read(body);
		this.reader.end();
		assertThat(this.decoder.held).isFalse();
	}

	private List<ChatChunk> read(String body) {
		return this.reader.read(DefaultDataBufferFactory.sharedInstance.wrap(body.getBytes(StandardCharsets.UTF_8)));
	}

	/** Takes each payload for a text, unless it says what it is. */
	private static final class WordDecoder implements ChatChunkDecoder {

		private boolean held;

		private @Nullable String quoted;

		@Override
		public boolean isKnown(String eventType) {
			return true;
		}

		@Override
		public Progress decodeEvent(String type, byte[] payload, int offset, int length, List<ChatChunk> chunks) {
			this.held = true;
			String word = new String(payload, offset, length, StandardCharsets.UTF_8);
			this.quoted = word.startsWith("\"") ? word.substring(1, word.length() - 1) : null;
			switch (word) {
				case "malformed" -> throw new StreamReadException(null, word);
				case "end" -> {
					return Progress.END;
				}
				case "error" -> {
					return Progress.ERROR;
				}
				default -> chunks.add(ChatChunk.text(word));
			}
			return Progress.MORE;
		}

		@Override
		public Progress decodeWhole(byte[] body, List<ChatChunk> chunks) {
			return decodeEvent("message", body, 0, body.length, chunks);
		}

		@Override
		public @Nullable String plainText() {
			return this.quoted;
		}

		@Override
		public int textStart() {
			return 1;
		}

		@Override
		public void end(List<ChatChunk> chunks) {
			this.held = false;
		}

		@Override
		public boolean hasAnswer() {
			return true;
		}

		@Override
		public ChatChunk resembling(String text) {
			return ChatChunk.text(text);
		}

		@Override
		public boolean isComplete() {
			return false;
		}

		@Override
		public void release() {
			this.held = false;
		}

	}

}
