package dev.llmcallbacks.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.observation.RunObservationDocumentation.LowCardinalityKeyNames;

/**
 * Key values that identify the requested and the responding model. The keys are always
 * the same, because all meters of one name must have the same keys. The number of values
 * is bounded, because users may choose the requested model, and the provider the other.
 * Thread-safe.
 */
final class ModelAttributes {

	private final BoundedNames requested = new BoundedNames();

	private final BoundedNames responding = new BoundedNames();

	/**
	 * Return the value for the name of a requested model.
	 * @param model the model, or {@code null} if the service decides
	 * @return the name, or what stands in its place
	 */
	String requested(@Nullable String model) {
		return this.requested.of(model);
	}

	/**
	 * Return the key values of a call.
	 * @param provider the service that is called
	 * @param model the requested model, or {@code null} if the service decides
	 * @param end the run's last event, or {@code null} as long as it has not ended
	 * @return the key values
	 */
	KeyValues keyValues(ModelProvider provider, @Nullable String model, @Nullable RunEnd end) {
		LlmAnswer answer = LlmAnswer.of(end);
		String responding = (answer != null) ? answer.result().llmOutput().modelName() : null;
		return KeyValues.of(LowCardinalityKeyNames.PROVIDER_NAME.withValue(provider.name()),
				LowCardinalityKeyNames.REQUEST_MODEL.withValue(requested(model)),
				LowCardinalityKeyNames.RESPONSE_MODEL.withValue(this.responding.of(responding)),
				LowCardinalityKeyNames.SERVER_ADDRESS.withValue(orNone(provider.host())),
				LowCardinalityKeyNames.SERVER_PORT.withValue(orNone(provider.port())));
	}

	private static String orNone(@Nullable Object value) {
		return (value != null) ? value.toString() : KeyValue.NONE_VALUE;
	}

}
