package dev.llmcallbacks.run;

import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PrintableTextTests {

	private static final int MANY = 1_000;

	@Test
	void shouldReturnPrintableTextAsItIs() {
		String text = "Grüße, 世界 \uD83D\uDE00 \u200D é";
		assertThat(PrintableText.of(text, MANY)).isEqualTo(text);
		assertThat(PrintableText.of("", 0)).isEmpty();
	}

	@DisplayName("S8 control characters, line separators, controls of direction and unpaired surrogates are escaped")
	@ParameterizedTest
	@ValueSource(ints = { 0x00, 0x07, 0x08, 0x0B, 0x0C, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9B, 0x9F, 0x061C, 0x200E,
			0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0xD83D,
			0xDE00 })
	void shouldEscapeWhatDoesMoreThanPrint(int control) {
		assertThat(PrintableText.of("a" + (char) control + "b", MANY)).isEqualTo("a\\u%04xb".formatted(control));
	}

	@DisplayName("S8 line breaks and tabs are escaped")
	@Test
	void shouldEscapeLineBreaksInTheirShortForm() {
		assertThat(PrintableText.of("a\r\nb\tc", MANY)).isEqualTo("a\\r\\nb\\tc");
	}

	@ParameterizedTest
	@CsvSource({ "abcd, 4, abcd", "abcde, 4, abcd…", "'abc\u001b', 9, abc\\u001b", "'abc\u001b', 8, abc…",
			"abc\uD83D\uDE00, 4, abc…", "abc\uD83D\uDE00, 5, abc\uD83D\uDE00", "a\u001bcd, 4, a…" })
	void shouldCutBetweenCharacters(String text, int maxLength, String expected) {
		assertThat(PrintableText.of(text, maxLength)).isEqualTo(expected);
	}

	@DisplayName("S8 G41 the time depends on the length that is wanted, not on that of the text")
	@Test
	void shouldLookAtNoMoreThanItReturns() {
		String hostile = "\u001b".repeat(16 * 1024 * 1024);
		assertThat(PrintableText.of(hostile, 12)).isEqualTo("\\u001b\\u001b…");
		long begin = System.nanoTime();
		for (int i = 0; i < 1_000; i++) {
			PrintableText.of(hostile, 300);
		}
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
	}

}
