package dev.llmcallbacks.dispatch;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

/**
 * Non-blocking mutual exclusion of the lanes of a handler that must not be entered by two
 * threads: each waiting lane begins when it is its turn, first come first served. Safe
 * for use by any number of threads.
 */
final class AsyncMutex {

	/** Maximum number of lanes that are kept while a call does not return. */
	static final int MAX_KEPT = 1024;

	private static final Map<Identity, AsyncMutex> byHandler = new HashMap<>();

	private static final ReferenceQueue<Object> collected = new ReferenceQueue<>();

	// guarded by this

	private final Queue<Waiter> waiting = new ArrayDeque<>();

	private @Nullable Waiter owner;

	/** Whether a thread is in {@link #letIn()} and takes care of the next waiter. */
	private boolean lettingIn;

	/** Whether the owner was aborted while the handler had not returned. */
	private boolean stuck;

	/**
	 * Return the mutex of a handler, which is the same however often the handler is
	 * registered.
	 * @param target the handler
	 * @return its mutex
	 */
	static AsyncMutex of(Object target) {
		synchronized (byHandler) {
			for (Object identity = collected.poll(); identity != null; identity = collected.poll()) {
				byHandler.remove(identity);
			}
			return byHandler.computeIfAbsent(new Identity(target), (key) -> new AsyncMutex());
		}
	}

	/**
	 * Wait for the turn of a waiter, which begins on this thread or on one that leaves.
	 * @param waiter the waiter
	 */
	void enter(Waiter waiter) {
		Runnable release = null;
		synchronized (this) {
			if (this.stuck) {
				release = keep(waiter);
			}
			else {
				this.waiting.add(waiter);
			}
		}
		if (release != null) {
			release.run();
			return;
		}
		letIn();
	}

	/**
	 * End the turn of the waiter that has begun.
	 */
	void leave() {
		synchronized (this) {
			this.owner = null;
			this.stuck = false;
		}
		letIn();
	}

	/**
	 * Declare that the call of a waiter does not return. If it is still this waiter's
	 * turn, nothing waits for those behind it any longer.
	 * @param waiter the waiter
	 */
	void stuck(Waiter waiter) {
		List<Runnable> releases = new ArrayList<>();
		synchronized (this) {
			if (this.owner != waiter) {
				return;
			}
			this.stuck = true;
			List<Waiter> behind = List.copyOf(this.waiting);
			this.waiting.clear();
			behind.forEach((next) -> releases.add(keep(next)));
		}
		releases.forEach(Runnable::run);
	}

	// under the lock, so that the waiter's turn cannot come meanwhile
	private Runnable keep(Waiter waiter) {
		if (this.waiting.size() < MAX_KEPT) {
			this.waiting.add(waiter);
			return waiter.detach();
		}
		return waiter.abort();
	}

	// a loop rather than recursion, because a waiter may leave before begin() returns
	private void letIn() {
		while (true) {
			Waiter next;
			synchronized (this) {
				if (this.owner != null || this.lettingIn) {
					return;
				}
				next = this.waiting.poll();
				if (next == null) {
					return;
				}
				this.owner = next;
				this.lettingIn = true;
			}
			begin(next);
		}
	}

	// a waiter leaves whatever it throws, so that the next one is let in
	private void begin(Waiter next) {
		try {
			next.begin();
		}
		finally {
			synchronized (this) {
				this.lettingIn = false;
			}
		}
	}

	/**
	 * Lane that waits for its turn. What {@link #detach()} and {@link #abort()} return is
	 * run without a lock.
	 */
	interface Waiter {

		/**
		 * Begin, now that it is this waiter's turn.
		 */
		void begin();

		/**
		 * Go on waiting, but let nothing wait for this waiter.
		 * @return releases what has waited
		 */
		Runnable detach();

		/**
		 * Never begin.
		 * @return releases what has waited
		 */
		Runnable abort();

	}

	/**
	 * Key that compares handlers by identity and does not keep them from being collected.
	 */
	private static final class Identity extends WeakReference<Object> {

		private final int hash;

		Identity(Object handler) {
			super(handler, collected);
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
