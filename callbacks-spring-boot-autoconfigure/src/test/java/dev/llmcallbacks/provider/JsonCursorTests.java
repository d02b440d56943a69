package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JsonCursor}.
 */
class JsonCursorTests {

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\":", "{\"a\": ", "{\"a\":{", "{\"a\":[1,", "{\"a\":\"b", "{\"a\":1", "{\"a\":tr" })
	@DisplayName("G27 an object that ends in a value is malformed, whatever the value is read as")
	void shouldReportAValueWithoutAnEnd(String text) {
		assertMalformed(text, JsonCursor::raw);
		assertMalformed(text, JsonCursor::json);
		assertMalformed(text, JsonCursor::value);
		assertMalformed(text, JsonCursor::text);
		assertMalformed(text, JsonCursor::count);
		assertMalformed(text, (cursor) -> JsonCursor.valueOf(cursor.raw()));
	}

	private static void assertMalformed(String text, Consumer<JsonCursor> read) {
		JsonCursor cursor = new JsonCursor();
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> {
			cursor.open(bytes, 0, bytes.length);
			cursor.nextField();
			read.accept(cursor);
			cursor.nextField();
		});
	}

}
