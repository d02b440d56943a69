package dev.llmcallbacks.autoconfigure.actuate;

import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.feed.RunFeeds;

/**
 * Whether the store of feeds can be reached. If it cannot, the status is {@code UNKNOWN},
 * which does not affect that of the application: runs and their followers on this node do
 * not depend on the store.
 */
final class FeedHealthIndicator extends AbstractReactiveHealthIndicator {

	private final RunFeeds feeds;

	FeedHealthIndicator(RunFeeds feeds) {
		this.feeds = feeds;
	}

	@Override
	protected Mono<Health> doHealthCheck(Health.Builder builder) {
		return this.feeds.ping()
			.then(Mono.fromSupplier(() -> builder.up().withDetail("store", "reachable").build()))
			.onErrorResume((ex) -> Mono.just(builder.unknown()
				.withDetail("store", "unreachable")
				.withDetail("error", ex.getClass().getName())
				.build()));
	}

}
