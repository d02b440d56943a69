package dev.llmcallbacks.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry.RetrySignal;

import dev.llmcallbacks.client.TimeLimitedFlux.Limit;
import dev.llmcallbacks.client.TimeLimitedFlux.Rule;
import dev.llmcallbacks.dispatch.ActiveRun;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ProviderError;

/**
 * The attempts of one call: each with its time limits, all of them under that of the
 * call.
 */
final class Attempts {

	private final ChatClientSettings settings;

	private final ActiveRun run;

	private final SignalClock clock;

	/**
	 * Whether anything has been handed on. Set by the attempt, read when it has failed.
	 */
	private boolean handedOn;

	/**
	 * Create the attempts of a call.
	 * @param settings the client's
	 * @param run hears of retries
	 * @param clock is looked at when an item comes, and when it has been dealt with
	 */
	Attempts(ChatClientSettings settings, ActiveRun run, SignalClock clock) {
		this.settings = settings;
		this.run = run;
		this.clock = clock;
	}

	Flux<List<ChatChunk>> ofStreams(Flux<List<ChatChunk>> attempt) {
		TimeLimits limits = this.settings.timeLimits();
		Limit firstToken = new Limit(limits.firstToken(), "first-token");
		Limit silence = new Limit(limits.silence(), "silence");
		Rule<List<ChatChunk>> rule = new Rule<>(firstToken, (burst) -> {
			this.handedOn |= !burst.isEmpty();
			return hasContent(burst) ? silence : null;
		}, this::exceeded);
		Flux<List<ChatChunk>> limited = new TimeLimitedFlux<>(attempt, rule, this.clock::comes,
				this.clock::dealtWithAt);
		return limitCall(retry(limited), this.clock::cameAt);
	}

	private static boolean hasContent(List<ChatChunk> burst) {
		for (ChatChunk chunk : burst) {
			if (chunk.hasContent()) {
				return true;
			}
		}
		return false;
	}

	Flux<ChatResponse> ofCalls(Mono<ChatResponse> attempt) {
		return limitCall(retry(attempt.flux()), this.clock::comes);
	}

	private <T> Flux<T> retry(Flux<T> attempt) {
		return attempt.retryWhen(reactor.util.retry.Retry.from((failures) -> failures.concatMap(this::next)));
	}

	private Mono<Long> next(RetrySignal failed) {
		int attempt = (int) failed.totalRetries() + 1;
		Throwable cause = failed.failure();
		if (this.handedOn || attempt >= this.settings.retryPolicy().maxAttempts() || !isRetryable(cause)) {
			return Mono.error(cause);
		}
		Duration delay = advisedWait(cause);
		delay = (delay != null) ? delay : this.settings.retryPolicy().backoff(attempt);
		this.run.emit(new Retry(this.run.run(), Instant.now(), attempt, delay, cause));
		return Mono.delay(delay);
	}

	private static boolean isRetryable(Throwable failure) {
		return failure instanceof ChatModelException exception && exception.isRetryable()
				&& !(exception.getCause() instanceof TimeoutException);
	}

	private static @Nullable Duration advisedWait(Throwable failure) {
		return (failure instanceof ChatModelException exception) ? exception.getProviderError().retryAfter() : null;
	}

	private <T> Flux<T> limitCall(Flux<T> attempts, LongSupplier timeBefore) {
		Limit call = new Limit(this.settings.timeLimits().call(), "call");
		return new TimeLimitedFlux<>(attempts, new Rule<>(call, (item) -> null, this::exceeded), timeBefore,
				this.clock::dealtWith);
	}

	private ChatTimeoutException exceeded(Limit limit) {
		String provider = this.settings.runName();
		return new ChatTimeoutException(
				"%s kept its caller waiting for longer than %s; allow more with 'callbacks.timeouts.%s'"
					.formatted(provider, limit.duration(), limit.name()),
				ProviderError.of(provider), new TimeoutException(limit.name()));
	}

}
