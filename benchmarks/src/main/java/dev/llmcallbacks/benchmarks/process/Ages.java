package dev.llmcallbacks.benchmarks.process;

import java.util.Arrays;
import java.util.List;

/**
 * How long tokens were on their way. Filled by one thread at a time.
 */
final class Ages {

	private final long[] nanos;

	private int count;

	Ages(int capacity) {
		this.nanos = new long[capacity];
	}

	static Ages of(List<Ages> parts) {
		Ages all = new Ages(parts.stream().mapToInt(Ages::count).sum());
		parts.forEach((part) -> {
			System.arraycopy(part.nanos, 0, all.nanos, all.count, part.count);
			all.count += part.count;
		});
		Arrays.sort(all.nanos);
		return all;
	}

	void add(long nanos) {
		this.nanos[this.count++] = nanos;
	}

	int count() {
		return this.count;
	}

	/**
	 * Return what a part of the tokens did not exceed. Of ages that were put together.
	 * @param part the part, from 0 to 1
	 * @return the time in milliseconds
	 */
	double quantile(double part) {
		return this.nanos[(int) Math.min(this.count - 1L, Math.round(part * this.count))] / 1e6;
	}

}
