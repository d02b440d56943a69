package dev.llmcallbacks.wire;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has Netty watch every buffer of the whole test run, and fails the test class during
 * which one is found that was never released. Found by JUnit itself, before Netty makes
 * its first buffer.
 */
public final class LeakWatch implements AfterAllCallback {

	private static final Queue<String> leaks = new ConcurrentLinkedQueue<>();

	// Every buffer is watched; the higher levels also note who touches it, which makes
	// streams of single bytes very slow
	static {
		ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
		ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Detectors());
	}

	@Override
	public void afterAll(ExtensionContext context) {
		List<String> found = take();
		if (!found.isEmpty()) {
			throw new AssertionError("Netty has lost " + found.size() + " buffers: " + String.join("\n", found));
		}
	}

	/**
	 * Look for lost buffers, return those that were found since the last time, and forget
	 * them. Netty looks when it makes a buffer.
	 */
	static List<String> take() {
		System.gc();
		ByteBufAllocator.DEFAULT.buffer(1).release();
		List<String> taken = List.copyOf(leaks);
		leaks.removeAll(taken);
		return taken;
	}

	private static final class Detectors extends ResourceLeakDetectorFactory {

		@Override
		@SuppressWarnings("deprecation")
		public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval, long maxActive) {
			return newResourceLeakDetector(type, interval);
		}

		@Override
		public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval) {
			return new Detector<>(type);
		}

	}

	private static final class Detector<T> extends ResourceLeakDetector<T> {

		private static final int EVERY = 1;

		Detector(Class<T> type) {
			super(type, EVERY);
		}

		@Override
		protected boolean needReport() {
			return true;
		}

		@Override
		protected void reportTracedLeak(String type, String records) {
			leaks.add(type + records);
		}

		@Override
		protected void reportUntracedLeak(String type) {
			leaks.add(type);
		}

	}

}
