package dev.llmcallbacks.handlers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * A run that is being recorded. Guarded by its recorder.
 */
final class RecordedRun {

	private final RunStart start;

	private final List<CallbackEvent> events = new ArrayList<>();

	private final List<RecordedRun> children = new ArrayList<>();

	private @Nullable RecordedRun parent;

	private @Nullable RunEnd end;

	private boolean complete = true;

	private long size;

	RecordedRun(RunStart start, @Nullable RecordedRun parent, long size) {
		this.start = start;
		this.parent = parent;
		this.size = size;
		if (parent != null) {
			parent.children.add(this);
		}
	}

	boolean isRoot() {
		return this.parent == null;
	}

	boolean hasEnded() {
		return this.end != null;
	}

	void add(CallbackEvent event, long eventSize) {
		this.events.add(event);
		this.size += eventSize;
	}

	void end(RunEnd event, long eventSize) {
		this.end = event;
		this.size += eventSize;
	}

	void incomplete() {
		this.complete = false;
	}

	/**
	 * Make the runs inside this one that are still going on roots of their own.
	 */
	void letGo() {
		this.children.removeIf((child) -> {
			if (child.hasEnded()) {
				child.letGo();
				return false;
			}
			child.parent = null;
			return true;
		});
	}

	void forEach(Consumer<RecordedRun> consumer) {
		consumer.accept(this);
		this.children.forEach((child) -> child.forEach(consumer));
	}

	RunStart start() {
		return this.start;
	}

	long size() {
		return this.size;
	}

	/**
	 * Return what was recorded of a run that has ended, as all runs inside it have.
	 * @return the tree
	 */
	RunTree toTree() {
		if (this.end == null) {
			throw new IllegalStateException("The run " + this.start.run().id() + " has not ended");
		}
		return new RunTree(this.start.run(), this.start, this.events, this.end,
				this.children.stream().map(RecordedRun::toTree).toList(), this.complete);
	}

}
