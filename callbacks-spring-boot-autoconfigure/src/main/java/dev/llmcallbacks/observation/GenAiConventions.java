package dev.llmcallbacks.observation;

import dev.llmcallbacks.run.RunType;

/**
 * A version of OpenTelemetry's conventions for generative AI. All names in which the
 * versions differ are here; the others are in {@link RunObservationDocumentation}.
 */
public enum GenAiConventions {

	/**
	 * Version 1.41 of the semantic conventions, which tools and libraries know.
	 */
	V1_41("gen_ai.client.operation", "gen_ai.invoke_workflow.duration", "gen_ai.workflow.name",
			"gen_ai.usage.cache_creation.input_tokens"),

	/**
	 * The newest text, from the conventions' repository for generative AI.
	 */
	LATEST("gen_ai.client.inference", "gen_ai.invoke_agent.duration", "gen_ai.agent.name",
			"gen_ai.usage.cache_write.input_tokens");

	private final String call;

	private final String workflowDuration;

	private final String workflowName;

	private final String cacheWrite;

	GenAiConventions(String call, String workflowDuration, String workflowName, String cacheWrite) {
		this.call = call;
		this.workflowDuration = workflowDuration;
		this.workflowName = workflowName;
		this.cacheWrite = cacheWrite;
	}

	/**
	 * Return the name of the observation of a run, which is that of the metric of its
	 * duration too.
	 * @param type what kind of work the run is
	 * @return the name
	 */
	public String duration(RunType type) {
		return switch (type) {
			case LLM -> this.call + ".duration";
			case TOOL -> "gen_ai.execute_tool.duration";
			case AGENT -> "gen_ai.invoke_agent.duration";
			case CHAIN -> this.workflowDuration;
			case RETRIEVER -> "gen_ai.retrieval.duration";
		};
	}

	/**
	 * Return the name of the metric of the time until an answer begins.
	 * @return the name
	 */
	public String timeToFirstChunk() {
		return this.call + ".time_to_first_chunk";
	}

	/**
	 * Return the name of the metric of the time between two chunks of an answer.
	 * @return the name
	 */
	public String timePerOutputChunk() {
		return this.call + ".time_per_output_chunk";
	}

	String workflowName() {
		return this.workflowName;
	}

	String cacheWrite() {
		return this.cacheWrite;
	}

}
