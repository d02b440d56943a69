package dev.llmcallbacks.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A property as the documentation has it: from the configuration metadata, and for what
 * is configured under names of the application's, which the metadata leaves out, from the
 * sources.
 *
 * @param name the property's name
 * @param type its type's name
 * @param defaultValue its value unless one is given
 * @param description what is said of it
 */
record DescribedProperty(String name, String type, @Nullable String defaultValue, String description) {

	private static final Pattern FIELD = Pattern
		.compile("/\\*\\*([^/]*?)\\*/\\s+private (?:final )?(?:@Nullable )?(\\S.*?) (\\w+)(?: = (true|false))?[ ;]");

	private static final Map<String, List<Class<?>>> NAMED = Map.of("callbacks.handlers",
			List.of(HandlerProperties.class), "callbacks.clients",
			List.of(LlmClientProperties.class, ChatOptionsProperties.class));

	static List<DescribedProperty> all() {
		List<DescribedProperty> properties = new ArrayList<>();
		for (JsonNode property : metadata().get("properties")) {
			String name = property.get("name").asString();
			if (NAMED.containsKey(name)) {
				NAMED.get(name).forEach((type) -> properties.addAll(fields(name + ".<name>.", type)));
			}
			else {
				properties.add(new DescribedProperty(name, property.path("type").asString(), value(property),
						property.path("description").asString("")));
			}
		}
		properties.sort((one, other) -> one.name.compareTo(other.name));
		return properties;
	}

	private static @Nullable String value(JsonNode property) {
		JsonNode value = property.path("defaultValue");
		return value.isMissingNode() ? null : value.asString();
	}

	private static JsonNode metadata() {
		try {
			Path classes = Path
				.of(LlmCallbacksProperties.class.getProtectionDomain().getCodeSource().getLocation().toURI());
			return JsonMapper.shared()
				.readTree(classes.resolve("META-INF/spring-configuration-metadata.json").toFile());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Collection<DescribedProperty> fields(String prefix, Class<?> type) {
		Path source = Path.of("src/main/java", type.getName().replace('.', '/') + ".java");
		try {
			return FIELD.matcher(Files.readString(source)).results().map((field) -> of(prefix, field)).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static DescribedProperty of(String prefix, MatchResult field) {
		String description = field.group(1).replaceAll("\\s*\\n\\s*\\*\\s*", " ").strip();
		String name = field.group(3).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
		return new DescribedProperty(prefix + ConfigurationPropertyName.of(name), field.group(2), field.group(4),
				description);
	}

	boolean isSwitch() {
		return this.type.toLowerCase(Locale.ROOT).endsWith("boolean");
	}

	boolean isMap() {
		return this.type.contains("Map<");
	}

	String group() {
		String[] parts = this.name.split("\\.");
		return (parts.length > 2) ? parts[0] + "." + parts[1] : parts[0];
	}

}
