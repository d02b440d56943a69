package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Store of several nodes in one JVM, which can fail and be silent.
 */
final class CopyingStore implements FeedStore {

	private final MemoryFeedStore memory;

	private volatile boolean failing;

	private volatile boolean silent;

	private volatile boolean signalsLost;

	CopyingStore(MemoryFeedStore memory) {
		this.memory = memory;
	}

	void failing(boolean failing) {
		this.failing = failing;
	}

	/** Answer nothing. */
	void silent(boolean silent) {
		this.silent = silent;
	}

	void loseSignals() {
		this.signalsLost = true;
	}

	private <T> Mono<T> answer(Supplier<Mono<T>> operation) {
		return Mono.defer(() -> {
			if (this.failing) {
				return Mono.error(new IllegalStateException("The store fails, as the test wants"));
			}
			return this.silent ? Mono.never() : operation.get();
		});
	}

	@Override
	public Mono<Void> open(UUID runId, String owner, Duration lease) {
		return answer(() -> this.memory.open(runId, owner, lease));
	}

	@Override
	public Mono<Long> append(UUID runId, List<FeedEntry> entries, long oldest) {
		return answer(() -> this.memory.append(runId, entries, oldest));
	}

	@Override
	public Mono<Void> extend(UUID runId, Duration lease) {
		return answer(() -> this.memory.extend(runId, lease));
	}

	@Override
	public Mono<Void> close(UUID runId, Duration retention) {
		return answer(() -> this.memory.close(runId, retention));
	}

	@Override
	public Mono<StoredFeed> find(UUID runId) {
		return answer(() -> this.memory.find(runId));
	}

	@Override
	public Mono<List<FeedEntry>> read(UUID runId, long after) {
		return answer(() -> this.memory.read(runId, after));
	}

	@Override
	public Flux<UUID> changes(UUID runId) {
		return this.memory.changes(runId).filter((id) -> !this.signalsLost);
	}

	@Override
	public boolean isFollowed(UUID runId) {
		return this.memory.isFollowed(runId);
	}

	@Override
	public Mono<Boolean> cancel(UUID runId) {
		return answer(() -> this.memory.cancel(runId));
	}

	@Override
	public Flux<UUID> cancellations() {
		return this.memory.cancellations();
	}

}
