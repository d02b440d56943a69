package dev.llmcallbacks.handlers;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;

/**
 * Counts tokens by model. Attached to a call, it counts that call and all calls inside
 * it, and knows the sum when the call has ended; as a bean, it counts those of the
 * application.
 * <p>
 * Calls that failed or were cancelled count as well when the provider had told their
 * usage by then; calls of which nothing was told do not count at all. Safe for any number
 * of runs at once; never uses a thread of its own. The counts are exact at any time for
 * all calls that have ended.
 */
public final class TokenUsageHandler implements AsyncCallbackHandler {

	/**
	 * Name of the model if the provider did not report it.
	 */
	public static final String UNKNOWN_MODEL = "unknown";

	/**
	 * Name for all further models when the maximum number has been reached.
	 */
	public static final String OTHER_MODELS = "other";

	/**
	 * Maximum number of models that are counted separately.
	 */
	public static final int MAX_MODELS = 1000;

	/** Guarded by itself. */
	private final Map<String, TokenTotals> totals = new TreeMap<>();

	@Override
	public Mono<Void> onLlmEnd(LlmEnd event) {
		return count(event.result());
	}

	@Override
	public Mono<Void> onLlmError(LlmError event) {
		return count(event.result());
	}

	@Override
	public Mono<Void> onLlmCancel(LlmCancel event) {
		return count(event.result());
	}

	/**
	 * Return what each model used.
	 * @return a snapshot of the totals by model, in the order of the names
	 */
	public Map<String, TokenTotals> byModel() {
		synchronized (this.totals) {
			return new TreeMap<>(this.totals);
		}
	}

	/**
	 * Return what all models used together.
	 * @return the sum of the totals
	 */
	public TokenTotals total() {
		return byModel().values().stream().reduce(TokenTotals.NONE, TokenTotals::plus);
	}

	/**
	 * Begin again from zero.
	 * @return the totals until now by model; each call is in them or will be in later
	 * ones, but never in both
	 */
	public Map<String, TokenTotals> reset() {
		synchronized (this.totals) {
			Map<String, TokenTotals> previous = new TreeMap<>(this.totals);
			this.totals.clear();
			return previous;
		}
	}

	private Mono<Void> count(LlmResult result) {
		LlmOutput output = result.llmOutput();
		if (output.tokenUsage().isKnown()) {
			synchronized (this.totals) {
				this.totals.merge(key(output.modelName()), TokenTotals.of(output.tokenUsage()), TokenTotals::plus);
			}
		}
		return Mono.empty();
	}

	private String key(@Nullable String model) {
		String name = (model != null && !model.isBlank()) ? model : UNKNOWN_MODEL;
		return (this.totals.containsKey(name) || this.totals.size() < MAX_MODELS) ? name : OTHER_MODELS;
	}

}
