package dev.llmcallbacks.langchain4j;

import java.util.Locale;

import dev.langchain4j.model.ModelProvider;
import org.jspecify.annotations.Nullable;

/**
 * Names of LangChain4j's providers, as OpenTelemetry's conventions for generative AI have
 * them.
 *
 * @see <a href=
 * "https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/">OpenTelemetry:
 * attribute gen_ai.provider.name</a>
 */
final class ProviderNames {

	/** The name of a provider that LangChain4j does not know. */
	static final String UNKNOWN = "unknown";

	private ProviderNames() {
	}

	/**
	 * Return the name of a provider.
	 * @param provider the provider, or {@code null}
	 * @return the name
	 */
	static String of(@Nullable ModelProvider provider) {
		if (provider == null) {
			return UNKNOWN;
		}
		return switch (provider) {
			case OPEN_AI -> "openai";
			case AMAZON_BEDROCK -> "aws.bedrock";
			case GOOGLE_AI_GEMINI, GOOGLE_GENAI -> "gcp.gemini";
			case GOOGLE_VERTEX_AI_GEMINI, GOOGLE_VERTEX_AI_ANTHROPIC -> "gcp.vertex_ai";
			case AZURE_OPEN_AI -> "azure.ai.openai";
			case MICROSOFT_FOUNDRY -> "azure.ai.inference";
			case WATSONX -> "ibm.watsonx.ai";
			case OTHER -> UNKNOWN;
			default -> provider.name().toLowerCase(Locale.ROOT);
		};
	}

}
