package dev.llmcallbacks.sample.scripted;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

import dev.llmcallbacks.test.ScriptedProvider;

/**
 * Sees which providers are configured. If none is, starts a {@link ScriptedProvider} that
 * stops with the application, and configures both protocols with it. As soon as one real
 * provider is configured, nothing is scripted, and only what is configured is used.
 * <p>
 * Also chooses {@code sample.provider}, the provider that answers when a request names
 * none: the first that is configured.
 */
public class ScriptedProviderEnvironmentPostProcessor implements EnvironmentPostProcessor {

	private static final List<String> PROVIDERS = List.of("openai", "anthropic");

	private final Log log;

	private final ConfigurableBootstrapContext bootstrapContext;

	public ScriptedProviderEnvironmentPostProcessor(DeferredLogFactory logFactory,
			ConfigurableBootstrapContext bootstrapContext) {
		this.log = logFactory.getLog(getClass());
		this.bootstrapContext = bootstrapContext;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		List<String> configured = PROVIDERS.stream().filter((name) -> isConfigured(environment, name)).toList();
		Map<String, Object> properties = new LinkedHashMap<>();
		if (configured.isEmpty()) {
			ScriptedProvider provider = start(environment);
			properties.put("callbacks.openai.base-url", provider.openAiBaseUrl());
			properties.put("callbacks.openai.api-key", "scripted");
			properties.put("callbacks.anthropic.base-url", provider.anthropicBaseUrl());
			properties.put("callbacks.anthropic.api-key", "scripted");
			this.log.info(("No provider is configured, so a scripted one at %s answers in both protocols. "
					+ "For a real one set OPENAI_API_KEY or ANTHROPIC_API_KEY, or callbacks.openai.base-url "
					+ "or callbacks.anthropic.base-url for any compatible server")
				.formatted(provider.anthropicBaseUrl()));
		}
		else {
			this.log.info("Configured for real: %s. Nothing is scripted".formatted(String.join(", ", configured)));
		}
		String standard = (configured.isEmpty() ? PROVIDERS : configured).get(0);
		properties.put("sample.provider", environment.getProperty("sample.provider", standard));
		environment.getPropertySources().addFirst(new MapPropertySource("scriptedProvider", properties));
	}

	private static boolean isConfigured(ConfigurableEnvironment environment, String provider) {
		return StringUtils.hasText(environment.getProperty("callbacks." + provider + ".api-key"))
				|| StringUtils.hasText(environment.getProperty("callbacks." + provider + ".base-url"));
	}

	private ScriptedProvider start(ConfigurableEnvironment environment) {
		int port = environment.getProperty("sample.scripted.port", Integer.class, 0);
		Duration pace = environment.getProperty("sample.scripted.pace", Duration.class, Duration.ofMillis(40));
		ScriptedProvider provider = ScriptedProvider.start(port, new ScriptedModel(pace));
		this.bootstrapContext.addCloseListener((event) -> stopWith(event.getApplicationContext(), provider));
		return provider;
	}

	private static void stopWith(ConfigurableApplicationContext context, ScriptedProvider provider) {
		context.getBeanFactory().registerSingleton("scriptedProvider", provider);
		if (context.getBeanFactory() instanceof DefaultSingletonBeanRegistry registry) {
			registry.registerDisposableBean("scriptedProvider", provider::close);
		}
	}

}
