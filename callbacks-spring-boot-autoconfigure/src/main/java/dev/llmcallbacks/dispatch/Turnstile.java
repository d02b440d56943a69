package dev.llmcallbacks.dispatch;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

/**
 * Lets the lanes of a handler that must not be entered by two threads take turns, first
 * come first served. Nobody blocks: a lane is told when its turn has come.
 */
final class Turnstile {

	private static final Map<Identity, Turnstile> byHandler = new HashMap<>();

	private static final ReferenceQueue<Object> forgotten = new ReferenceQueue<>();

	// guarded by this

	private final Queue<Lane> waiting = new ArrayDeque<>();

	private @Nullable Lane inside;

	/** Whether a thread is in {@link #letIn()} and will see to the next lane. */
	private boolean lettingIn;

	/** Whether the lane inside was given up while the handler had not returned. */
	private boolean stuck;

	/**
	 * Return the turnstile of a handler, which is the same however often the handler was
	 * registered.
	 * @param target the handler
	 * @return its turnstile
	 */
	static Turnstile of(Object target) {
		synchronized (byHandler) {
			for (Object identity = forgotten.poll(); identity != null; identity = forgotten.poll()) {
				byHandler.remove(identity);
			}
			return byHandler.computeIfAbsent(new Identity(target), (key) -> new Turnstile());
		}
	}

	void enter(Lane lane) {
		boolean abandon;
		synchronized (this) {
			abandon = this.stuck;
			if (!abandon) {
				this.waiting.add(lane);
			}
		}
		if (abandon) {
			lane.abandon();
		}
		else {
			letIn();
		}
	}

	void leave() {
		synchronized (this) {
			this.inside = null;
			this.stuck = false;
		}
		letIn();
	}

	/**
	 * A lane was given up. If it is still inside, those behind it would wait for ever,
	 * and are given up with it.
	 * @param lane the lane
	 */
	void abandoned(Lane lane) {
		List<Lane> lost;
		synchronized (this) {
			if (this.inside != lane) {
				return;
			}
			this.stuck = true;
			lost = List.copyOf(this.waiting);
			this.waiting.clear();
		}
		lost.forEach(Lane::abandon);
	}

	/** A loop and no recursion, for a lane may be done before {@code begin} returns. */
	private void letIn() {
		while (true) {
			Lane next;
			synchronized (this) {
				if (this.inside != null || this.lettingIn) {
					return;
				}
				next = this.waiting.poll();
				if (next == null) {
					return;
				}
				this.inside = next;
				this.lettingIn = true;
			}
			try {
				next.begin();
			}
			finally {
				synchronized (this) {
					this.lettingIn = false;
				}
			}
		}
	}

	/**
	 * Handlers are told apart by what they are, and not by what they say they equal.
	 */
	private static final class Identity extends WeakReference<Object> {

		private final int hash;

		Identity(Object handler) {
			super(handler, forgotten);
			this.hash = System.identityHashCode(handler);
		}

		@Override
		public boolean equals(Object other) {
			return this == other || (other instanceof Identity identity && get() != null && get() == identity.get());
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}
