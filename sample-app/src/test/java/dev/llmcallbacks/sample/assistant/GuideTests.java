package dev.llmcallbacks.sample.assistant;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import dev.llmcallbacks.message.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Guide}, with the pages that the application brings along.
 */
class GuideTests {

	private final Guide guide = Guide.read(new PathMatchingResourcePatternResolver(), "classpath:" + Guide.PAGES);

	@Test
	void shouldFindBestPagesFirst() {
		List<Document> pages = this.guide.search("Are there SEALS near the lighthouse?");
		assertThat(pages).extracting(Document::id).containsExactly("seals.txt", "lighthouse.txt");
		assertThat(pages).extracting(Document::score).containsExactly(0.5, 0.25);
		assertThat(pages.get(0).text()).startsWith("Seals rest").endsWith("low tide.");
	}

	@Test
	void shouldTakeThePagesIntoANativeImage() {
		RuntimeHints hints = new RuntimeHints();
		new GuideRuntimeHints().registerHints(hints, null);
		assertThat(hints).matches(RuntimeHintsPredicates.resource().forResource("guide/seals.txt"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "the of is at on", "volcano", "", "?!" })
	void shouldFindNothingWhenNoLongerWordFits(String query) {
		assertThat(this.guide.search(query)).isEmpty();
	}

}
