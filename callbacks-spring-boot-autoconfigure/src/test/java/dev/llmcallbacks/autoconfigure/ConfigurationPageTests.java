package dev.llmcallbacks.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is said of the properties: their descriptions, and the reference in
 * {@code docs/configuration.md}, which is made of them.
 */
class ConfigurationPageTests {

	static Stream<DescribedProperty> properties() {
		return DescribedProperty.all().stream();
	}

	@Test
	void shouldKnowTheProperties() {
		assertThat(DescribedProperty.all()).extracting(DescribedProperty::name)
			.contains("callbacks.chat.model", "callbacks.handlers.<name>.buffer-size", "callbacks.clients.<name>.model",
					"callbacks.clients.<name>.base-url", "callbacks.max-event-size");
	}

	@ParameterizedTest
	@MethodSource("properties")
	void shouldDescribeAPropertyAsSpringBootDoes(DescribedProperty property) {
		assertThat(property.description()).as("the description of %s", property.name())
			.matches("[A-Z].*\\.")
			.doesNotMatch("(The|A|An|This) .*")
			.doesNotContain("{@", "\n", "default");
		if (property.isSwitch()) {
			assertThat(property.description()).as("the description of %s", property.name()).startsWith("Whether ");
		}
	}

	@Test
	void shouldListEveryPropertyInThePage() {
		Map<String, List<DescribedProperty>> groups = properties()
			.collect(Collectors.groupingBy(DescribedProperty::group, LinkedHashMap::new, Collectors.toList()));
		StringBuilder text = new StringBuilder();
		groups.forEach((group, properties) -> text.append("\n### `")
			.append(group)
			.append("`\n\n")
			.append("| property | default | |\n|---|---|---|\n")
			.append(properties.stream().map(ConfigurationPageTests::row).collect(Collectors.joining())));
		GeneratedSection.of("configuration.md", "properties").assertIsUpToDate(text.append('\n').toString());
	}

	private static String row(DescribedProperty property) {
		String defaultValue = (property.defaultValue() != null) ? "`" + property.defaultValue() + "`" : "";
		return "| `%s%s` | %s | %s |\n".formatted(property.name(), property.isMap() ? ".*" : "", defaultValue,
				property.description());
	}

}
