package dev.llmcallbacks.benchmarks.process;

import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.llmcallbacks.benchmarks.load.Protocol;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets each candidate read for a moment.
 */
class ClientThroughputTests {

	@Test
	void shouldReportEveryCandidate() {
		Map<Protocol, Report> reports = new ClientThroughput(1, 4, 100, 50).run();
		assertThat(reports).containsOnlyKeys(Protocol.values());
		assertThat(reports.values()).allSatisfy((report) -> {
			assertThat(report.candidates()).hasSize(7);
			assertThat(report.candidates()).allSatisfy(
					(candidate) -> assertThat(report.rounds().median(candidate, Sample::tokensPerSecond)).isPositive());
			assertThat(report.toString()).contains(Candidates.BYTES, Candidates.NO_HANDLER);
		});
	}

}
