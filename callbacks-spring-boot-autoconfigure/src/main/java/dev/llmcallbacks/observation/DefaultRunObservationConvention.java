package dev.llmcallbacks.observation;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.observation.RunObservationDocumentation.HighCardinalityKeyNames;
import dev.llmcallbacks.observation.RunObservationDocumentation.LowCardinalityKeyNames;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.RunType;

/**
 * Observes one type of run as OpenTelemetry's conventions for generative AI describe.
 * Values without limit, the names of runs included, have high cardinality. Names and ids
 * that others have written are escaped and cut. Content is recorded only where
 * {@link SpanContent} asks for it.
 */
public class DefaultRunObservationConvention implements RunObservationConvention {

	private final RunType type;

	private final GenAiConventions conventions;

	/**
	 * Create the convention for one kind of run.
	 * @param type the kind of run; for calls of models there is
	 * {@link DefaultLlmObservationConvention}
	 * @param conventions the version of the conventions
	 */
	public DefaultRunObservationConvention(RunType type, GenAiConventions conventions) {
		this.type = type;
		this.conventions = conventions;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof RunObservationContext runContext && runContext.getRun().type() == this.type;
	}

	@Override
	public String getName() {
		return this.conventions.duration(this.type);
	}

	@Override
	public @Nullable String getContextualName(RunObservationContext context) {
		if (this.type == RunType.TOOL && context.getTool() == null) {
			// The name is not one of a tool but text of the model
			return operation();
		}
		return operation() + " " + printable(context.getRun().name());
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(RunObservationContext context) {
		KeyValues common = KeyValues.of(LowCardinalityKeyNames.OPERATION_NAME.withValue(operation()), outcome(context),
				errorType(context));
		return (this.type != RunType.TOOL) ? common : common.and(toolName(context));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(RunObservationContext context) {
		KeyValues id = context.getContent()
			.and(HighCardinalityKeyNames.RUN_ID.withValue(context.getRun().id().toString()));
		String name = printable(context.getRun().name());
		return switch (this.type) {
			case TOOL -> id.and(tool(context));
			case AGENT -> id.and(HighCardinalityKeyNames.AGENT_NAME.withValue(name));
			case CHAIN -> id.and(KeyValue.of(this.conventions.workflowName(), name));
			case RETRIEVER -> id.and(HighCardinalityKeyNames.DATA_SOURCE_ID.withValue(name));
			case LLM -> id;
		};
	}

	/**
	 * Return the version of the conventions.
	 * @return the version
	 */
	protected final GenAiConventions conventions() {
		return this.conventions;
	}

	/**
	 * Return the name of the operation.
	 * @return the name, of which the observation's contextual name is the first part
	 */
	protected final String operation() {
		return switch (this.type) {
			case LLM -> "chat";
			case TOOL -> "execute_tool";
			case AGENT -> "invoke_agent";
			case CHAIN -> "invoke_workflow";
			case RETRIEVER -> "retrieval";
		};
	}

	private static String printable(String text) {
		return PrintableText.of(text, BoundedNames.MAX_LENGTH);
	}

	private static KeyValue outcome(RunObservationContext context) {
		RunEnd end = context.getEnd();
		return LowCardinalityKeyNames.OUTCOME
			.withValue((end != null) ? end.outcome().name().toLowerCase(Locale.ROOT) : KeyValue.NONE_VALUE);
	}

	private static KeyValue errorType(RunObservationContext context) {
		Throwable error = context.getError();
		return LowCardinalityKeyNames.ERROR_TYPE
			.withValue((error != null) ? RecordedException.typeOf(error) : KeyValue.NONE_VALUE);
	}

	// The model may have made the name up
	private static KeyValue toolName(RunObservationContext context) {
		ToolDefinition tool = context.getTool();
		return LowCardinalityKeyNames.TOOL_NAME.withValue((tool != null) ? tool.name() : KeyValue.NONE_VALUE);
	}

	private static KeyValues tool(RunObservationContext context) {
		KeyValues result = KeyValues.of(HighCardinalityKeyNames.TOOL_TYPE.withValue("function"));
		if (context.getStart() instanceof ToolStart start) {
			result = result.and(HighCardinalityKeyNames.TOOL_CALL_ID.withValue(printable(start.toolCall().id())));
		}
		ToolDefinition tool = context.getTool();
		return (tool != null) ? result.and(HighCardinalityKeyNames.TOOL_DESCRIPTION.withValue(tool.description()))
				: result;
	}

}
