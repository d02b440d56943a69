package dev.llmcallbacks.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.observation.RunObservationDocumentation.LowCardinalityKeyNames;

/**
 * Who was asked, and who answered: always the same keys, for meters of one name must have
 * the same.
 *
 * @param provider the service that is called
 * @param requestModel the model that is asked, or {@code null} if the service decides
 */
record ModelAttributes(ModelProvider provider, @Nullable String requestModel) {

	KeyValues keyValues(@Nullable RunEnd end) {
		LlmAnswer answer = LlmAnswer.of(end);
		return KeyValues.of(LowCardinalityKeyNames.PROVIDER_NAME.withValue(this.provider.name()),
				LowCardinalityKeyNames.REQUEST_MODEL.withValue(orNone(this.requestModel)),
				LowCardinalityKeyNames.RESPONSE_MODEL
					.withValue(orNone((answer != null) ? answer.result().llmOutput().modelName() : null)),
				LowCardinalityKeyNames.SERVER_ADDRESS.withValue(orNone(this.provider.host())),
				LowCardinalityKeyNames.SERVER_PORT.withValue(orNone(this.provider.port())));
	}

	private static String orNone(@Nullable Object value) {
		return (value != null) ? value.toString() : KeyValue.NONE_VALUE;
	}

}
