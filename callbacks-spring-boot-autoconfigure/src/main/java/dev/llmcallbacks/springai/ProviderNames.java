package dev.llmcallbacks.springai;

import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;

import dev.llmcallbacks.model.ModelProvider;

/**
 * Names of the services behind models of Spring AI, by the type of their options, which a
 * proxy of the model does not hide.
 */
final class ProviderNames {

	static final String OPENAI = "openai";

	static final String ANTHROPIC = "anthropic";

	private static final String SUFFIX = "ChatOptions";

	private ProviderNames() {
	}

	/**
	 * Return the service of a call.
	 * @param options the options of the call or of its model, or {@code null}
	 * @return the service; {@link ModelProvider#UNKNOWN} if the options are those of any
	 * model
	 */
	static ModelProvider of(@Nullable ChatOptions options) {
		String type = (options != null) ? options.getClass().getSimpleName() : "";
		int end = type.indexOf(SUFFIX);
		if (end <= 0 || type.startsWith("Default")) {
			return ModelProvider.UNKNOWN;
		}
		return new ModelProvider(type.substring(0, end).toLowerCase(Locale.ROOT), null, null);
	}

}
