package dev.llmcallbacks.observation;

import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Content and metadata of runs, as far as they are recorded.
 */
interface RunContent {

	/**
	 * Records nothing.
	 */
	RunContent NONE = new RunContent() {

		@Override
		public KeyValues metadata(Run run) {
			return KeyValues.empty();
		}

		@Override
		public KeyValues content(RunStart start, RunEnd end) {
			return KeyValues.empty();
		}

		@Override
		public String show(Run run, String kind, Object value) {
			return value.toString();
		}

	};

	/**
	 * Return the attributes of the metadata of a run.
	 * @param run the run
	 * @return the attributes, none for keys that the run does not have
	 */
	KeyValues metadata(Run run);

	/**
	 * Return the attributes of the content of a run that has ended.
	 * @param start the run's first event
	 * @param end the run's last event
	 * @return the attributes
	 */
	KeyValues content(RunStart start, RunEnd end);

	/**
	 * Return what may be shown of a value that is recorded in any case.
	 * @param run the run
	 * @param kind what the value is, a constant of
	 * {@link dev.llmcallbacks.callback.RunContentFilter}
	 * @param value the value
	 * @return the text to show, or {@code null} if nothing may be shown
	 */
	@Nullable String show(Run run, String kind, Object value);

}
