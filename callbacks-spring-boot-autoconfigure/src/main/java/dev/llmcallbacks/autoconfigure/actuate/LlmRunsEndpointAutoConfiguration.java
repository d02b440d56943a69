package dev.llmcallbacks.autoconfigure.actuate;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskExecutor;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.handlers.RunWatch;
import dev.llmcallbacks.handlers.TokenCostHandler;

/**
 * Auto-configuration for the {@link LlmRunsEndpoint} and what it shows. Nothing of it is
 * there unless the endpoint has access and is exposed.
 */
@AutoConfiguration(after = LlmCallbacksAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(endpoint = LlmRunsEndpoint.class, exposure = EndpointExposure.WEB)
@ConditionalOnBean(CallbackManager.class)
@EnableConfigurationProperties(LlmRunsEndpointProperties.class)
@ImportRuntimeHints(LlmRunsEndpointAutoConfiguration.PageHints.class)
public final class LlmRunsEndpointAutoConfiguration {

	private static final String WATCH = "llmCallbacksRunWatch";

	private static final String TOKENS = "llmCallbacksRunWatchTokens";

	/** The handlers of the view itself, which it neither shows nor switches. */
	static final Set<String> HANDLERS = Set.of(WATCH, TOKENS);

	private static final String SECURITY = "org.springframework.security.core.Authentication";

	@Bean(WATCH)
	@LlmCallback(WATCH)
	@ConditionalOnMissingBean
	RunWatch llmCallbacksRunWatch(LlmRunsEndpointProperties properties, ObjectProvider<RunContentFilter> contentFilter,
			ObjectProvider<TokenCostHandler> costs) {
		TokenCostHandler prices = costs.getIfUnique(() -> TokenCostHandler.builder().build());
		return new RunWatch(properties.getShowContent() != Show.NEVER, ContentGuard.of(contentFilter.getIfAvailable()),
				prices::costOf);
	}

	@Bean(TOKENS)
	@LlmCallback(TOKENS)
	@ConditionalOnMissingBean(name = TOKENS)
	AsyncCallbackHandler llmCallbacksRunWatchTokens(RunWatch watch) {
		return watch.tokenHandler();
	}

	// Handlers are prepared when all singletons exist, and this one is not called yet
	@Bean
	@ConditionalOnMissingBean(name = "llmCallbacksRunWatchSwitch")
	SmartInitializingSingleton llmCallbacksRunWatchSwitch(RunWatch watch, CallbackManager callbackManager) {
		return () -> watch.switchTokens((on) -> callbackManager.setEnabled(TOKENS, on));
	}

	@Bean
	@ConditionalOnMissingBean
	ContentAccess llmCallbacksRunViewAccess(LlmRunsEndpointProperties properties,
			ConfigurableListableBeanFactory beanFactory) {
		return new ContentAccess(properties.getShowContent(), properties.getRoles(),
				ClassUtils.isPresent(SECURITY, beanFactory.getBeanClassLoader()));
	}

	@Bean
	@ConditionalOnMissingBean
	LlmRunsEndpoint llmCallbacksRunsEndpoint(CallbackManager callbackManager, RunWatch watch, ContentAccess access,
			EndpointAccessResolver accessResolver, ConfigurableListableBeanFactory beanFactory) {
		LlmCallbacksEndpoint callbacks = new LlmCallbacksEndpoint(callbackManager,
				SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, TaskExecutor.class));
		Access granted = accessResolver.accessFor(EndpointId.of(LlmRunsEndpoint.ID), Access.NONE);
		return new LlmRunsEndpoint(callbackManager, callbacks, watch, access, granted != Access.UNRESTRICTED);
	}

	@Bean
	@ConditionalOnMissingBean
	RunViewAddress llmCallbacksRunViewAddress(ContentAccess access, ObjectProvider<PathMappedEndpoints> endpoints,
			Environment environment) {
		return new RunViewAddress(access.token(), endpoints, environment);
	}

	static final class PageHints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			String folder = ClassUtils.convertClassNameToResourcePath(RunViewFile.class.getPackageName());
			hints.resources().registerPattern(folder + "/" + RunViewFile.FOLDER + "*");
		}

	}

}
