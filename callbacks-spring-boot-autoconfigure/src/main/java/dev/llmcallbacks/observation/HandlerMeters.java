package dev.llmcallbacks.observation;

import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerStatistics;

/**
 * Meters of what handlers do, from the statistics that their manager keeps.
 */
public final class HandlerMeters implements MeterBinder {

	private static final String PREFIX = "llm.callbacks.handler.";

	private final CallbackManager manager;

	/**
	 * Create the meters.
	 * @param manager whose handlers are measured
	 */
	public HandlerMeters(CallbackManager manager) {
		this.manager = manager;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.manager.statistics().forEach((handler) -> bind(handler.name(), registry));
	}

	private void bind(String handler, MeterRegistry registry) {
		counter(handler, "delivered", "Events that the handler was called for", HandlerStatistics::delivered, registry);
		counter(handler, "failed", "Events that the handler failed for", HandlerStatistics::failed, registry);
		counter(handler, "timed.out", "Events that the handler took too long for", HandlerStatistics::timedOut,
				registry);
		counter(handler, "dropped", "Events that were dropped", HandlerStatistics::dropped, registry);
		counter(handler, "rejected", "Tasks that the handler's executor refused", HandlerStatistics::rejected,
				registry);
		Gauge.builder(PREFIX + "deepest.lane", this.manager, value(handler, HandlerStatistics::deepestLane))
			.description("The most events of one run that have waited at one time")
			.tags(tags(handler))
			.register(registry);
		FunctionTimer
			.builder(PREFIX + "time", this.manager,
					(manager) -> (long) value(handler, HandlerStatistics::delivered).applyAsDouble(manager),
					value(handler, (statistics) -> statistics.timeInHandler().toNanos()), TimeUnit.NANOSECONDS)
			.description("Time spent in the handler")
			.tags(tags(handler))
			.register(registry);
		FunctionTimer
			.builder(PREFIX + "held.up", this.manager,
					(manager) -> (long) value(handler, HandlerStatistics::runsHeldUp).applyAsDouble(manager),
					value(handler, (statistics) -> statistics.timeHeldUp().toNanos()), TimeUnit.NANOSECONDS)
			.description("Time that runs waited for the handler")
			.tags(tags(handler))
			.register(registry);
		TimeGauge
			.builder(PREFIX + "longest", this.manager, TimeUnit.NANOSECONDS,
					value(handler, (statistics) -> statistics.longest().toNanos()))
			.description("Longest time that the handler took for one event")
			.tags(tags(handler))
			.register(registry);
	}

	private void counter(String handler, String name, String description, ToDoubleFunction<HandlerStatistics> value,
			MeterRegistry registry) {
		FunctionCounter.builder(PREFIX + name, this.manager, value(handler, value))
			.description(description)
			.tags(tags(handler))
			.register(registry);
	}

	private static Tags tags(String handler) {
		return Tags.of("handler", handler);
	}

	private static ToDoubleFunction<CallbackManager> value(String handler, ToDoubleFunction<HandlerStatistics> value) {
		return (manager) -> manager.statistics()
			.stream()
			.filter((statistics) -> statistics.name().equals(handler))
			.mapToDouble(value)
			.sum();
	}

}
