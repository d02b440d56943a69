package dev.llmcallbacks.handlers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * The trees of a {@link RunRecorder}: those that grow, and those that are finished.
 */
final class RunTrees {

	private final int maxRuns;

	private final long maxBytes;

	private final Object lock = new Object();

	/**
	 * The runs of all trees whose root has not ended, ended ones included, for others may
	 * still begin inside them; guarded by the lock.
	 */
	private final Map<UUID, RecordedRun> open = new HashMap<>();

	/** Oldest first; guarded by the lock. */
	private final Deque<Finished> finished = new ArrayDeque<>();

	/** Guarded by the lock. */
	private long bytes;

	RunTrees(int maxRuns, long maxBytes) {
		this.maxRuns = maxRuns;
		this.maxBytes = maxBytes;
	}

	void add(CallbackEvent event, long size) {
		synchronized (this.lock) {
			RecordedRun recorded = this.open.get(event.run().id());
			if (event instanceof RunStart start) {
				start(start, size);
			}
			else if (recorded != null) {
				add(recorded, event, size);
			}
		}
	}

	List<RunTree> finished() {
		synchronized (this.lock) {
			return this.finished.stream().map(Finished::tree).toList();
		}
	}

	void clear() {
		synchronized (this.lock) {
			while (!this.finished.isEmpty()) {
				evictOldest();
			}
		}
	}

	int openRuns() {
		synchronized (this.lock) {
			return this.open.size();
		}
	}

	long bytes() {
		synchronized (this.lock) {
			return this.bytes;
		}
	}

	private void start(RunStart start, long size) {
		Run run = start.run();
		RecordedRun parent = (run.parentId() != null) ? this.open.get(run.parentId()) : null;
		if (this.open.containsKey(run.id())) {
			return;
		}
		if (hasRoomFor(size)) {
			this.open.put(run.id(), new RecordedRun(start, parent, size));
			this.bytes += size;
		}
		else if (parent != null) {
			parent.incomplete();
		}
	}

	private void add(RecordedRun recorded, CallbackEvent event, long size) {
		if (event instanceof RunEnd end) {
			recorded.end(end, size);
			this.bytes += size;
			if (recorded.isRoot()) {
				finish(recorded);
			}
		}
		else if (hasRoomFor(size)) {
			recorded.add(event, size);
			this.bytes += size;
		}
		else {
			recorded.incomplete();
		}
	}

	private void finish(RecordedRun root) {
		root.letGo();
		long[] size = { 0 };
		root.forEach((recorded) -> {
			this.open.remove(recorded.start().run().id());
			size[0] += recorded.size();
		});
		this.finished.add(new Finished(root.toTree(), size[0]));
		while (this.finished.size() > this.maxRuns || (this.bytes > this.maxBytes && !this.finished.isEmpty())) {
			evictOldest();
		}
	}

	private boolean hasRoomFor(long size) {
		while (this.bytes + size > this.maxBytes && !this.finished.isEmpty()) {
			evictOldest();
		}
		return this.bytes + size <= this.maxBytes;
	}

	private void evictOldest() {
		Finished oldest = this.finished.remove();
		this.bytes -= oldest.size();
	}

	private record Finished(RunTree tree, long size) {

	}

}
