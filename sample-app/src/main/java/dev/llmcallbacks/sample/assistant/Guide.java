package dev.llmcallbacks.sample.assistant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

import dev.llmcallbacks.message.Document;

/**
 * The pages of a guide, each a text of a few sentences. A page fits a query the better
 * the more of the query's longer words it has.
 */
final class Guide {

	/** Where the pages are in the class path. */
	static final String PAGES = "guide/*.txt";

	private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

	private static final int SHORTEST_WORD = 4;

	private static final int MOST_PAGES = 2;

	private final List<Document> pages;

	Guide(List<Document> pages) {
		this.pages = List.copyOf(pages);
	}

	/**
	 * Read the pages.
	 * @param resources where they are
	 * @param pattern which of the resources they are
	 * @return the guide
	 */
	static Guide read(ResourcePatternResolver resources, String pattern) {
		try {
			List<Document> pages = new ArrayList<>();
			for (Resource page : resources.getResources(pattern)) {
				pages.add(new Document(page.getFilename(), page.getContentAsString(StandardCharsets.UTF_8).strip(),
						Map.of(), null));
			}
			return new Guide(pages);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The guide cannot be read", ex);
		}
	}

	/**
	 * Find pages.
	 * @param query what to look for
	 * @return the pages that fit best, best first, with their scores from 0 to 1
	 */
	List<Document> search(String query) {
		Set<String> wanted = words(query);
		return this.pages.stream()
			.map((page) -> withScore(page, wanted))
			.filter((page) -> score(page) > 0)
			.sorted(Comparator.comparingDouble(Guide::score).reversed())
			.limit(MOST_PAGES)
			.toList();
	}

	private static Document withScore(Document page, Set<String> wanted) {
		Set<String> found = words(page.text());
		found.retainAll(wanted);
		return new Document(page.id(), page.text(), page.metadata(), found.size() / Math.max(1.0, wanted.size()));
	}

	private static double score(Document page) {
		return Objects.requireNonNull(page.score());
	}

	private static Set<String> words(String text) {
		return Arrays.stream(NO_WORD.split(text.toLowerCase(Locale.ROOT)))
			.filter((word) -> word.length() >= SHORTEST_WORD)
			.collect(Collectors.toCollection(HashSet::new));
	}

}
