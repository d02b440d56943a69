package dev.llmcallbacks.autoconfigure;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has the applications of {@link FailingApplications} fail, and compares what is said
 * with what {@code docs/troubleshooting.md} says that is said.
 */
class TroubleshootingPageTests {

	private static final String PAGE = "troubleshooting.md";

	private final Map<String, ApplicationContextRunner> applications = new TreeMap<>(FailingApplications.all());

	@TestFactory
	@DisplayName("G32 what is wrong is said at start-up, in these words")
	Stream<DynamicTest> shouldSayWhatThePageSays() {
		return this.applications.entrySet()
			.stream()
			.map((application) -> DynamicTest.dynamicTest(application.getKey(),
					() -> GeneratedSection.of(PAGE, application.getKey())
						.assertIsUpToDate(said(Applications.failure(application.getValue())))));
	}

	@Test
	void shouldKnowEveryPartOfThePage() {
		assertThat(GeneratedSection.names(PAGE)).containsExactlyInAnyOrderElementsOf(this.applications.keySet());
	}

	private static String said(FailureAnalysis analysis) {
		return "```text\nDescription:\n\n%s\n\nAction:\n\n%s\n```\n"
			.formatted(analysis.getDescription().strip(), String.valueOf(analysis.getAction()).strip())
			.replace(FailingApplications.class.getName() + "$", "com.example.");
	}

}
