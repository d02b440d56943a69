package dev.llmcallbacks.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of runs. Their names are those of {@link GenAiConventions#duration},
 * and so are those few of their keys that differ between versions of the conventions.
 */
public enum RunObservationDocumentation implements ObservationDocumentation {

	/**
	 * A call of a model.
	 */
	LLM {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return RunObservationConvention.class;
		}

	},

	/**
	 * A call of a tool.
	 */
	TOOL,

	/**
	 * A run of an agent.
	 */
	AGENT,

	/**
	 * A run of a chain.
	 */
	CHAIN,

	/**
	 * A search for documents.
	 */
	RETRIEVER;

	@Override
	public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
		return RunObservationConvention.class;
	}

	@Override
	public KeyName[] getLowCardinalityKeyNames() {
		return LowCardinalityKeyNames.values();
	}

	@Override
	public KeyName[] getHighCardinalityKeyNames() {
		return HighCardinalityKeyNames.values();
	}

	/**
	 * Keys with few values, which meters have too.
	 */
	public enum LowCardinalityKeyNames implements KeyName {

		/**
		 * What kind of work it is: chat, execute_tool, invoke_agent, invoke_workflow or
		 * retrieval.
		 */
		OPERATION_NAME("gen_ai.operation.name"),

		/**
		 * How the run ended: completed, failed or cancelled.
		 */
		OUTCOME("llm.callbacks.outcome"),

		/**
		 * The class of the error of a run that failed.
		 */
		ERROR_TYPE("error.type"),

		/**
		 * The tool that was called; none if there is no such tool.
		 */
		TOOL_NAME("gen_ai.tool.name"),

		/**
		 * The service that was called.
		 */
		PROVIDER_NAME("gen_ai.provider.name"),

		/**
		 * The model that was asked.
		 */
		REQUEST_MODEL("gen_ai.request.model"),

		/**
		 * The model that answered.
		 */
		RESPONSE_MODEL("gen_ai.response.model"),

		/**
		 * The host that was called.
		 */
		SERVER_ADDRESS("server.address"),

		/**
		 * The port that was called.
		 */
		SERVER_PORT("server.port");

		private final String name;

		LowCardinalityKeyNames(String name) {
			this.name = name;
		}

		@Override
		public String asString() {
			return this.name;
		}

	}

	/**
	 * Keys with values without limit, which only spans have.
	 */
	public enum HighCardinalityKeyNames implements KeyName {

		/**
		 * The id of the run.
		 */
		RUN_ID("llm.callbacks.run.id"),

		/**
		 * The name of the run of an agent.
		 */
		AGENT_NAME("gen_ai.agent.name"),

		/**
		 * The name of the run of a retriever.
		 */
		DATA_SOURCE_ID("gen_ai.data_source.id"),

		/**
		 * What kind of tool was called: function.
		 */
		TOOL_TYPE("gen_ai.tool.type"),

		/**
		 * The model's id of the call.
		 */
		TOOL_CALL_ID("gen_ai.tool.call.id"),

		/**
		 * What the model was told of the tool.
		 */
		TOOL_DESCRIPTION("gen_ai.tool.description"),

		/**
		 * How many tokens the answer was to have at most.
		 */
		REQUEST_MAX_TOKENS("gen_ai.request.max_tokens"),

		/**
		 * The sampling temperature.
		 */
		REQUEST_TEMPERATURE("gen_ai.request.temperature"),

		/**
		 * The share of probability that was sampled from.
		 */
		REQUEST_TOP_P("gen_ai.request.top_p"),

		/**
		 * The seed.
		 */
		REQUEST_SEED("gen_ai.request.seed"),

		/**
		 * The texts at which the model was to stop.
		 */
		REQUEST_STOP_SEQUENCES("gen_ai.request.stop_sequences"),

		/**
		 * That the answer was streamed.
		 */
		REQUEST_STREAM("gen_ai.request.stream"),

		/**
		 * The provider's id of the answer.
		 */
		RESPONSE_ID("gen_ai.response.id"),

		/**
		 * Why the answers ended, in the provider's words.
		 */
		RESPONSE_FINISH_REASONS("gen_ai.response.finish_reasons"),

		/**
		 * The seconds until the answer began.
		 */
		RESPONSE_TIME_TO_FIRST_CHUNK("gen_ai.response.time_to_first_chunk"),

		/**
		 * The tokens of the prompt.
		 */
		USAGE_INPUT_TOKENS("gen_ai.usage.input_tokens"),

		/**
		 * The tokens of the answer.
		 */
		USAGE_OUTPUT_TOKENS("gen_ai.usage.output_tokens"),

		/**
		 * The tokens of the prompt that were read from a cache.
		 */
		USAGE_CACHE_READ("gen_ai.usage.cache_read.input_tokens"),

		/**
		 * The tokens of the answer that were spent on reasoning.
		 */
		USAGE_REASONING("gen_ai.usage.reasoning.output_tokens"),

		/**
		 * The system messages at the beginning of the request. Content, as are the
		 * following keys: only present on request.
		 */
		SYSTEM_INSTRUCTIONS("gen_ai.system_instructions"),

		/**
		 * The other messages of the request, or the input of a chain or an agent.
		 */
		INPUT_MESSAGES("gen_ai.input.messages"),

		/**
		 * The responses, whole or in part, or the output of a chain or an agent.
		 */
		OUTPUT_MESSAGES("gen_ai.output.messages"),

		/**
		 * The arguments of the tool.
		 */
		TOOL_CALL_ARGUMENTS("gen_ai.tool.call.arguments"),

		/**
		 * The result of the tool.
		 */
		TOOL_CALL_RESULT("gen_ai.tool.call.result"),

		/**
		 * The query of the retriever.
		 */
		RETRIEVAL_QUERY("gen_ai.retrieval.query.text"),

		/**
		 * The documents that were found.
		 */
		RETRIEVAL_DOCUMENTS("gen_ai.retrieval.documents");

		private final String name;

		HighCardinalityKeyNames(String name) {
			this.name = name;
		}

		@Override
		public String asString() {
			return this.name;
		}

	}

}
