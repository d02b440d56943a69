package dev.llmcallbacks.dispatch;

import java.util.concurrent.RejectedExecutionException;

import reactor.core.scheduler.Schedulers;

/**
 * Threads on which a run goes on when handlers have finished what it waits for.
 */
enum Continuation {

	/** A thread that must not block, as after Reactor's own operators of time. */
	PARALLEL {

		@Override
		void resume(Runnable action, boolean elsewhere) {
			if (elsewhere) {
				Schedulers.parallel().schedule(action);
			}
			else {
				action.run();
			}
		}

	},

	/** A thread that may block. */
	BLOCKING {

		@Override
		void resume(Runnable action, boolean elsewhere) {
			if (!elsewhere && !Schedulers.isInNonBlockingThread()) {
				action.run();
				return;
			}
			try {
				Schedulers.boundedElastic().schedule(action);
			}
			catch (RejectedExecutionException ex) {
				// its queue is full: better a thread that must not block than none
				Schedulers.parallel().schedule(action);
			}
		}

	},

	/** The thread that finished it. For actions that only release a waiting thread. */
	IN_PLACE {

		@Override
		void resume(Runnable action, boolean elsewhere) {
			action.run();
		}

	};

	/**
	 * Run an action.
	 * @param action the action
	 * @param elsewhere whether the current thread belongs to handlers or to a timer,
	 * which the application's stream must not occupy
	 */
	abstract void resume(Runnable action, boolean elsewhere);

}
