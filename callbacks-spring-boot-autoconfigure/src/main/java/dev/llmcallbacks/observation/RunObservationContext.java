package dev.llmcallbacks.observation;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.run.Run;

/**
 * What is known of a run while it is observed.
 */
public class RunObservationContext extends Observation.Context {

	private final RunStart start;

	private final ModelProvider provider;

	private final @Nullable ToolDefinition tool;

	private final RunContent attributes;

	private volatile @Nullable RunEnd end;

	private volatile boolean contentWanted = true;

	private @Nullable KeyValues content;

	/**
	 * Create the context of a run that begins.
	 * @param start the run's first event
	 * @param provider the service that is called, of a run that calls a model
	 * @param tool the tool that is called, or {@code null} if the run calls none
	 */
	public RunObservationContext(RunStart start, ModelProvider provider, @Nullable ToolDefinition tool) {
		this(start, provider, tool, RunContent.NONE);
	}

	RunObservationContext(RunStart start, ModelProvider provider, @Nullable ToolDefinition tool,
			RunContent attributes) {
		this.attributes = attributes;
		this.start = start;
		this.provider = provider;
		this.tool = tool;
	}

	/**
	 * Return the run.
	 * @return the run
	 */
	public Run getRun() {
		return this.start.run();
	}

	/**
	 * Return the run's first event.
	 * @return the event
	 */
	public RunStart getStart() {
		return this.start;
	}

	/**
	 * Return the service that is called.
	 * @return the service; {@link ModelProvider#UNKNOWN} of a run that calls no model
	 */
	public ModelProvider getProvider() {
		return this.provider;
	}

	/**
	 * Return the tool that is called.
	 * @return the tool, or {@code null} if the run calls none, or one that does not exist
	 */
	public @Nullable ToolDefinition getTool() {
		return this.tool;
	}

	/**
	 * Return the run's last event.
	 * @return the event, or {@code null} as long as the run goes on
	 */
	public @Nullable RunEnd getEnd() {
		return this.end;
	}

	/**
	 * Return the content and the metadata of the run that are to be recorded, which the
	 * default conventions add to the key values of high cardinality.
	 * @return the metadata, and once the run has ended the content as well; empty unless
	 * {@link SpanContent} or the properties of the application ask for them
	 */
	public synchronized KeyValues getContent() {
		RunEnd end = this.end;
		if (end == null || !this.contentWanted) {
			return this.attributes.metadata(getRun());
		}
		if (this.content == null) {
			this.content = this.attributes.metadata(getRun()).and(this.attributes.content(this.start, end));
		}
		return this.content;
	}

	@Nullable String show(String kind, Object value) {
		return this.attributes.show(getRun(), kind, value);
	}

	/**
	 * The span is not recorded, so that its content need not be prepared.
	 */
	void skipContent() {
		this.contentWanted = false;
	}

	void setEnd(RunEnd end) {
		this.end = end;
	}

}
