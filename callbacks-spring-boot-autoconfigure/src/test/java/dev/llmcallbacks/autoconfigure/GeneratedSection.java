package dev.llmcallbacks.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A part of a page of the documentation that a test knows the text of. It stands between
 * two comments, and is rewritten with {@code -Dupdate-docs=true}.
 *
 * @param page the page's file
 * @param name the part's name
 */
public record GeneratedSection(Path page, String name) {

	private static final Pattern SECTION = Pattern.compile("<!-- generated: (\\S+) -->\\n(.*?)<!-- end -->",
			Pattern.DOTALL);

	public static GeneratedSection of(String page, String name) {
		return new GeneratedSection(Path.of("").toAbsolutePath().getParent().resolve("docs").resolve(page), name);
	}

	public static List<String> names(String page) {
		return SECTION.matcher(of(page, "").read()).results().map((section) -> section.group(1)).toList();
	}

	public void assertIsUpToDate(String text) {
		String before = read();
		String after = SECTION.matcher(before)
			.replaceAll((section) -> section.group(1).equals(this.name)
					? Matcher.quoteReplacement("<!-- generated: %s -->\n%s<!-- end -->".formatted(this.name, text))
					: Matcher.quoteReplacement(section.group()));
		if (Boolean.getBoolean("update-docs")) {
			write(after);
			return;
		}
		assertThat(before)
			.as("%s says something else of '%s' than the code. Read the difference; if the code is right, run this "
					+ "test with -Dupdate-docs=true and commit the page.", this.page, this.name)
			.contains("<!-- generated: " + this.name + " -->")
			.isEqualTo(after);
	}

	private String read() {
		try {
			return Files.readString(this.page);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void write(String text) {
		try {
			Files.writeString(this.page, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
