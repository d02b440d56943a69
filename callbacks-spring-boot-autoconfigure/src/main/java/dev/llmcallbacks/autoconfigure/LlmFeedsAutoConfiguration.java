package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.feed.FeedStore;
import dev.llmcallbacks.feed.MemoryFeedStore;
import dev.llmcallbacks.feed.RunFeeds;
import dev.llmcallbacks.feed.redis.RedisFeedStore;

/**
 * Auto-configuration for {@link RunFeeds}. Feeds are kept in memory, and in Redis only if
 * {@code callbacks.feeds.store} says so, through the application's connection factory.
 */
@AutoConfiguration(after = LlmCallbacksAutoConfiguration.class,
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration")
@EnableConfigurationProperties(LlmFeedsProperties.class)
public final class LlmFeedsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(FeedStore.class)
	@ConditionalOnProperty(name = "callbacks.feeds.store", havingValue = "memory", matchIfMissing = true)
	MemoryFeedStore llmCallbacksFeedStore(LlmFeedsProperties properties) {
		return memory(properties);
	}

	@Bean
	@ConditionalOnMissingBean
	RunFeeds llmCallbacksRunFeeds(ObjectProvider<FeedStore> store, LlmFeedsProperties properties,
			ObjectProvider<RunContentFilter> contentFilter) {
		FeedStore feedStore = store.getIfAvailable();
		if (feedStore == null) {
			throw new IllegalStateException("The property 'callbacks.feeds.store' is 'redis', but there is no "
					+ "ReactiveRedisConnectionFactory: add spring-boot-starter-data-redis-reactive");
		}
		return RunFeeds.builder()
			.store(feedStore)
			.memory(memory(properties))
			.retention(properties.getRetention())
			.lease(properties.getLease())
			.heartbeat(properties.getHeartbeat())
			.contentFilter(contentFilter.getIfAvailable())
			.build();
	}

	@Bean
	@ConditionalOnMissingBean
	FeedLifecycle llmCallbacksFeedLifecycle(RunFeeds feeds, Environment environment) {
		Duration timeout = Binder.get(environment)
			.bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
			.orElseGet(() -> Duration.ofSeconds(30));
		return new FeedLifecycle(feeds, timeout.dividedBy(10));
	}

	private static MemoryFeedStore memory(LlmFeedsProperties properties) {
		return new MemoryFeedStore(properties.getMaxSize().toBytes(), properties.getMaxTotalSize().toBytes());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ReactiveRedisConnectionFactory.class)
	@ConditionalOnProperty(name = "callbacks.feeds.store", havingValue = "redis")
	static class RedisConfiguration {

		private static final Log logger = LogFactory.getLog(LlmFeedsAutoConfiguration.class);

		@Bean
		@ConditionalOnMissingBean(FeedStore.class)
		RedisFeedStore llmCallbacksRedisFeedStore(ObjectProvider<ReactiveRedisConnectionFactory> connectionFactory,
				LlmFeedsProperties properties) {
			ReactiveRedisConnectionFactory connections = connectionFactory.getIfAvailable(() -> {
				throw new IllegalStateException("The property 'callbacks.feeds.store' is 'redis', but there is no "
						+ "ReactiveRedisConnectionFactory: add spring-boot-starter-data-redis-reactive");
			});
			if (connections instanceof LettuceConnectionFactory lettuce && lettuce.isClusterAware()) {
				logger.warn("Feeds do not use sharded messages: in a Redis cluster, whether a request to cancel a run "
						+ "on another node was received is not known reliably");
			}
			return new RedisFeedStore(connections, properties.getRedis().getKeyPrefix());
		}

	}

}
