package dev.llmcallbacks.feed;

import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the feeds of a node: {@code llm.callbacks.feed.open}, {@code .kept},
 * {@code .kept.size}, {@code .followers}, {@code .appended}, {@code .store.failures} and
 * {@code .lag}. Requires Micrometer.
 */
public final class FeedMeters implements MeterBinder {

	private static final String PREFIX = "llm.callbacks.feed.";

	private final RunFeeds feeds;

	/**
	 * Create the meters.
	 * @param feeds whose feeds are measured
	 */
	public FeedMeters(RunFeeds feeds) {
		this.feeds = feeds;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge("open", "Feeds whose run goes on", FeedStatistics::open, registry);
		gauge("kept", "Feeds in memory", FeedStatistics::kept, registry);
		gauge("followers", "Followers of feeds", FeedStatistics::followers, registry);
		Gauge.builder(PREFIX + "kept.size", this.feeds, value(FeedStatistics::keptBytes))
			.description("Size of the feeds in memory")
			.baseUnit("bytes")
			.register(registry);
		counter("appended", "Entries of feeds", FeedStatistics::appended, registry);
		counter("store.failures", "Failed operations of the store of feeds", FeedStatistics::storeFailures, registry);
		TimeGauge
			.builder(PREFIX + "lag", this.feeds, TimeUnit.NANOSECONDS,
					value((statistics) -> statistics.lag().toNanos()))
			.description("Age of the oldest entry that the store of feeds does not have")
			.register(registry);
	}

	private void gauge(String name, String description, ToDoubleFunction<FeedStatistics> value,
			MeterRegistry registry) {
		Gauge.builder(PREFIX + name, this.feeds, value(value)).description(description).register(registry);
	}

	private void counter(String name, String description, ToDoubleFunction<FeedStatistics> value,
			MeterRegistry registry) {
		FunctionCounter.builder(PREFIX + name, this.feeds, value(value)).description(description).register(registry);
	}

	private static ToDoubleFunction<RunFeeds> value(ToDoubleFunction<FeedStatistics> value) {
		return (feeds) -> value.applyAsDouble(feeds.statistics());
	}

}
