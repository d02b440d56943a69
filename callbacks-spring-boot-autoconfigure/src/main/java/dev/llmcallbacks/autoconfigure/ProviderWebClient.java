package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.core.ResolvableType;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.HttpResources;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.llmcallbacks.provider.ConnectionPool;

/**
 * Provides the application's {@link WebClient.Builder} to the providers, with a pool of
 * connections for streams where the application has not chosen a connector itself.
 */
final class ProviderWebClient implements DisposableBean {

	private static final Duration DEFAULT_MAX_WAIT = Duration.ofSeconds(30);

	private final ConfigurableListableBeanFactory beanFactory;

	private final @Nullable Duration connectTimeout;

	private final @Nullable Integer maxConnections;

	// guarded by this

	private @Nullable ClientHttpConnector connector;

	private @Nullable ConnectionProvider pool;

	ProviderWebClient(ConfigurableListableBeanFactory beanFactory, LlmTimeoutProperties timeouts,
			LlmHttpProperties http) {
		this.beanFactory = beanFactory;
		this.connectTimeout = timeouts.getConnect();
		this.maxConnections = http.getMaxConnections();
	}

	/**
	 * Return the application's builder. If the application has a builder or a connector
	 * of its own, the builder is returned as it is, unless a property of the library
	 * determines the connector. Otherwise the connector is built from the application's
	 * settings, and a {@link WebClientCustomizer} may still replace it.
	 * @return the builder
	 */
	WebClient.Builder builder() {
		if (this.connectTimeout != null || this.maxConnections != null) {
			return applicationBuilder().clientConnector(connector());
		}
		if (!isAutoConfigured(WebClient.Builder.class, WebClientAutoConfiguration.class)
				|| !isAutoConfigured(ClientHttpConnector.class, ReactiveHttpClientAutoConfiguration.class)) {
			return applicationBuilder();
		}
		WebClient.Builder builder = WebClient.builder().clientConnector(connector());
		this.beanFactory.getBeanProvider(WebClientCustomizer.class)
			.orderedStream()
			.filter((customizer) -> !setsAutoConfiguredConnector(customizer))
			.forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

	private WebClient.Builder applicationBuilder() {
		return this.beanFactory.getBeanProvider(WebClient.Builder.class).getIfAvailable(WebClient::builder);
	}

	private boolean setsAutoConfiguredConnector(WebClientCustomizer customizer) {
		return Arrays.stream(this.beanFactory.getBeanNamesForType(WebClientCustomizer.class))
			.filter((name) -> isDeclaredBy(WebClientAutoConfiguration.class, name))
			.anyMatch((name) -> this.beanFactory.getBean(name) == customizer);
	}

	private boolean isAutoConfigured(Class<?> type, Class<?> autoConfiguration) {
		return Arrays.stream(this.beanFactory.getBeanNamesForType(type, true, false))
			.allMatch((name) -> isDeclaredBy(autoConfiguration, name));
	}

	private boolean isDeclaredBy(Class<?> configuration, String name) {
		if (!this.beanFactory.containsBeanDefinition(name)) {
			return false;
		}
		BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(name);
		// no name of a factory bean after ahead-of-time processing
		Method method = (definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
		return (method != null) ? method.getDeclaringClass() == configuration
				: configuration.getName().equals(definition.getFactoryBeanName());
	}

	private synchronized ClientHttpConnector connector() {
		if (this.connector == null) {
			this.connector = createConnector();
		}
		return this.connector;
	}

	private ClientHttpConnector createConnector() {
		HttpClientSettings settings = this.beanFactory.getBeanProvider(HttpClientSettings.class)
			.getIfAvailable(HttpClientSettings::defaults)
			.withRedirects(HttpRedirects.DONT_FOLLOW);
		if (this.connectTimeout != null) {
			settings = settings.withConnectTimeout(this.connectTimeout);
		}
		ClientHttpConnectorBuilder<?> builder = this.beanFactory
			.<ClientHttpConnectorBuilder<?>>getBeanProvider(ResolvableType.forClass(ClientHttpConnectorBuilder.class))
			.getIfAvailable(ClientHttpConnectorBuilder::detect);
		return (builder instanceof ReactorClientHttpConnectorBuilder reactor)
				? pooled(reactor, settings).build(settings) : builder.build(settings);
	}

	private ReactorClientHttpConnectorBuilder pooled(ReactorClientHttpConnectorBuilder builder,
			HttpClientSettings settings) {
		if (this.maxConnections == null && hasPoolOfTheApplication(builder, settings)) {
			return builder;
		}
		Duration maxWait = Objects.requireNonNullElse(settings.connectTimeout(), DEFAULT_MAX_WAIT);
		ConnectionProvider pool = ConnectionPool.create(this.maxConnections, maxWait);
		this.pool = pool;
		ReactorResourceFactory resources = this.beanFactory.getBeanProvider(ReactorResourceFactory.class)
			.getIfAvailable();
		return builder.withHttpClientFactory(() -> {
			HttpClient client = HttpClient.create(pool);
			return (resources != null) ? client.runOn(resources.getLoopResources()) : client;
		});
	}

	private static boolean hasPoolOfTheApplication(ReactorClientHttpConnectorBuilder builder,
			HttpClientSettings settings) {
		AtomicReference<@Nullable HttpClient> built = new AtomicReference<>();
		builder.withHttpClientCustomizer((client) -> {
			built.set(client);
			return client;
		}).build(settings);
		HttpClient client = built.get();
		return client != null && client.configuration().connectionProvider() != HttpResources.get();
	}

	/**
	 * Close the connections.
	 */
	@Override
	public synchronized void destroy() {
		if (this.pool != null) {
			this.pool.dispose();
		}
	}

}
