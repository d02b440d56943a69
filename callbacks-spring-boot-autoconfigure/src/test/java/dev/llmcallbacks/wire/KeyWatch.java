package dev.llmcallbacks.wire;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Reads everything that the whole test run prints, its logs included, and what tests give
 * it besides, and fails the test class that has told an API key. Found by JUnit itself,
 * for every test class.
 */
public final class KeyWatch implements BeforeAllCallback, AfterAllCallback {

	/** The keys that tests give to providers; put together here so as not to be one. */
	static final List<String> KEYS = List.of("sk-test-" + "0123456789abcdefghij", "THE-SECRET" + "-KEY",
			"sk-secret" + "-4711");

	private static final Tap TAP = new Tap();

	private static boolean listening;

	@Override
	public void beforeAll(ExtensionContext context) {
		listen();
	}

	private static synchronized void listen() {
		if (!listening) {
			listening = true;
			System.setOut(new PrintStream(new Tee(System.out), true, StandardCharsets.UTF_8));
			System.setErr(new PrintStream(new Tee(System.err), true, StandardCharsets.UTF_8));
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		String found = TAP.take();
		if (found != null) {
			throw new AssertionError("G31 an API key was told: …" + found);
		}
	}

	/**
	 * Search something that is not printed, as an exception that reaches a subscriber.
	 * @param text the text in which no key may be
	 */
	public static void search(String text) {
		byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
		TAP.see(bytes, 0, bytes.length);
	}

	static long bytesSeen() {
		return TAP.seen();
	}

	private static final class Tee extends OutputStream {

		private final PrintStream target;

		Tee(PrintStream target) {
			this.target = target;
		}

		@Override
		public void write(int next) {
			write(new byte[] { (byte) next }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			this.target.write(bytes, offset, length);
			TAP.see(bytes, offset, length);
		}

		@Override
		public void flush() {
			this.target.flush();
		}

	}

	/**
	 * Keeps as much of what was printed as is needed to find a key in it.
	 */
	private static final class Tap {

		private static final int WINDOW = 64 * 1024;

		private final ByteArrayOutputStream window = new ByteArrayOutputStream();

		private long seen;

		private @Nullable String found;

		synchronized void see(byte[] bytes, int offset, int length) {
			this.seen += length;
			this.window.write(bytes, offset, length);
			if (this.window.size() > WINDOW) {
				search();
			}
		}

		private void search() {
			String text = this.window.toString(StandardCharsets.UTF_8);
			KEYS.stream().filter(text::contains).findFirst().ifPresent((key) -> {
				int at = text.indexOf(key);
				this.found = text.substring(Math.max(0, at - 300), at) + "<the key>";
			});
			this.window.reset();
			// a key may have been printed in two parts
			byte[] rest = text.substring(Math.max(0, text.length() - 100)).getBytes(StandardCharsets.UTF_8);
			if (this.found == null) {
				this.window.write(rest, 0, rest.length);
			}
		}

		synchronized @Nullable String take() {
			search();
			String result = this.found;
			this.found = null;
			return result;
		}

		synchronized long seen() {
			return this.seen;
		}

	}

}
