package dev.llmcallbacks.wire;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KeyWatchTests {

	@Test
	@DisplayName("G31 a key that is printed anywhere in the test run is found")
	void shouldFindKeyWhenPrinted() {
		long before = KeyWatch.bytesSeen();
		String key = KeyWatch.KEYS.get(0);
		System.out.print("This is only a test: " + key.substring(0, 7));
		System.out.println(key.substring(7));
		assertThat(KeyWatch.bytesSeen()).isGreaterThan(before);
		KeyWatch watch = new KeyWatch();
		assertThatThrownBy(() -> watch.afterAll(null)).isInstanceOf(AssertionError.class)
			.hasMessageContaining("only a test")
			.hasMessageNotContaining(key);
		watch.afterAll(null);
	}

	@Test
	@DisplayName("G31 a key in an exception that a test was handed is found")
	void shouldFindKeyWhenItIsNotPrinted() {
		KeyWatch.search("Refused: " + KeyWatch.KEYS.get(1));
		KeyWatch watch = new KeyWatch();
		assertThatThrownBy(() -> watch.afterAll(null)).hasMessageContaining("Refused: <the key>");
		watch.afterAll(null);
	}

}
