package dev.llmcallbacks.provider.openai;

import java.util.List;
import java.util.Locale;

/**
 * Kind of server that an OpenAI base URL names.
 */
enum OpenAiHost {

	/** OpenAI itself, its regional hosts included. */
	OPENAI("api.openai.com"),

	/** OpenAI's models on Azure. */
	AZURE("openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com"),

	/** A server that speaks the protocol. */
	OTHER;

	private final List<String> domains;

	OpenAiHost(String... domains) {
		this.domains = List.of(domains);
	}

	static OpenAiHost of(String host) {
		String lower = host.toLowerCase(Locale.ROOT);
		for (OpenAiHost kind : values()) {
			if (kind.domains.stream().anyMatch((domain) -> lower.equals(domain) || lower.endsWith("." + domain))) {
				return kind;
			}
		}
		return OTHER;
	}

}
