package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Adds up what calls of models cost, by the prices that it is given, and stops further
 * calls when a budget is used up. Attached to a call, it counts that call and all calls
 * inside it; as a bean, those of the application; as a prototype bean, those of one root
 * run.
 * <p>
 * Only calls whose usage is known have a cost, also those that failed or were cancelled.
 * The cost of a call is known when it ends, so that a budget can be exceeded by the calls
 * that are going on. When it is used up, the next call of a model fails with a
 * {@link BudgetExhaustedException} before its request is sent.
 * <p>
 * Sums are exact. Thread-safe; never uses a thread of its own.
 */
@LlmCallback(raiseError = true)
public final class TokenCostHandler implements AsyncCallbackHandler {

	/**
	 * Name for all further tags when the maximum number has been reached.
	 */
	public static final String OTHER_TAGS = "other";

	/**
	 * Maximum number of tags that are counted separately.
	 */
	public static final int MAX_TAGS = 1000;

	private static final Log logger = LogFactory.getLog(TokenCostHandler.class);

	private static final int MAX_WARNINGS = 100;

	private static final int MAX_NAME_LENGTH = 100;

	private final ModelPrices prices;

	private final @Nullable BigDecimal budget;

	/** Guards all sums. */
	private final Object lock = new Object();

	private final Map<String, BigDecimal> byModel = new TreeMap<>();

	private final Map<String, BigDecimal> byTag = new TreeMap<>();

	private final Set<String> warned = new HashSet<>();

	private BigDecimal total = BigDecimal.ZERO;

	private long unpriced;

	private TokenCostHandler(Builder builder) {
		this.prices = new ModelPrices(builder.prices);
		this.budget = builder.budget;
	}

	/**
	 * Return a builder of a handler without prices and without a budget.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	@Override
	public Mono<Void> onChatModelStart(ChatModelStart event) {
		if (this.budget != null) {
			BigDecimal spent = total();
			if (spent.compareTo(this.budget) >= 0) {
				return Mono.error(new BudgetExhaustedException(this.budget, spent));
			}
		}
		return Mono.empty();
	}

	@Override
	public Mono<Void> onLlmEnd(LlmEnd event) {
		return count(event.run(), event.request(), event.modelCalled(), event.result());
	}

	@Override
	public Mono<Void> onLlmError(LlmError event) {
		return count(event.run(), event.request(), event.modelCalled(), event.result());
	}

	@Override
	public Mono<Void> onLlmCancel(LlmCancel event) {
		return count(event.run(), event.request(), event.modelCalled(), event.result());
	}

	/**
	 * Return which models have a price.
	 * @return the names and patterns
	 */
	public Set<String> pricedModels() {
		return this.prices.models();
	}

	/**
	 * Return what the use of a model costs, without counting it.
	 * @param model the name of the model
	 * @param usage the tokens
	 * @return the cost, or {@code null} if the model has no price
	 */
	public @Nullable BigDecimal costOf(String model, TokenUsage usage) {
		ModelPrices.Entry entry = this.prices.find(model);
		return (entry != null) ? entry.price().cost(usage) : null;
	}

	/**
	 * Return what all calls that have a price have cost.
	 * @return the sum
	 */
	public BigDecimal total() {
		synchronized (this.lock) {
			return this.total;
		}
	}

	/**
	 * Return the cost by model.
	 * @return a snapshot of the sums by the names or patterns that have the prices
	 */
	public Map<String, BigDecimal> byModel() {
		synchronized (this.lock) {
			return new TreeMap<>(this.byModel);
		}
	}

	/**
	 * Return the cost by tag. A call with several tags is in the sum of each.
	 * @return a snapshot of the sums by the tags of the runs
	 */
	public Map<String, BigDecimal> byTag() {
		synchronized (this.lock) {
			return new TreeMap<>(this.byTag);
		}
	}

	/**
	 * Return how many calls with a known usage have no price.
	 * @return the number of calls
	 */
	public long unpricedCalls() {
		synchronized (this.lock) {
			return this.unpriced;
		}
	}

	/**
	 * Begin again from zero, with the whole budget.
	 * @return what all calls until now have cost; each call is in this sum or will be in
	 * a later one, but never in both
	 */
	public BigDecimal reset() {
		synchronized (this.lock) {
			BigDecimal previous = this.total;
			this.total = BigDecimal.ZERO;
			this.unpriced = 0;
			this.byModel.clear();
			this.byTag.clear();
			return previous;
		}
	}

	private Mono<Void> count(Run run, ChatRequest request, boolean modelCalled, LlmResult result) {
		LlmOutput output = result.llmOutput();
		if (modelCalled && output.tokenUsage().isKnown()) {
			String requested = request.options().model();
			ModelPrices.Entry entry = this.prices.find(output.modelName(), requested);
			if (entry == null) {
				unpriced((output.modelName() != null) ? output.modelName() : requested);
			}
			else {
				add(run, entry.model(), entry.price().cost(output.tokenUsage()));
			}
		}
		return Mono.empty();
	}

	private void add(Run run, String model, BigDecimal cost) {
		synchronized (this.lock) {
			this.total = this.total.add(cost);
			this.byModel.merge(model, cost, BigDecimal::add);
			run.tags().forEach((tag) -> this.byTag.merge(tagKey(tag), cost, BigDecimal::add));
		}
	}

	private String tagKey(String tag) {
		return (this.byTag.containsKey(tag) || this.byTag.size() < MAX_TAGS) ? tag : OTHER_TAGS;
	}

	private void unpriced(@Nullable String model) {
		String name = (model != null) ? PrintableText.of(model, MAX_NAME_LENGTH) : TokenUsageHandler.UNKNOWN_MODEL;
		boolean first;
		synchronized (this.lock) {
			this.unpriced++;
			first = this.warned.size() < MAX_WARNINGS && this.warned.add(name);
		}
		if (first) {
			logger.warn("There is no price for the model '" + name + "': its calls are counted as unpriced");
		}
	}

	/**
	 * Builder of a {@link TokenCostHandler}.
	 */
	public static final class Builder {

		private final Map<String, TokenPrice> prices = new LinkedHashMap<>();

		private @Nullable BigDecimal budget;

		private Builder() {
		}

		/**
		 * Set the prices of a model. The model that has responded is looked up, and then
		 * the requested one. A name takes precedence over patterns, and a longer pattern
		 * over a shorter one.
		 * @param model the model's name, or a pattern with {@code *} for any characters
		 * @param price the prices
		 * @return this builder
		 */
		public Builder price(String model, TokenPrice price) {
			this.prices.put(Objects.requireNonNull(model, "'model' must not be null"),
					Objects.requireNonNull(price, "'price' must not be null"));
			return this;
		}

		/**
		 * Set the budget of all calls that the handler counts.
		 * @param budget the budget, in the currency of the prices; {@code null} for no
		 * limit, which is the default
		 * @return this builder
		 */
		public Builder budget(@Nullable BigDecimal budget) {
			if (budget != null && budget.signum() < 0) {
				throw new IllegalArgumentException("'budget' must not be negative, but is " + budget);
			}
			this.budget = budget;
			return this;
		}

		/**
		 * Build the handler.
		 * @return the handler
		 */
		public TokenCostHandler build() {
			return new TokenCostHandler(this);
		}

	}

}
