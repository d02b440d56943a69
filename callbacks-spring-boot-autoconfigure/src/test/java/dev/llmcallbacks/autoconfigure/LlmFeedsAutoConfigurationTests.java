package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.autoconfigure.actuate.LlmFeedsHealthAutoConfiguration;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.feed.FeedMeters;
import dev.llmcallbacks.feed.FeedStore;
import dev.llmcallbacks.feed.MemoryFeedStore;
import dev.llmcallbacks.feed.RunFeed;
import dev.llmcallbacks.feed.RunFeeds;
import dev.llmcallbacks.feed.redis.RedisFeedStore;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmFeedsAutoConfiguration}, {@link LlmFeedsMetricsAutoConfiguration}
 * and {@link LlmFeedsHealthAutoConfiguration}.
 */
class LlmFeedsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LlmFeedsAutoConfiguration.class,
				LlmFeedsMetricsAutoConfiguration.class, LlmFeedsHealthAutoConfiguration.class,
				DataRedisAutoConfiguration.class, DataRedisReactiveAutoConfiguration.class));

	@Test
	void shouldKeepFeedsInMemoryUnlessRedisIsSaid() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(RunFeeds.class)
				.getBean(FeedStore.class)
				.isInstanceOf(MemoryFeedStore.class);
			assertThat(context).hasSingleBean(LettuceConnectionFactory.class);
			RunFeeds feeds = context.getBean(RunFeeds.class);
			RunFeed feed = feeds.create("alice");
			ChatClient client = ChatClient.builder(ScriptedChatModel.of("a")).build();
			assertThat(feed.start(client.prompt("Hi").content()).collectList().block(Duration.ofSeconds(30)))
				.hasSize(2);
			assertThat(health(context.getBean(ReactiveHealthIndicator.class))).isEqualTo(Status.UP);
		});
	}

	@Test
	void shouldWriteToRedisThroughTheConnectionDetails() {
		DataRedisConnectionDetails details = new DataRedisConnectionDetails() {

			@Override
			public Standalone getStandalone() {
				return Standalone.of("127.0.0.1", 1);
			}

		};
		this.runner.withBean(DataRedisConnectionDetails.class, () -> details)
			.withPropertyValues("callbacks.feeds.store=redis", "callbacks.feeds.lease=1s",
					"spring.lifecycle.timeout-per-shutdown-phase=5s")
			.run((context) -> {
				assertThat(context).hasSingleBean(FeedStore.class).hasSingleBean(RedisFeedStore.class);
				assertThat(context.getBean(LettuceConnectionFactory.class).getPort()).isOne();
				// nothing listens there, which is not felt
				RunFeed feed = context.getBean(RunFeeds.class).create("alice");
				assertThat(feed.start(Flux.empty()).collectList().block(Duration.ofSeconds(30))).hasSize(1);
				assertThat(health(context.getBean(ReactiveHealthIndicator.class))).isEqualTo(Status.UNKNOWN);
			});
	}

	private static Status health(ReactiveHealthIndicator indicator) {
		return indicator.health().block(Duration.ofSeconds(30)).getStatus();
	}

	@Test
	void shouldExplainThatRedisIsMissing() {
		this.runner.withPropertyValues("callbacks.feeds.store=redis")
			.withClassLoader(new FilteredClassLoader("org.springframework.data.redis"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("callbacks.feeds.store")
				.hasMessageContaining("spring-boot-starter-data-redis-reactive"));
	}

	@Test
	void shouldWorkWithoutOptionalDependencies() {
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.data.redis", "io.lettuce",
					"io.micrometer.core", "org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasSingleBean(RunFeeds.class));
	}

	@Test
	void shouldBackOff() {
		RunFeeds own = RunFeeds.builder().build();
		FeedStore store = new MemoryFeedStore();
		this.runner.withBean("ownFeeds", RunFeeds.class, () -> own)
			.withBean("ownStore", FeedStore.class, () -> store)
			.run((context) -> {
				assertThat(context).getBean(RunFeeds.class).isSameAs(own);
				assertThat(context).getBean(FeedStore.class).isSameAs(store);
			});
	}

	@Test
	void shouldMeasureFeeds() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			assertThat(context).hasSingleBean(FeedMeters.class);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			context.getBean(FeedMeters.class).bindTo(registry);
			RunFeed feed = context.getBean(RunFeeds.class).create("alice");
			feed.start(Flux.never()).subscribe();
			assertThat(registry.get("llm.callbacks.feed.open").gauge().value()).isOne();
			assertThat(registry.get("llm.callbacks.feed.followers").gauge().value()).isOne();
			assertThat(registry.get("llm.callbacks.feed.lag").timeGauge().value(TimeUnit.SECONDS)).isZero();
			context.getBean(RunFeeds.class).cancel(feed.runId(), "alice").block(Duration.ofSeconds(30));
			assertThat(registry.get("llm.callbacks.feed.appended").functionCounter().count()).isOne();
			assertThat(registry.get("llm.callbacks.feed.store.failures").functionCounter().count()).isZero();
		});
	}

	@Test
	void shouldRefuseInvalidValues() {
		for (String property : new String[] { "lease=500ms", "retention=0s", "max-size=0B", "heartbeat=-1s" }) {
			this.runner.withPropertyValues("callbacks.feeds." + property)
				.run((context) -> assertThat(context).hasFailed());
		}
	}

}
