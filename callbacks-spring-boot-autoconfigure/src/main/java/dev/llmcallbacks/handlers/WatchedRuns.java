package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.TokenUsage;

/**
 * The runs of a {@link RunWatch}: those that are active, and the latest ones that have
 * finished.
 * <p>
 * Written by the threads that produce events, and read by those that serve requests, all
 * under one lock, which is held for no longer than it takes to update or copy values.
 * What waits for a change is resumed outside of the lock.
 * <p>
 * Bounded in the number of finished trees and in bytes, those of active runs included.
 * When a limit is reached, the oldest finished tree is forgotten. If there is none,
 * further runs, events and texts are not kept.
 */
final class WatchedRuns {

	private static final long RUN_BYTES = 512;

	private static final int MAX_TEXT = 256 * 1024;

	private final int maxTrees;

	private final long maxBytes;

	private final boolean content;

	private final BiFunction<String, TokenUsage, @Nullable BigDecimal> cost;

	private final Object lock = new Object();

	// guarded by the lock

	private final Map<UUID, WatchedRun> runs = new HashMap<>();

	private final Set<WatchedTree> trees = new LinkedHashSet<>();

	/** Oldest first. */
	private final Set<WatchedTree> finished = new LinkedHashSet<>();

	private final Set<Waiter> waiters = new LinkedHashSet<>();

	private long bytes;

	private long finishedTrees;

	private long forgotten;

	/**
	 * Numbers of different starts of an application differ, and are exact in a script.
	 */
	private final long firstChange = System.currentTimeMillis() * 1000;

	private long change = this.firstChange;

	/** Number of the last change other than a token. */
	private long structureChange = this.firstChange;

	WatchedRuns(int maxTrees, long maxBytes, boolean content,
			BiFunction<String, TokenUsage, @Nullable BigDecimal> cost) {
		this.maxTrees = maxTrees;
		this.maxBytes = maxBytes;
		this.content = content;
		this.cost = cost;
	}

	void add(CallbackEvent event) {
		long size = sizeOf(event);
		List<Waiter> awake;
		synchronized (this.lock) {
			WatchedRun run = (event instanceof RunStart start) ? start(start, size) : this.runs.get(event.run().id());
			if (run == null || !run.isActive()) {
				return;
			}
			if (event instanceof RunEnd end) {
				end(run, end, size);
			}
			else if (!(event instanceof RunStart)) {
				happen(run, event, size);
			}
			awake = changed(run, true);
		}
		awake.forEach(Waiter::resume);
	}

	// A content that is never shown is not kept
	private long sizeOf(CallbackEvent event) {
		if (event instanceof RunStart start) {
			return RUN_BYTES
					+ (this.content ? SizeEstimate.of(event) : SizeEstimate.of(WatchedRun.withoutContent(start.run())));
		}
		return this.content ? SizeEstimate.of(event) : 0;
	}

	void addToken(LlmNewToken event) {
		List<Waiter> awake;
		synchronized (this.lock) {
			WatchedRun run = this.runs.get(event.run().id());
			if (run == null || !run.isActive()) {
				return;
			}
			long size = this.content ? 2L * event.token().length() : 0;
			boolean keepText = run.textLength() + event.token().length() <= MAX_TEXT && hasCapacityFor(size);
			run.token(event, keepText);
			grow(run.tree(), keepText ? size : 0);
			awake = changed(run, false);
		}
		awake.forEach(Waiter::resume);
	}

	private @Nullable WatchedRun start(RunStart start, long size) {
		UUID id = start.run().id();
		WatchedRun known = this.runs.get(id);
		if (known != null) {
			// a caller may give one id to several runs
			if (known.tree().isActive() || known.tree().root() != known) {
				return null;
			}
			forget(known.tree());
		}
		UUID parentId = start.run().parentId();
		WatchedRun parent = (parentId != null) ? this.runs.get(parentId) : null;
		if (parent != null) {
			this.finished.remove(parent.tree());
		}
		if (!hasCapacityFor(size)) {
			if (parent != null) {
				parent.incomplete();
				finishIfDone(parent.tree());
			}
			return null;
		}
		WatchedTree tree = (parent != null) ? parent.tree() : new WatchedTree();
		WatchedRun run = tree.open(start, this.content);
		this.runs.put(id, run);
		this.trees.add(tree);
		grow(tree, size);
		return run;
	}

	private void happen(WatchedRun run, CallbackEvent event, long size) {
		if (!hasCapacityFor(size)) {
			run.incomplete();
		}
		else if (run.add(event)) {
			grow(run.tree(), size);
		}
	}

	private void end(WatchedRun run, RunEnd end, long size) {
		grow(run.tree(), size - run.end(end));
		run.tree().ended();
		finishIfDone(run.tree());
	}

	private void finishIfDone(WatchedTree tree) {
		if (!tree.isActive()) {
			tree.finished(++this.finishedTrees);
			this.finished.add(tree);
			while (this.finished.size() > this.maxTrees || (this.bytes > this.maxBytes && !this.finished.isEmpty())) {
				forgetOldest();
			}
		}
	}

	private boolean hasCapacityFor(long size) {
		while (this.bytes + size > this.maxBytes && !this.finished.isEmpty()) {
			forgetOldest();
		}
		return this.bytes + size <= this.maxBytes;
	}

	private void forgetOldest() {
		WatchedTree oldest = this.finished.iterator().next();
		this.forgotten = Math.max(this.forgotten, oldest.finished());
		forget(oldest);
	}

	private void forget(WatchedTree tree) {
		this.finished.remove(tree);
		this.trees.remove(tree);
		tree.runs().forEach((run) -> this.runs.remove(run.run().id()));
		this.bytes -= tree.bytes();
	}

	private void grow(WatchedTree tree, long size) {
		tree.grow(size);
		this.bytes += size;
	}

	private List<Waiter> changed(WatchedRun run, boolean structure) {
		this.change++;
		run.changed(this.change, structure);
		run.tree().changed(this.change);
		if (structure) {
			this.structureChange = this.change;
		}
		if (this.waiters.isEmpty()) {
			return List.of();
		}
		List<Waiter> awake = new ArrayList<>();
		for (Iterator<Waiter> iterator = this.waiters.iterator(); iterator.hasNext();) {
			Waiter waiter = iterator.next();
			if (structure || contains(run.tree(), waiter.selected())) {
				awake.add(waiter);
				iterator.remove();
			}
		}
		return awake;
	}

	private boolean contains(WatchedTree tree, @Nullable UUID selected) {
		WatchedRun run = (selected != null) ? this.runs.get(selected) : null;
		return run != null && run.tree() == tree;
	}

	/**
	 * Wait for a change. Tokens count in the selected tree only.
	 * @param after number of the last change that the caller has seen
	 * @param selected id of a run in the selected tree, or {@code null}
	 * @return completes on the thread that makes the change
	 */
	Mono<Void> changed(long after, @Nullable UUID selected) {
		return Mono.create((sink) -> {
			Waiter waiter = new Waiter(selected, sink);
			boolean waits;
			synchronized (this.lock) {
				WatchedRun run = (selected != null) ? this.runs.get(selected) : null;
				waits = isKnown(after) && this.structureChange <= after
						&& (run == null || run.tree().changed() <= after);
				if (waits) {
					this.waiters.add(waiter);
				}
			}
			if (waits) {
				sink.onDispose(() -> remove(waiter));
			}
			else {
				sink.success();
			}
		});
	}

	private void remove(Waiter waiter) {
		synchronized (this.lock) {
			this.waiters.remove(waiter);
		}
	}

	private boolean isKnown(long number) {
		return number >= this.firstChange && number <= this.change;
	}

	/**
	 * Return what has changed.
	 * @param after number of the last change that the caller has seen, or {@code null}
	 * @param selected id of the selected run, or {@code null}
	 * @param from how many characters of its streamed response the caller has
	 * @return a copy of what has changed
	 */
	Snapshot changes(@Nullable Long after, @Nullable UUID selected, int from) {
		synchronized (this.lock) {
			boolean all = after == null || !isKnown(after);
			long since = all ? Long.MIN_VALUE : after;
			List<TreeSummary> changedTrees = this.trees.stream()
				.filter((tree) -> tree.changed() > since)
				.map((tree) -> tree.summarize(this.cost))
				.toList();
			WatchedRun run = (selected != null) ? this.runs.get(selected) : null;
			List<RunSummary> changedRuns = (run != null) ? run.tree()
				.runs()
				.stream()
				.filter((inside) -> inside.changed() > since)
				.map((inside) -> inside.summarize(this.cost))
				.toList() : List.of();
			List<CallbackEvent> events = (run != null && run.contentChanged() > since) ? run.events() : null;
			String text = (run != null && run.isActive()) ? run.textFrom(from) : "";
			return new Snapshot(this.change, all && after != null, changedTrees, this.forgotten, changedRuns, events,
					text);
		}
	}

	long bytes() {
		synchronized (this.lock) {
			return this.bytes;
		}
	}

	int waiters() {
		synchronized (this.lock) {
			return this.waiters.size();
		}
	}

	/**
	 * What has changed, contents not yet filtered.
	 *
	 * @param change number of the last change
	 * @param reset whether the caller's number is not known
	 * @param trees the trees that have changed
	 * @param forgotten the greatest number of a finished tree that is not kept any more
	 * @param runs the runs of the selected tree that have changed
	 * @param events the events of the selected run, or {@code null}
	 * @param text what the caller does not have of its streamed response
	 */
	record Snapshot(long change, boolean reset, List<TreeSummary> trees, long forgotten, List<RunSummary> runs,
			@Nullable List<CallbackEvent> events, String text) {

	}

	/**
	 * Request that waits for a change. Compared by identity.
	 */
	private static final class Waiter {

		private final @Nullable UUID selected;

		private final MonoSink<Void> sink;

		Waiter(@Nullable UUID selected, MonoSink<Void> sink) {
			this.selected = selected;
			this.sink = sink;
		}

		@Nullable UUID selected() {
			return this.selected;
		}

		void resume() {
			this.sink.success();
		}

	}

}
