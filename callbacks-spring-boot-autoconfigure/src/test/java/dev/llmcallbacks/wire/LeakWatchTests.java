package dev.llmcallbacks.wire;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LeakWatchTests {

	@Test
	void shouldFindBufferWhenNeverReleased() {
		loseBuffer();
		List<String> found = new ArrayList<>();
		for (int attempt = 0; attempt < 100 && found.isEmpty(); attempt++) {
			found.addAll(LeakWatch.take());
		}
		assertThat(found).singleElement().asString().contains("loseBuffer");
	}

	private static void loseBuffer() {
		ByteBufAllocator.DEFAULT.buffer(16);
	}

}
