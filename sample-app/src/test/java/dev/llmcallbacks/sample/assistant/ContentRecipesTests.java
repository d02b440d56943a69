package dev.llmcallbacks.sample.assistant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import dev.llmcallbacks.autoconfigure.LlmObservationProperties;
import dev.llmcallbacks.observation.RunObservationDocumentation.HighCardinalityKeyNames;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Binds the configurations of {@code docs/content-in-traces.md}.
 */
class ContentRecipesTests {

	private static final Path PAGE = Path.of("../docs/content-in-traces.md");

	private static final Pattern CONTENT = Pattern.compile("gen_ai\\.(system_instructions|(input|output)\\.messages"
			+ "|tool\\.call\\.(arguments|result)|retrieval\\.(query\\.text|documents))");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(OpenTelemetrySdkAutoConfiguration.class,
				OpenTelemetryTracingAutoConfiguration.class, OtlpTracingAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource({ "Langfuse,https://cloud.langfuse.com/api/public/otel/v1/traces,true",
			"Phoenix,http://localhost:6006/v1/traces,true", "Aspire dashboard,http://localhost:4318/v1/traces,false" })
	void shouldConfigureTheExporterAndTheContent(String section, String endpoint, boolean metadata) {
		this.runner.withInitializer((context) -> add(section, context.getEnvironment()))
			.withPropertyValues("LANGFUSE_AUTHORIZATION=Basic cHVibGljOnNlY3JldA==")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(OtlpHttpSpanExporter.class).toString())
					.contains("endpoint=" + endpoint + ",");
				assertThat(context.getBean(Sampler.class).getDescription()).contains("TraceIdRatioBased{1.000000}");
				LlmObservationProperties content = bound(context);
				assertThat(content.isInputs()).isTrue();
				assertThat(content.isOutputs()).isTrue();
				assertThat(content.getMetadata())
					.isEqualTo(metadata ? Map.of("conversation", "session.id", "user", "user.id") : Map.of());
			});
	}

	@Test
	void shouldSendTheHeadersOfLangfuse() {
		this.runner.withInitializer((context) -> add("Langfuse", context.getEnvironment()))
			.withPropertyValues("LANGFUSE_AUTHORIZATION=Basic cHVibGljOnNlY3JldA==")
			.run((context) -> {
				assertThat(context.getBean(OtlpHttpSpanExporter.class).toString()).contains("Authorization=OBFUSCATED",
						"x-langfuse-ingestion-version=OBFUSCATED");
				assertThat(context.getEnvironment()
					.getProperty("management.opentelemetry.tracing.export.otlp.headers.Authorization"))
					.isEqualTo("Basic cHVibGljOnNlY3JldA==");
			});
	}

	@Test
	void shouldBindWhatThePageBeginsWith() {
		this.runner.withInitializer((context) -> add("Content in traces", context.getEnvironment())).run((context) -> {
			LlmObservationProperties content = bound(context);
			assertThat(content.isInputs()).isTrue();
			assertThat(content.isOutputs()).isTrue();
			assertThat(content.getMaxContentLength()).isEqualTo(16_384);
			assertThat(content.getMetadata()).containsOnlyKeys("conversation", "user");
		});
	}

	@Test
	void shouldRemoveAllContentAndNothingElseInTheCollector() throws IOException {
		PropertySource<?> collector = sources(yaml("OpenTelemetry collector")).get(0);
		String[] names = ((EnumerablePropertySource<?>) collector).getPropertyNames();
		List<Pattern> deleted = Stream.of(names)
			.filter((name) -> name.matches("processors\\.attributes/no-content\\.actions\\[\\d+]\\.(key|pattern)"))
			.map((name) -> {
				String value = String.valueOf(collector.getProperty(name));
				return Pattern.compile(name.endsWith(".key") ? Pattern.quote(value) : value);
			})
			.toList();
		for (HighCardinalityKeyNames name : HighCardinalityKeyNames.values()) {
			String key = name.asString();
			assertThat(deleted.stream().anyMatch((pattern) -> pattern.matcher(key).find())).as(key)
				.isEqualTo(CONTENT.matcher(key).matches());
		}
		for (String pipeline : List.of("with-content", "without-content")) {
			String path = "service.pipelines.traces/" + pipeline + ".";
			assertThat(collector.getProperty(path + "exporters[0]")).isEqualTo("otlp_http/" + pipeline);
			assertThat(names).contains("exporters.otlp_http/" + pipeline + ".endpoint");
			assertThat(String.valueOf(collector.getProperty(path + "processors[0]")).equals("attributes/no-content"))
				.isEqualTo(pipeline.equals("without-content"));
		}
	}

	private static LlmObservationProperties bound(ApplicationContext context) {
		return Binder.get(context.getEnvironment())
			.bind("callbacks.observations", LlmObservationProperties.class)
			.get();
	}

	private static void add(String section, ConfigurableEnvironment environment) {
		try {
			sources(yaml(section)).forEach(environment.getPropertySources()::addLast);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<PropertySource<?>> sources(String yaml) throws IOException {
		return new YamlPropertySourceLoader().load("page",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
	}

	private static String yaml(String section) throws IOException {
		String page = Files.readString(PAGE);
		Matcher block = Pattern
			.compile("^##? " + Pattern.quote(section) + "$.*?^```yaml\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
			.matcher(page);
		assertThat(block.find()).as("section %s", section).isTrue();
		return block.group(1);
	}

}
