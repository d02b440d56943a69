package dev.llmcallbacks.handlers;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * At what level a {@link LoggingCallbackHandler} logs.
 */
public enum LogLevel {

	/** Not logged, and not delivered to the handler either. */
	OFF,

	/** Trace. */
	TRACE,

	/** Debug. */
	DEBUG,

	/** Information. */
	INFO,

	/** Warning. */
	WARN,

	/** Error. */
	ERROR;

	boolean isEnabled(Log log) {
		return switch (this) {
			case OFF -> false;
			case TRACE -> log.isTraceEnabled();
			case DEBUG -> log.isDebugEnabled();
			case INFO -> log.isInfoEnabled();
			case WARN -> log.isWarnEnabled();
			case ERROR -> log.isErrorEnabled();
		};
	}

	void write(Log log, String line, @Nullable Throwable error) {
		switch (this) {
			case OFF -> throw new IllegalStateException("Nothing is written at level OFF");
			case TRACE -> log.trace(line, error);
			case DEBUG -> log.debug(line, error);
			case INFO -> log.info(line, error);
			case WARN -> log.warn(line, error);
			case ERROR -> log.error(line, error);
		}
	}

}
