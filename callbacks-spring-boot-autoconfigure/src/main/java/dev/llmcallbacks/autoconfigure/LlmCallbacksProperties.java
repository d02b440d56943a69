package dev.llmcallbacks.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties that concern all handlers, clients and providers.
 */
@ConfigurationProperties("callbacks")
public class LlmCallbacksProperties {

	/**
	 * Settings of single handlers by the handler's name. They override those of its
	 * annotation.
	 */
	private final Map<String, HandlerProperties> handlers = new LinkedHashMap<>();

	/**
	 * Chat clients in addition to the default one, by the qualifier of their beans.
	 */
	private final Map<String, LlmClientProperties> clients = new LinkedHashMap<>();

	/**
	 * Whether to warn at start-up about handler beans that are not annotated with
	 * '@LlmCallback'.
	 */
	private boolean warnUnannotatedHandlers = true;

	/**
	 * Maximum size of an event of a provider's stream. A larger one is an error.
	 */
	private DataSize maxEventSize = DataSize.ofMegabytes(1);

	/**
	 * Largest text of a provider's answer, counted in characters of text, reasoning and
	 * tool calls. A larger one is an error, and so are more than 128 choices or 1,024
	 * open content blocks, tool calls or parts of reasoning.
	 */
	private DataSize maxAnswerSize = DataSize.ofMegabytes(16);

	public Map<String, HandlerProperties> getHandlers() {
		return this.handlers;
	}

	public Map<String, LlmClientProperties> getClients() {
		return this.clients;
	}

	public boolean isWarnUnannotatedHandlers() {
		return this.warnUnannotatedHandlers;
	}

	public void setWarnUnannotatedHandlers(boolean warnUnannotatedHandlers) {
		this.warnUnannotatedHandlers = warnUnannotatedHandlers;
	}

	public DataSize getMaxEventSize() {
		return this.maxEventSize;
	}

	public void setMaxEventSize(DataSize maxEventSize) {
		PropertyRange.check(maxEventSize.toBytes(), 1, Integer.MAX_VALUE);
		this.maxEventSize = maxEventSize;
	}

	public DataSize getMaxAnswerSize() {
		return this.maxAnswerSize;
	}

	public void setMaxAnswerSize(DataSize maxAnswerSize) {
		PropertyRange.check(maxAnswerSize.toBytes(), 1, Integer.MAX_VALUE);
		this.maxAnswerSize = maxAnswerSize;
	}

}
