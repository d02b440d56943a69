package dev.llmcallbacks.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/**
 * A {@link MockProvider} in a JVM of its own.
 */
final class ProviderProcess implements AutoCloseable {

	private final Process process;

	private final String baseUrl;

	private ProviderProcess(Process process, String baseUrl) {
		this.process = process;
		this.baseUrl = baseUrl;
	}

	/**
	 * Start a provider.
	 * @param tokens how many tokens an answer has
	 * @return the provider, ready to answer
	 */
	static ProviderProcess start(int tokens) {
		return start(tokens, 0);
	}

	/**
	 * Start a provider that takes its time.
	 * @param tokens how many tokens an answer has
	 * @param pause the milliseconds between two tokens
	 * @return the provider, ready to answer
	 */
	static ProviderProcess start(int tokens, long pause) {
		return start(MockProvider.class, "http", tokens, pause);
	}

	/**
	 * Start a provider that is spoken to over TLS.
	 * @param tokens how many tokens an answer has
	 * @param pause the milliseconds between two tokens, {@code 0} for none
	 * @return the provider, ready to answer
	 */
	static ProviderProcess startTls(int tokens, long pause) {
		return start(TlsProvider.class, "https", tokens, pause);
	}

	private static ProviderProcess start(Class<?> main, String scheme, int tokens, long pause) {
		Process process = JavaProcess.start(System.getProperty("java.class.path"), main, String.valueOf(tokens),
				String.valueOf(pause));
		return new ProviderProcess(process, scheme + "://127.0.0.1:" + JavaProcess.await(process, MockProvider.PORT));
	}

	String baseUrl() {
		return this.baseUrl;
	}

	@Override
	public void close() {
		try {
			this.process.getOutputStream().close();
			this.process.waitFor(10, TimeUnit.SECONDS);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.process.destroyForcibly();
		}
	}

}
