package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.RunType;

/**
 * Root run of {@link WatchedRuns} with the runs inside it, those included that outlive
 * it. Guarded by their lock.
 */
final class WatchedTree {

	private static final int MAX_MODELS = 10;

	private static final int MAX_NAME_LENGTH = 100;

	private final List<WatchedRun> runs = new ArrayList<>();

	private int active;

	private long bytes;

	private long changed;

	/** Number among the finished trees, or zero. */
	private long finished;

	WatchedRun open(RunStart start, boolean content) {
		WatchedRun run = new WatchedRun(start, this, content);
		this.runs.add(run);
		this.active++;
		this.finished = 0;
		return run;
	}

	void ended() {
		this.active--;
	}

	void finished(long number) {
		this.finished = number;
	}

	void changed(long number) {
		this.changed = number;
	}

	void grow(long bytes) {
		this.bytes += bytes;
	}

	TreeSummary summarize(BiFunction<String, TokenUsage, @Nullable BigDecimal> cost) {
		Set<RunType> types = EnumSet.noneOf(RunType.class);
		Set<String> models = new LinkedHashSet<>();
		TokenUsage usage = TokenUsage.NONE;
		BigDecimal sum = BigDecimal.ZERO;
		int failed = 0;
		int tokens = 0;
		int retries = 0;
		for (WatchedRun run : this.runs) {
			types.add(run.run().type());
			if (run.model() != null && models.size() < MAX_MODELS) {
				models.add(PrintableText.of(run.model(), MAX_NAME_LENGTH));
			}
			if (run.usage() != null) {
				usage = usage.plus(run.usage());
				BigDecimal ofRun = run.cost(cost);
				sum = (sum != null && ofRun != null) ? sum.add(ofRun) : null;
			}
			failed += run.hasFailed() ? 1 : 0;
			tokens += run.tokens();
			retries += run.retries();
		}
		boolean known = usage.isKnown();
		return new TreeSummary(root().summarize(cost), this.runs.size(), this.active, failed, List.copyOf(types),
				List.copyOf(models), known ? usage : null, known ? sum : null, tokens, retries, this.finished);
	}

	WatchedRun root() {
		return Objects.requireNonNull(this.runs.get(0));
	}

	List<WatchedRun> runs() {
		return this.runs;
	}

	boolean isActive() {
		return this.active > 0;
	}

	long bytes() {
		return this.bytes;
	}

	long changed() {
		return this.changed;
	}

	long finished() {
		return this.finished;
	}

}
