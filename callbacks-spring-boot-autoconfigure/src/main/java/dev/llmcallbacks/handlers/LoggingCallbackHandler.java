package dev.llmcallbacks.handlers;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.run.Run;

/**
 * Logs the events of runs, one line each, through Commons Logging as Spring itself does.
 * <p>
 * Inputs and outputs are logged only on request; messages of errors always are. Control
 * characters in names, contents and messages are escaped. Contents and messages of errors
 * pass the application's {@link RunContentFilter}, which a bean finds by itself; as the
 * filter needs the whole text, tokens are then logged without theirs. Thread-safe; keeps
 * the model names of current runs and nothing else.
 */
public final class LoggingCallbackHandler implements CallbackHandler, BeanFactoryAware {

	private final Log log;

	private final Map<EventKind, LogLevel> levels;

	private final EventText text;

	private final boolean stackTraces;

	private final ContentFilterReference filter;

	private final ModelNames models = new ModelNames();

	/**
	 * Create a handler with the levels that {@link EventKind} names, and without
	 * contents.
	 */
	public LoggingCallbackHandler() {
		this(builder());
	}

	private LoggingCallbackHandler(Builder builder) {
		this.log = LogFactory.getLog(builder.category);
		this.levels = new EnumMap<>(builder.levels);
		this.text = new EventText(builder.inputs, builder.outputs, builder.maxLength);
		this.stackTraces = builder.stackTraces;
		this.filter = new ContentFilterReference(builder.contentFilter);
	}

	/**
	 * Return a builder of a handler with the levels that {@link EventKind} names, and
	 * without contents.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.filter.findIn(beanFactory);
	}

	/**
	 * Return whether events of a type are logged at any level. Whether the logging system
	 * writes them is decided for each event.
	 */
	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		if (RunEnd.class.isAssignableFrom(eventType)) {
			return levelOf(EventKind.END) != LogLevel.OFF || levelOf(EventKind.ERROR) != LogLevel.OFF
					|| levelOf(EventKind.CANCEL) != LogLevel.OFF;
		}
		return levelOf(EventKind.of(eventType)) != LogLevel.OFF;
	}

	@Override
	public void onEvent(CallbackEvent event) {
		LogLevel level = levelOf(EventKind.of(event));
		String model = this.models.of(event);
		if (level.isEnabled(this.log)) {
			CallbackEvent shown = this.filter.get().filterFor(event, this.text);
			Throwable error = (this.stackTraces && shown instanceof RunEnd end) ? EventParts.errorOf(end) : null;
			level.write(this.log, lineOf(shown, model), error);
		}
	}

	private LogLevel levelOf(EventKind kind) {
		return this.levels.getOrDefault(kind, kind.defaultLevel());
	}

	private String lineOf(CallbackEvent event, @Nullable String model) {
		Run run = event.run();
		String parent = (run.parentId() != null) ? ", parent " + run.parentId() : "";
		return EventText.nameOf(run, model) + " " + this.text.of(event) + " [run " + run.id() + parent + "]";
	}

	/**
	 * Builder of a {@link LoggingCallbackHandler}.
	 */
	public static final class Builder {

		private static final int DEFAULT_MAX_LENGTH = 1000;

		private final Map<EventKind, LogLevel> levels = new EnumMap<>(EventKind.class);

		private String category = LoggingCallbackHandler.class.getName();

		private boolean inputs;

		private boolean outputs;

		private int maxLength = DEFAULT_MAX_LENGTH;

		private boolean stackTraces;

		private @Nullable RunContentFilter contentFilter;

		private Builder() {
		}

		/**
		 * Set the log category.
		 * @param category the category; the name of this class by default
		 * @return this builder
		 */
		public Builder category(String category) {
			this.category = Objects.requireNonNull(category, "'category' must not be null");
			return this;
		}

		/**
		 * Set the level of a kind of events.
		 * @param kind the kind
		 * @param level its level
		 * @return this builder
		 */
		public Builder level(EventKind kind, LogLevel level) {
			this.levels.put(kind, level);
			return this;
		}

		/**
		 * Set whether prompts, inputs, arguments and queries are logged.
		 * @param inputs whether to log them; {@code false} by default
		 * @return this builder
		 */
		public Builder inputs(boolean inputs) {
			this.inputs = inputs;
			return this;
		}

		/**
		 * Set whether answers, tokens, outputs, documents, texts and the data of custom
		 * events are logged.
		 * @param outputs whether to log them; {@code false} by default
		 * @return this builder
		 */
		public Builder outputs(boolean outputs) {
			this.outputs = outputs;
			return this;
		}

		/**
		 * Set how many characters of a content, or of an error's message, are logged.
		 * @param maxLength a positive number; 1000 by default
		 * @return this builder
		 */
		public Builder maxLength(int maxLength) {
			if (maxLength < 1) {
				throw new IllegalArgumentException("'maxLength' must be positive, but is " + maxLength);
			}
			this.maxLength = maxLength;
			return this;
		}

		/**
		 * Set whether the stack traces of errors are logged.
		 * @param stackTraces whether to log them; {@code false} by default
		 * @return this builder
		 */
		public Builder stackTraces(boolean stackTraces) {
			this.stackTraces = stackTraces;
			return this;
		}

		/**
		 * Set the filter that decides what is logged of each content.
		 * @param contentFilter the filter, or {@code null} for that of the application if
		 * the handler is a bean, otherwise for none, which is the default
		 * @return this builder
		 */
		public Builder contentFilter(@Nullable RunContentFilter contentFilter) {
			this.contentFilter = contentFilter;
			return this;
		}

		/**
		 * Build the handler.
		 * @return the handler
		 */
		public LoggingCallbackHandler build() {
			return new LoggingCallbackHandler(this);
		}

	}

}
