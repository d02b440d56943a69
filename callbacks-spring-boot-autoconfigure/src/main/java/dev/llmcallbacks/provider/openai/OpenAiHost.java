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

	/** Servers that have no other format than JSON without a schema. */
	private static final List<String> WITHOUT_SCHEMAS = List.of("api.deepseek.com", "api.z.ai", "open.bigmodel.cn");

	/**
	 * Whether a server is known to have no other format than JSON without a schema.
	 * @param host the server's host
	 * @return whether it is
	 */
	static boolean hasNoSchemas(String host) {
		return WITHOUT_SCHEMAS.contains(host.toLowerCase(Locale.ROOT));
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
