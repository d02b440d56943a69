package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for LangChain4j.
 */
@ConfigurationProperties("callbacks.langchain4j")
public class LangChain4jProperties {

	/**
	 * Whether to build the chat client with a model of LangChain4j if no provider is
	 * configured.
	 */
	private boolean enabled = true;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

}
