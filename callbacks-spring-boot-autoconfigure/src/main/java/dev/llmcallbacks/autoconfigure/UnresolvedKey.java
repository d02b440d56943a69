package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * Determines which variable is missing if a provider is not configured although there is
 * a property for its key.
 */
final class UnresolvedKey {

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)[}:]");

	private UnresolvedKey() {
	}

	/**
	 * Return the first variable that a value refers to.
	 * @param value the value of a property
	 * @return the name of the variable; empty if there is none
	 */
	static String variable(String value) {
		Matcher placeholder = PLACEHOLDER.matcher(value);
		return placeholder.find() ? placeholder.group(1) : "";
	}

	/**
	 * Describe the first key that is there but empty, that of the selected provider if it
	 * is one of them.
	 * @param environment the environment
	 * @return the description, or {@code null} if there is no property for a key
	 */
	static @Nullable String describe(Environment environment) {
		String selected = environment.getProperty("callbacks.chat.provider", "");
		return Arrays.stream(Provider.values())
			.sorted(Comparator.comparing((provider) -> !provider.id().equalsIgnoreCase(selected)))
			.map((provider) -> describe(provider, environment))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Describe the key of a provider that is there but empty.
	 * @param provider the provider, which is not configured
	 * @param environment the environment
	 * @return the description, or {@code null} if there is no property for the key
	 */
	static @Nullable String describe(Provider provider, Environment environment) {
		return describe(provider.prefix() + ".api-key", environment);
	}

	private static @Nullable String describe(String property, Environment environment) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (var source : ConfigurationPropertySources.get(environment)) {
			var found = source.getConfigurationProperty(name);
			if (found != null) {
				String variable = variable(String.valueOf(found.getValue()));
				return variable.isEmpty() ? "'%s' is empty".formatted(property)
						: "'%s' refers to %s, which is not set".formatted(property, variable);
			}
		}
		return null;
	}

}
