package dev.llmcallbacks.provider;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class ToolArgumentsTests {

	@Test
	void shouldParseObject() {
		assertThat(ToolArguments.parse("{\"b\":[1,\"x\"],\"a\":null,\"c\":1.5}"))
			.containsExactly(entry("b", List.of(1, "x")), entry("a", null), entry("c", 1.5));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "null", "[1]", "17", "\"x\"", "{\"a\":", "{\"a\":1} x", "nonsense" })
	void shouldGiveNothingWhenTextIsNoObject(String json) {
		assertThat(ToolArguments.parse(json)).isEmpty();
	}

}
