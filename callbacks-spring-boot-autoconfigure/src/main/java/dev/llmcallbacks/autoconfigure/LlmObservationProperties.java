package dev.llmcallbacks.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.observation.GenAiConventions;
import dev.llmcallbacks.observation.SpanContent;

/**
 * Configuration properties for the observations and the meters of runs.
 */
@ConfigurationProperties("callbacks.observations")
public class LlmObservationProperties {

	/**
	 * Version of OpenTelemetry's conventions for generative AI that determines the names.
	 */
	private GenAiConventions conventions = GenAiConventions.V1_41;

	/**
	 * Name of the meter of token usage. If not set, 'gen_ai.client.token.usage', or
	 * 'llm.callbacks.token.usage' if the application has a meter of Spring AI's, which is
	 * of another type, with that name.
	 */
	private @Nullable String tokenUsageMeter;

	/**
	 * Whether system instructions, messages, arguments of tools, queries, and inputs of
	 * chains and agents are attributes of spans.
	 */
	private boolean inputs;

	/**
	 * Whether responses (also partial ones), results of tools, documents, and outputs of
	 * chains and agents are attributes of spans.
	 */
	private boolean outputs;

	/**
	 * Maximum number of characters of an attribute with content: at least 256, or 0 for
	 * no limit.
	 */
	private int maxContentLength = SpanContent.DEFAULT_MAX_LENGTH;

	/**
	 * Attributes of spans for the metadata of runs: the name of the attribute by the key
	 * of the metadata.
	 */
	private final Map<String, String> metadata = new LinkedHashMap<>();

	public GenAiConventions getConventions() {
		return this.conventions;
	}

	public void setConventions(GenAiConventions conventions) {
		this.conventions = conventions;
	}

	public @Nullable String getTokenUsageMeter() {
		return this.tokenUsageMeter;
	}

	public void setTokenUsageMeter(@Nullable String tokenUsageMeter) {
		this.tokenUsageMeter = tokenUsageMeter;
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

	public int getMaxContentLength() {
		return this.maxContentLength;
	}

	public void setMaxContentLength(int maxContentLength) {
		if (maxContentLength != 0 && maxContentLength < SpanContent.MIN_LENGTH) {
			throw new IllegalArgumentException("must be 0 or at least " + SpanContent.MIN_LENGTH);
		}
		this.maxContentLength = maxContentLength;
	}

	public Map<String, String> getMetadata() {
		return this.metadata;
	}

	SpanContent toContent(@Nullable RunContentFilter filter) {
		return SpanContent.builder()
			.inputs(this.inputs)
			.outputs(this.outputs)
			.maxLength(this.maxContentLength)
			.metadata(this.metadata)
			.filter(filter)
			.build();
	}

}
