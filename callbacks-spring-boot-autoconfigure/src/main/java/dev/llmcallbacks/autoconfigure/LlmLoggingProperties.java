package dev.llmcallbacks.autoconfigure;

import java.util.EnumMap;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.handlers.EventKind;
import dev.llmcallbacks.handlers.LogLevel;
import dev.llmcallbacks.handlers.LoggingCallbackHandler;

/**
 * Configuration properties for the log of what happens in runs.
 */
@ConfigurationProperties("callbacks.logging")
public class LlmLoggingProperties {

	/**
	 * Whether what happens in runs is logged.
	 */
	private boolean enabled;

	/**
	 * Log category.
	 */
	private String category = LoggingCallbackHandler.class.getName();

	/**
	 * Levels by kind of event: start, token, retry, moment, end, error and cancel.
	 */
	private final Map<EventKind, LogLevel> levels = new EnumMap<>(EventKind.class);

	/**
	 * Whether prompts, inputs, arguments and queries are logged.
	 */
	private boolean inputs;

	/**
	 * Whether answers, tokens, outputs, documents, texts and custom data are logged.
	 */
	private boolean outputs;

	/**
	 * Maximum number of characters of a content or of an error's message.
	 */
	private int maxLength = 1000;

	/**
	 * Whether the stack traces of errors are logged.
	 */
	private boolean stackTraces;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getCategory() {
		return this.category;
	}

	public void setCategory(String category) {
		this.category = category;
	}

	public Map<EventKind, LogLevel> getLevels() {
		return this.levels;
	}

	public boolean isInputs() {
		return this.inputs;
	}

	public void setInputs(boolean inputs) {
		this.inputs = inputs;
	}

	public boolean isOutputs() {
		return this.outputs;
	}

	public void setOutputs(boolean outputs) {
		this.outputs = outputs;
	}

	public int getMaxLength() {
		return this.maxLength;
	}

	public void setMaxLength(int maxLength) {
		PropertyRange.check(maxLength, 1, Integer.MAX_VALUE);
		this.maxLength = maxLength;
	}

	public boolean isStackTraces() {
		return this.stackTraces;
	}

	public void setStackTraces(boolean stackTraces) {
		this.stackTraces = stackTraces;
	}

	LoggingCallbackHandler toHandler() {
		LoggingCallbackHandler.Builder builder = LoggingCallbackHandler.builder()
			.category(this.category)
			.inputs(this.inputs)
			.outputs(this.outputs)
			.maxLength(this.maxLength)
			.stackTraces(this.stackTraces);
		this.levels.forEach(builder::level);
		return builder.build();
	}

}
