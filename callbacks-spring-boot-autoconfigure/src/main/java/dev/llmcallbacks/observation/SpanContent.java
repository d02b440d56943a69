package dev.llmcallbacks.observation;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RunContentFilter;

/**
 * Determines which content of runs is recorded as attributes of their spans. Immutable.
 *
 * @param inputs whether to record system instructions, messages, arguments of tools,
 * queries, and inputs of chains and agents
 * @param outputs whether to record responses, also partial ones, results of tools,
 * documents, and outputs of chains and agents
 * @param maxLength the maximum length of one attribute in characters, at least
 * {@value #MIN_LENGTH}; {@code 0} for no limit
 * @param metadata attributes by the keys of the runs' metadata that are their values
 * @param filter decides what is shown of each text, also of metadata, stop sequences and
 * the messages of errors, or {@code null} to show all of it
 */
public record SpanContent(boolean inputs, boolean outputs, int maxLength, Map<String, String> metadata,
		@Nullable RunContentFilter filter) {

	/**
	 * Default of the maximum length of an attribute, in characters.
	 */
	public static final int DEFAULT_MAX_LENGTH = 16_384;

	/**
	 * Smallest maximum length of an attribute, in characters.
	 */
	public static final int MIN_LENGTH = 256;

	/**
	 * Records nothing.
	 */
	public static final SpanContent NONE = builder().build();

	public SpanContent {
		if (maxLength != 0 && maxLength < MIN_LENGTH) {
			throw new IllegalArgumentException(
					"'maxLength' must be 0 or at least " + MIN_LENGTH + ", but is " + maxLength);
		}
		metadata = Map.copyOf(metadata);
	}

	/**
	 * Return a builder with which nothing is recorded.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Builder of a {@link SpanContent}.
	 */
	public static final class Builder {

		private boolean inputs;

		private boolean outputs;

		private int maxLength = DEFAULT_MAX_LENGTH;

		private Map<String, String> metadata = Map.of();

		private @Nullable RunContentFilter filter;

		private Builder() {
		}

		/**
		 * Set whether to record what goes in.
		 * @param inputs whether to record it; {@code false} by default
		 * @return this builder
		 */
		public Builder inputs(boolean inputs) {
			this.inputs = inputs;
			return this;
		}

		/**
		 * Set whether to record what comes out.
		 * @param outputs whether to record it; {@code false} by default
		 * @return this builder
		 */
		public Builder outputs(boolean outputs) {
			this.outputs = outputs;
			return this;
		}

		/**
		 * Set the maximum length of one attribute.
		 * @param maxLength the length in characters, at least {@value #MIN_LENGTH};
		 * {@code 0} for no limit; {@value #DEFAULT_MAX_LENGTH} by default
		 * @return this builder
		 */
		public Builder maxLength(int maxLength) {
			this.maxLength = maxLength;
			return this;
		}

		/**
		 * Set which metadata of runs is recorded.
		 * @param metadata the name of an attribute for each key of the metadata; none by
		 * default
		 * @return this builder
		 */
		public Builder metadata(Map<String, String> metadata) {
			this.metadata = metadata;
			return this;
		}

		/**
		 * Set the filter of texts.
		 * @param filter the filter, or {@code null} for none, which is the default
		 * @return this builder
		 */
		public Builder filter(@Nullable RunContentFilter filter) {
			this.filter = filter;
			return this;
		}

		/**
		 * Build the settings.
		 * @return the settings
		 */
		public SpanContent build() {
			return new SpanContent(this.inputs, this.outputs, this.maxLength, this.metadata, this.filter);
		}

	}

}
