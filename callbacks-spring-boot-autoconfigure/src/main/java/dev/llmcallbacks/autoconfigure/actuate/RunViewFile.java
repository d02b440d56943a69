package dev.llmcallbacks.autoconfigure.actuate;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;

/**
 * File of the page that shows runs. It lies beside this class, where no handler of static
 * resources finds it.
 *
 * @param resource the file
 * @param type its type
 */
record RunViewFile(Resource resource, MimeType type) {

	static final String FOLDER = "page/";

	static final String INDEX = "index.html";

	static final List<String> NAMES = List.of(INDEX, "style.css", "icon.svg", "main.js", "poll.js", "model.js",
			"format.js", "recording.js", "list.js", "tree.js", "detail.js", "handlers.js", "dom.js");

	private static final Map<String, MimeType> TYPES = Map.of("html", MimeType.valueOf("text/html;charset=UTF-8"),
			"css", MimeType.valueOf("text/css;charset=UTF-8"), "js", MimeType.valueOf("text/javascript;charset=UTF-8"),
			"svg", MimeType.valueOf("image/svg+xml"));

	static Optional<RunViewFile> find(String name) {
		return NAMES.stream().filter(name::equals).findFirst().map(RunViewFile::of);
	}

	private static RunViewFile of(String name) {
		MimeType type = TYPES.get(name.substring(name.indexOf('.') + 1));
		if (type == null) {
			throw new IllegalStateException("No type is known of " + name);
		}
		return new RunViewFile(new ClassPathResource(FOLDER + name, RunViewFile.class), type);
	}

}
