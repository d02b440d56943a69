package dev.llmcallbacks.autoconfigure.actuate;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatClientAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatModelAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmSanitizingAutoConfiguration}.
 */
class LlmSanitizingAutoConfigurationTests {

	private static final String SECRET = "SECRETVAL";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class,
				WebClientAutoConfiguration.class, LlmCallbacksAutoConfiguration.class,
				LlmChatModelAutoConfiguration.class, LlmChatClientAutoConfiguration.class,
				EnvironmentEndpointAutoConfiguration.class,
				ConfigurationPropertiesReportEndpointAutoConfiguration.class, LlmSanitizingAutoConfiguration.class))
		.withPropertyValues("management.endpoint.env.show-values=always",
				"management.endpoint.configprops.show-values=always",
				"management.endpoints.web.exposure.include=env,configprops", "callbacks.chat.provider=openai");

	@Test
	@DisplayName("S10 G31 env and configprops show no secret even where they show values")
	void shouldShowNoSecret() {
		this.runner
			.withPropertyValues("MY_VARIABLE=" + SECRET + "-of-a-variable", "callbacks.openai.api-key=${MY_VARIABLE}",
					"some.other=prefix " + SECRET + "-of-a-variable", "callbacks.anthropic.apiKey=" + SECRET,
					"callbacks.openai.headers.x-team=" + SECRET, "callbacks.anthropic.headers[X-Y]=" + SECRET,
					"callbacks.openai.base-url=https://localhost/v1?key=PRIVATE",
					"callbacks.clients.fast.api-key=" + SECRET, "callbacks.clients.fast.headers.x=" + SECRET,
					"callbacks.clients.fast.baseUrl=https://localhost/v9?key=PRIVATE", "callbacks.chat.model=shown")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("CALLBACKS_CLIENTS_SLOW_APIKEY", SECRET, "CALLBACKS_CLIENTS_SLOW_PROVIDER", "anthropic",
								"CALLBACKS_OPENAI_API_KEY", SECRET, "CALLBACKS_CLIENTS_SLOW_HEADERS_X", SECRET))))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				String env = json(context.getBean(EnvironmentEndpoint.class).environment(null));
				String configprops = json(
						context.getBean(ConfigurationPropertiesReportEndpoint.class).configurationProperties());
				assertThat(env).doesNotContain(SECRET, "PRIVATE")
					.contains("shown", "https://localhost/v1?******", "https://localhost/v9?******");
				assertThat(configprops).doesNotContain(SECRET, "PRIVATE")
					.contains("shown", "https://localhost/v1?******");
			});
	}

	@Test
	@DisplayName("S10 a user in a base URL is not shown, of an application that does not start for it either")
	void shouldShowNoUser() {
		LlmSanitizingFunction function = new LlmSanitizingFunction(List::of);
		assertThat(function.apply(new SanitizableData(null, "callbacks.openai.base-url", "http://usr:PW@host/v1"))
			.getValue()).isEqualTo("http://******@host/v1");
	}

	@Test
	void shouldBackOffWithoutActuator() {
		this.runner.withClassLoader(new FilteredClassLoader(SanitizingFunction.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LlmSanitizingAutoConfiguration.class));
	}

	private static String json(Object answer) {
		return JsonMapper.shared().writeValueAsString(answer);
	}

}
