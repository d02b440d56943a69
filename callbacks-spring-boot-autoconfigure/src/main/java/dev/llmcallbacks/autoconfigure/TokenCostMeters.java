package dev.llmcallbacks.autoconfigure;

import java.math.BigDecimal;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import dev.llmcallbacks.handlers.TokenCostHandler;

/**
 * Meters of the cost of calls, one for each configured price.
 *
 * @param handler the handler that adds up the cost
 */
record TokenCostMeters(TokenCostHandler handler) implements MeterBinder {

	@Override
	public void bindTo(MeterRegistry registry) {
		this.handler.pricedModels()
			.forEach((model) -> FunctionCounter
				.builder("llm.callbacks.cost", this.handler,
						(handler) -> handler.byModel().getOrDefault(model, BigDecimal.ZERO).doubleValue())
				.description("Cost of calls, in the currency of the prices")
				.tag("model", model)
				.register(registry));
		FunctionCounter.builder("llm.callbacks.cost.unpriced.calls", this.handler, TokenCostHandler::unpricedCalls)
			.description("Calls of models that have no price")
			.register(registry);
	}

}
