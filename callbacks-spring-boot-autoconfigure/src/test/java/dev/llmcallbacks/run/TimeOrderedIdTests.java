package dev.llmcallbacks.run;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the ids that {@link Run#newId()} returns.
 */
class TimeOrderedIdTests {

	private static final int COUNT = 100_000;

	@Test
	void shouldReturnIncreasingIdsOfVersionSeven() {
		long before = System.currentTimeMillis();
		List<UUID> ids = Stream.generate(Run::newId).limit(COUNT).toList();
		assertThat(ids).allMatch((id) -> id.version() == 7 && id.variant() == 2);
		assertThat(ids.get(0).getMostSignificantBits() >>> 16).isGreaterThanOrEqualTo(before);
		assertThat(IntStream.range(1, COUNT)
			.allMatch((i) -> ids.get(i - 1).getMostSignificantBits() < ids.get(i).getMostSignificantBits())).isTrue();
	}

	@Test
	void shouldReturnDifferentIdsToEveryThread() {
		Set<UUID> ids = ConcurrentHashMap.newKeySet();
		IntStream.range(0, COUNT).parallel().forEach((i) -> ids.add(Run.newId()));
		assertThat(ids).hasSize(COUNT);
	}

	@Test
	@DisplayName("S17 the bits that are not of the time follow no visible rule")
	void shouldSpreadTheBits() {
		int[] ones = new int[62];
		Set<Long> differences = new HashSet<>();
		long previous = 0;
		for (int i = 0; i < COUNT; i++) {
			long bits = Run.newId().getLeastSignificantBits() & 0x3fffffffffffffffL;
			differences.add(bits - previous);
			previous = bits;
			for (int bit = 0; bit < ones.length; bit++) {
				ones[bit] += (int) (bits >>> bit) & 1;
			}
		}
		assertThat(differences).hasSize(COUNT);
		assertThat(IntStream.of(ones)).allMatch((count) -> Math.abs(count - COUNT / 2) < COUNT / 50);
	}

	@Test
	@DisplayName("S17 SipHash-2-4 has the values of its reference implementation")
	void shouldHashAsTheReferenceDoes() {
		SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
		assertThat(hash.of(0x0706050403020100L)).isEqualTo(0x93f5f5799a932462L);
	}

	@Test
	@DisplayName("S17 each process has a key of its own")
	void shouldDependOnTheKey() {
		assertThat(new SipHash(1, 2).of(3)).isNotEqualTo(new SipHash(1, 3).of(3));
	}

}
