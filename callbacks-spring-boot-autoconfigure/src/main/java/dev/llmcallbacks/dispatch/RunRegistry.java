package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Open runs of one manager: those that have not ended for all their handlers. Ends them
 * when the application stops. Safe for use by any number of threads.
 */
final class RunRegistry {

	private static final Log logger = LogFactory.getLog(CallbackManager.class);

	/** Number of runs, and length of their names, that are logged. */
	private static final int MAX_NAMED = 10;

	private static final int MAX_NAME_LENGTH = 100;

	// guarded by this

	private final Set<RunHandle> runs = new LinkedHashSet<>();

	/** Number of admitted runs, including those that have not been added yet. */
	private int admitted;

	/** Emits when no run is left; present once the application stops. */
	private Sinks.@Nullable Empty<Void> allEnded;

	private @Nullable ShutdownException cancelled;

	/**
	 * Admit a run that is about to be opened. To be followed by {@link #remove} or
	 * {@link #notAdded}.
	 * @param name the run's name
	 * @param root whether it has no parent
	 * @throws ShutdownException if no run may be opened
	 */
	synchronized void admit(String name, boolean root) {
		if (this.allEnded != null && root) {
			throw new ShutdownException("Run '" + name + "' was not started because the application is stopping");
		}
		this.admitted++;
	}

	void add(RunHandle run) {
		ShutdownException reason;
		synchronized (this) {
			this.runs.add(run);
			reason = this.cancelled;
		}
		if (reason != null) {
			cancelAll(List.of(run), reason);
		}
	}

	void remove(RunHandle run) {
		synchronized (this) {
			this.runs.remove(run);
		}
		notAdded();
	}

	void notAdded() {
		Sinks.Empty<Void> allEnded;
		synchronized (this) {
			this.admitted--;
			allEnded = (this.admitted == 0) ? this.allEnded : null;
		}
		if (allEnded != null) {
			allEnded.tryEmitEmpty();
		}
	}

	synchronized int count() {
		return this.admitted;
	}

	synchronized List<RunHandle> runs() {
		return List.copyOf(this.runs);
	}

	/**
	 * Cancel a run.
	 * @param id the run's id, which a caller may have given to more than one
	 * @return whether there is such a run
	 */
	boolean cancel(UUID id) {
		List<RunHandle> found;
		synchronized (this) {
			found = this.runs.stream().filter((run) -> run.run().id().equals(id)).toList();
		}
		found.forEach((run) -> cancelAll(List.of(run),
				new CancellationException("Run '%s' (%s) was cancelled on request".formatted(run.run().name(), id))));
		return !found.isEmpty();
	}

	/**
	 * Cancel runs. What the application's code throws when one is cancelled is logged and
	 * does not keep the others from being cancelled.
	 * @param runs the runs
	 * @param reason the error that their subscribers receive
	 */
	static void cancelAll(List<? extends RunHandle> runs, Throwable reason) {
		for (RunHandle run : runs) {
			try {
				run.cancel(reason);
			}
			catch (Throwable ex) {
				Operators.onErrorDropped(ex, run.reactorContext());
			}
		}
	}

	Mono<Void> shutdown(Duration finish, Duration drain) {
		return Mono.defer(() -> {
			Mono<Boolean> allEnded = stop();
			Mono<Boolean> afterCancel = Mono.defer(() -> {
				cancelAll();
				return allEnded.timeout(drain, Mono.empty());
			});
			return allEnded.timeout(finish, Mono.empty())
				.switchIfEmpty(afterCancel)
				.switchIfEmpty(Mono.fromRunnable(this::abandon))
				.then();
		});
	}

	// emits when all runs have ended
	private synchronized Mono<Boolean> stop() {
		if (this.allEnded == null) {
			this.allEnded = Sinks.empty();
		}
		return (this.admitted == 0) ? Mono.just(true) : this.allEnded.asMono().thenReturn(true);
	}

	private void cancelAll() {
		ShutdownException reason = new ShutdownException("The run was cancelled because the application is stopping");
		List<RunHandle> open;
		synchronized (this) {
			this.cancelled = reason;
			open = List.copyOf(this.runs);
		}
		if (!open.isEmpty()) {
			logger.info(
					"Cancelling %s because the application is stopping: %s".formatted(runs(open.size()), names(open)));
		}
		cancelAll(open, reason);
	}

	private void abandon() {
		int count = count();
		logger.warn(runs(count) + ((count == 1) ? " was" : " were") + " abandoned because the application is stopping: "
				+ "their handlers have not returned in time");
	}

	private static String runs(int count) {
		return count + ((count == 1) ? " run" : " runs");
	}

	// those that are not inside another one, whose names say enough
	private static String names(List<RunHandle> runs) {
		Set<UUID> ids = runs.stream().map((run) -> run.run().id()).collect(Collectors.toSet());
		List<Run> outer = runs.stream()
			.map(RunHandle::run)
			.filter((run) -> run.parentId() == null || !ids.contains(run.parentId()))
			.toList();
		String names = outer.stream()
			.limit(MAX_NAMED)
			.map((run) -> "%s '%s'".formatted(run.type(), PrintableText.of(run.name(), MAX_NAME_LENGTH)))
			.collect(Collectors.joining(", "));
		return (outer.size() > MAX_NAMED) ? names + " and others" : names;
	}

}
