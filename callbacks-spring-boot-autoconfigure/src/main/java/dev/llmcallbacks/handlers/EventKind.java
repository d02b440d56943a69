package dev.llmcallbacks.handlers;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * The kinds of events that a {@link LoggingCallbackHandler} has levels for.
 */
public enum EventKind {

	/** A run begins; {@code DEBUG} by default. */
	START(LogLevel.DEBUG),

	/** A chunk of a streamed response; {@code OFF} by default, because it costs most. */
	TOKEN(LogLevel.OFF),

	/** A call is tried again; {@code WARN} by default. */
	RETRY(LogLevel.WARN),

	/** Anything else that happens within a run; {@code DEBUG} by default. */
	MOMENT(LogLevel.DEBUG),

	/** A run has been completed; {@code INFO} by default. */
	END(LogLevel.INFO),

	/** A run has failed; {@code ERROR} by default. */
	ERROR(LogLevel.ERROR),

	/** A run has been cancelled; {@code INFO} by default. */
	CANCEL(LogLevel.INFO);

	private final LogLevel level;

	EventKind(LogLevel level) {
		this.level = level;
	}

	LogLevel defaultLevel() {
		return this.level;
	}

	static EventKind of(CallbackEvent event) {
		if (event instanceof RunEnd end) {
			return switch (end.outcome()) {
				case COMPLETED -> END;
				case FAILED -> ERROR;
				case CANCELLED -> CANCEL;
			};
		}
		return of(event.getClass());
	}

	static EventKind of(Class<? extends CallbackEvent> type) {
		if (RunStart.class.isAssignableFrom(type)) {
			return START;
		}
		return (type == LlmNewToken.class) ? TOKEN : (type == Retry.class) ? RETRY : MOMENT;
	}

}
