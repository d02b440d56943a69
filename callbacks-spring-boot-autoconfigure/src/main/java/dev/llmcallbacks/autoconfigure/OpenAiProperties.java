package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.provider.openai.MaxTokensField;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.StructuredOutput;

/**
 * Configuration properties for OpenAI, and for servers that speak its protocol.
 */
@ConfigurationProperties("callbacks.openai")
public class OpenAiProperties extends ProviderProperties {

	/**
	 * Base URL of the API. Must contain neither a user nor a key.
	 */
	private String baseUrl = "https://api.openai.com/v1";

	/**
	 * Protocol in which the server is called. If not set, 'responses' for OpenAI's own
	 * hosts and 'chat-completions' for all others.
	 */
	private @Nullable OpenAiApi api;

	/**
	 * Whether to ask for the usage of tokens at the end of a stream. Some servers refuse
	 * the request field for it.
	 */
	private boolean streamUsage = true;

	/**
	 * Field of the request that holds the maximum number of tokens. Selected by the host
	 * with 'auto': OpenAI and Azure OpenAI require 'max_completion_tokens'.
	 */
	private MaxTokensField maxTokensField = MaxTokensField.AUTO;

	/**
	 * How servers that speak Chat Completions are asked for answers of a schema. Selected
	 * with 'auto' by the host, and by what the server refuses.
	 */
	private StructuredOutput structuredOutput = StructuredOutput.AUTO;

	@Override
	public String getBaseUrl() {
		return this.baseUrl;
	}

	public void setBaseUrl(String baseUrl) {
		this.baseUrl = baseUrl;
	}

	public @Nullable OpenAiApi getApi() {
		return this.api;
	}

	public void setApi(@Nullable OpenAiApi api) {
		this.api = api;
	}

	public boolean isStreamUsage() {
		return this.streamUsage;
	}

	public void setStreamUsage(boolean streamUsage) {
		this.streamUsage = streamUsage;
	}

	public StructuredOutput getStructuredOutput() {
		return this.structuredOutput;
	}

	public void setStructuredOutput(StructuredOutput structuredOutput) {
		this.structuredOutput = structuredOutput;
	}

	public MaxTokensField getMaxTokensField() {
		return this.maxTokensField;
	}

	public void setMaxTokensField(MaxTokensField maxTokensField) {
		this.maxTokensField = maxTokensField;
	}

}
