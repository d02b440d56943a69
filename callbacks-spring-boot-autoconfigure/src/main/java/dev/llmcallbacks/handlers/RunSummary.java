package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.RunType;

/**
 * Internal to the library: state of one run of a {@link RunWatch}, without contents.
 * Names and tags are printable, and cut.
 *
 * @param id the run's id
 * @param parentId the id of the run around it, or {@code null}
 * @param type what kind of work it is
 * @param name the run's name
 * @param tags its own and inherited tags
 * @param state whether it is active, or how it has ended
 * @param startedAt when it was opened
 * @param duration how long it took, or {@code null} while it is active
 * @param timeToFirstToken how long the first token took, or {@code null} if it is not
 * known
 * @param model the name of the model that responded, else of the requested one, or
 * {@code null} if it calls none
 * @param provider the name of the provider, or {@code null} if it is not known
 * @param usage the tokens that it used, or {@code null} if they are not known
 * @param cost what these tokens cost, or {@code null} if that is not known
 * @param tokens how many token events have been received
 * @param retries the failed attempts of its request
 * @param error the name of the class of its error, or {@code null} if it has not failed
 * @param complete whether everything that happened in it is kept
 */
public record RunSummary(UUID id, @Nullable UUID parentId, RunType type, String name, List<String> tags, State state,
		Instant startedAt, @Nullable Duration duration, @Nullable Duration timeToFirstToken, @Nullable String model,
		@Nullable String provider, @Nullable TokenUsage usage, @Nullable BigDecimal cost, int tokens,
		List<Attempt> retries, @Nullable String error, boolean complete) {

	public RunSummary {
		tags = List.copyOf(tags);
		retries = List.copyOf(retries);
	}

	/**
	 * What a run is doing, or how it has ended.
	 */
	public enum State {

		/** The run is active. */
		RUNNING,

		/** The run has completed. */
		COMPLETED,

		/** The run has failed. */
		FAILED,

		/** The run was cancelled. */
		CANCELLED

	}

	/**
	 * Failed attempt of a request.
	 *
	 * @param at when it had failed
	 * @param delay how long the next attempt waited
	 * @param error the name of the class of its error
	 */
	public record Attempt(Instant at, Duration delay, String error) {

	}

}
