package dev.llmcallbacks.agent;

import java.time.Duration;
import java.time.Instant;

import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.Run;

/**
 * Events of an agent's run. Its output is the text of the last response; the events of
 * the model calls have those before it.
 */
final class AgentEvents implements RunEvents<ChatChunk> {

	private final AgentRounds rounds;

	AgentEvents(AgentRounds rounds) {
		this.rounds = rounds;
	}

	@Override
	public RunStart started(Run run) {
		return new ChainStart(run, run.startedAt(), this.rounds.input());
	}

	@Override
	public void accept(ChatChunk chunk) {
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return new ChainEnd(run, Instant.now(), duration, this.rounds.output());
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		return new ChainError(run, Instant.now(), duration, error);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return new ChainCancel(run, Instant.now(), duration);
	}

}
