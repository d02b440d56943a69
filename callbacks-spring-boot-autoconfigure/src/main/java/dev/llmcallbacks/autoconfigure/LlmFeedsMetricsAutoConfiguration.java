package dev.llmcallbacks.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.feed.FeedMeters;
import dev.llmcallbacks.feed.RunFeeds;

/**
 * Auto-configuration for the meters of feeds, where there is a {@link MeterRegistry}.
 */
@AutoConfiguration(after = LlmFeedsAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MeterRegistry.class, RunFeeds.class })
public final class LlmFeedsMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	FeedMeters llmCallbacksFeedMeters(RunFeeds feeds) {
		return new FeedMeters(feeds);
	}

}
