package dev.llmcallbacks.observation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.observation.RunObservationDocumentation.HighCardinalityKeyNames;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.RunType;

/**
 * Observes calls of models as OpenTelemetry's conventions for generative AI describe.
 * Prompts and responses are recorded only where {@link SpanContent} asks for them. Other
 * texts of the provider (its ids, reasons and names) are escaped and cut, and the number
 * of model names is bounded.
 */
public class DefaultLlmObservationConvention extends DefaultRunObservationConvention {

	private static final int MAX_TEXT_LENGTH = 1000;

	private final ModelAttributes models = new ModelAttributes();

	/**
	 * Create the convention.
	 * @param conventions the version of the conventions
	 */
	public DefaultLlmObservationConvention(GenAiConventions conventions) {
		super(RunType.LLM, conventions);
	}

	@Override
	public @Nullable String getContextualName(RunObservationContext context) {
		String model = options(context).model();
		return (model != null) ? operation() + " " + this.models.requested(model) : operation();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(RunObservationContext context) {
		return super.getLowCardinalityKeyValues(context)
			.and(this.models.keyValues(context.getProvider(), options(context).model(), context.getEnd()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(RunObservationContext context) {
		List<KeyValue> result = new ArrayList<>();
		addRequest(options(context), context, result);
		LlmAnswer answer = LlmAnswer.of(context.getEnd());
		if (answer != null) {
			addResponse(answer, result);
			addUsage(answer.result().llmOutput().tokenUsage(), result);
		}
		return super.getHighCardinalityKeyValues(context).and(result);
	}

	private static ChatOptions options(RunObservationContext context) {
		return (context.getStart() instanceof ChatModelStart start) ? start.options() : ChatOptions.NONE;
	}

	private static void addRequest(ChatOptions options, RunObservationContext context, List<KeyValue> result) {
		add(HighCardinalityKeyNames.REQUEST_MAX_TOKENS, options.maxTokens(), result);
		add(HighCardinalityKeyNames.REQUEST_TEMPERATURE, options.temperature(), result);
		add(HighCardinalityKeyNames.REQUEST_TOP_P, options.topP(), result);
		add(HighCardinalityKeyNames.REQUEST_SEED, options.seed(), result);
		if (!options.stopSequences().isEmpty()) {
			add(HighCardinalityKeyNames.REQUEST_STOP_SEQUENCES,
					context.show(RunContentFilter.INPUT, options.stopSequences()), result);
		}
	}

	private static void addResponse(LlmAnswer answer, List<KeyValue> result) {
		add(HighCardinalityKeyNames.RESPONSE_ID, answer.result().llmOutput().id(), result);
		String reasons = answer.result()
			.generations()
			.stream()
			.flatMap(List::stream)
			.map(ChatGeneration::rawFinishReason)
			.filter(Objects::nonNull)
			.collect(Collectors.joining(","));
		add(HighCardinalityKeyNames.RESPONSE_FINISH_REASONS, reasons.isEmpty() ? null : reasons, result);
		if (answer.timeToFirstToken() != null) {
			add(HighCardinalityKeyNames.REQUEST_STREAM, true, result);
			add(HighCardinalityKeyNames.RESPONSE_TIME_TO_FIRST_CHUNK, LlmAnswer.seconds(answer.timeToFirstToken()),
					result);
		}
	}

	private void addUsage(TokenUsage usage, List<KeyValue> result) {
		if (!usage.isKnown()) {
			return;
		}
		add(HighCardinalityKeyNames.USAGE_INPUT_TOKENS, usage.input(), result);
		add(HighCardinalityKeyNames.USAGE_OUTPUT_TOKENS, usage.output(), result);
		add(HighCardinalityKeyNames.USAGE_CACHE_READ, positive(usage.cacheRead()), result);
		add(HighCardinalityKeyNames.USAGE_REASONING, positive(usage.reasoning()), result);
		if (usage.cacheWrite() > 0) {
			result.add(KeyValue.of(conventions().cacheWrite(), String.valueOf(usage.cacheWrite())));
		}
	}

	private static @Nullable Integer positive(int count) {
		return (count > 0) ? count : null;
	}

	private static void add(KeyName name, @Nullable Object value, List<KeyValue> result) {
		if (value != null) {
			result.add(name.withValue(PrintableText.of(value.toString(), MAX_TEXT_LENGTH)));
		}
	}

}
