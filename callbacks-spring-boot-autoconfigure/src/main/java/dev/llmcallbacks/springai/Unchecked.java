package dev.llmcallbacks.springai;

import java.util.concurrent.Callable;

/**
 * Calls code whose exceptions are thrown as they are, also checked ones.
 */
final class Unchecked {

	private Unchecked() {
	}

	static <T> T call(Callable<? extends T> code) {
		try {
			return code.call();
		}
		catch (Exception ex) {
			throw Unchecked.<RuntimeException>raise(ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> E raise(Throwable error) throws E {
		throw (E) error;
	}

}
