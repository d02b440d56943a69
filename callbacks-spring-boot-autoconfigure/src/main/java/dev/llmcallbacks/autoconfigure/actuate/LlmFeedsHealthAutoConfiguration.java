package dev.llmcallbacks.autoconfigure.actuate;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.autoconfigure.LlmFeedsAutoConfiguration;
import dev.llmcallbacks.feed.RunFeeds;

/**
 * Auto-configuration for the {@link FeedHealthIndicator}.
 */
@AutoConfiguration(after = LlmFeedsAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(RunFeeds.class)
public final class LlmFeedsHealthAutoConfiguration {

	// Annotations of the type are also evaluated without Spring Boot's health support
	@Bean
	@ConditionalOnEnabledHealthIndicator("llmcallbacksfeeds")
	@ConditionalOnMissingBean(name = "llmCallbacksFeedsHealthIndicator")
	FeedHealthIndicator llmCallbacksFeedsHealthIndicator(RunFeeds feeds) {
		return new FeedHealthIndicator(feeds);
	}

}
