package dev.llmcallbacks.langchain4j;

import java.lang.reflect.UndeclaredThrowableException;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Proceeds with intercepted calls inside of runs.
 */
final class Proceeding {

	private Proceeding() {
	}

	/**
	 * Proceed with a call.
	 * @param invocation the call
	 * @return what it returns
	 * @throws Exception what it throws
	 */
	static @Nullable Object proceed(MethodInvocation invocation) throws Exception {
		try {
			return invocation.proceed();
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new UndeclaredThrowableException(ex);
		}
	}

}
