package dev.llmcallbacks.dispatch;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

/**
 * Makes runs that nobody opened.
 */
final class TestRuns {

	private TestRuns() {
	}

	static Run llm() {
		UUID id = Run.newId();
		return new Run(id, null, id, RunType.LLM, "test", Set.of(), Map.of(), Instant.now());
	}

}
