package dev.llmcallbacks.callback;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Options that one call adds to its run. Handlers, tags and metadata are added to the
 * inherited ones and are inherited by child runs; name and id apply to this run only.
 *
 * @param runName the run's name, or {@code null} for the default
 * @param runId the run's id, or {@code null} for a new one; serves the first run that is
 * made of the call
 * @param callbacks further handlers
 * @param tags further tags
 * @param metadata further metadata
 */
public record RunOptions(@Nullable String runName, @Nullable UUID runId, List<LlmCallbackHandler> callbacks,
		Set<String> tags, Map<String, Object> metadata) {

	/**
	 * Options that add nothing.
	 */
	public static final RunOptions NONE = builder().build();

	public RunOptions {
		callbacks = List.copyOf(callbacks);
		tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Return a builder of options that add nothing.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return a builder that begins with these options.
	 * @return the builder
	 */
	public Builder mutate() {
		return new Builder().runName(this.runName)
			.runId(this.runId)
			.callbacks(this.callbacks.toArray(LlmCallbackHandler[]::new))
			.tags(this.tags.toArray(String[]::new))
			.metadata(this.metadata);
	}

	/**
	 * Return these options with others on top: handlers, tags and metadata are added, a
	 * name or an id replaces the existing one.
	 * @param further the others
	 * @return the combined options
	 */
	public RunOptions with(RunOptions further) {
		return mutate().runName((further.runName != null) ? further.runName : this.runName)
			.runId((further.runId != null) ? further.runId : this.runId)
			.callbacks(further.callbacks.toArray(LlmCallbackHandler[]::new))
			.tags(further.tags.toArray(String[]::new))
			.metadata(further.metadata)
			.build();
	}

	/**
	 * Builder of options. Not thread-safe.
	 */
	public static final class Builder {

		private @Nullable String runName;

		private @Nullable UUID runId;

		private final List<LlmCallbackHandler> callbacks = new ArrayList<>();

		private final Set<String> tags = new LinkedHashSet<>();

		private final Map<String, Object> metadata = new LinkedHashMap<>();

		private Builder() {
		}

		/**
		 * Set the run's name.
		 * @param runName the name
		 * @return this builder
		 */
		public Builder runName(@Nullable String runName) {
			this.runName = runName;
			return this;
		}

		/**
		 * Set the run's id.
		 * @param runId the id
		 * @return this builder
		 */
		public Builder runId(@Nullable UUID runId) {
			this.runId = runId;
			return this;
		}

		/**
		 * Add handlers.
		 * @param callbacks the handlers
		 * @return this builder
		 */
		public Builder callbacks(LlmCallbackHandler... callbacks) {
			this.callbacks.addAll(Arrays.asList(callbacks));
			return this;
		}

		/**
		 * Add tags.
		 * @param tags the tags
		 * @return this builder
		 */
		public Builder tags(String... tags) {
			this.tags.addAll(Arrays.asList(tags));
			return this;
		}

		/**
		 * Add an entry to the metadata.
		 * @param key the entry's key
		 * @param value the entry's value
		 * @return this builder
		 */
		public Builder metadata(String key, Object value) {
			this.metadata.put(key, value);
			return this;
		}

		/**
		 * Add entries to the metadata.
		 * @param metadata the entries
		 * @return this builder
		 */
		public Builder metadata(Map<String, ?> metadata) {
			this.metadata.putAll(metadata);
			return this;
		}

		/**
		 * Build the options.
		 * @return the options
		 */
		public RunOptions build() {
			return new RunOptions(this.runName, this.runId, this.callbacks, this.tags, this.metadata);
		}

	}

}
