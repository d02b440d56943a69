package dev.llmcallbacks.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a real service sent.
 *
 * @param name folder and name of the recording
 * @param bytes the body
 * @param anthropic whether it is in Anthropic's protocol, else in OpenAI's
 * @param expectation what it must be read as
 */
record RecordedStream(String name, byte[] bytes, boolean anthropic, RecordedExpectation expectation) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	/**
	 * Return all recordings, if there are any; else the test is skipped.
	 */
	static List<RecordedStream> all() {
		Path folder = Path.of(System.getProperty("llm.streams", "../../shared/streams"));
		Assumptions.assumeTrue(Files.isDirectory(folder), () -> "No recorded streams in " + folder.toAbsolutePath());
		return Stream.of("openai", "anthropic", "compatible", "errors")
			.map(folder::resolve)
			.flatMap((files) -> streams(files).stream())
			.toList();
	}

	private static List<RecordedStream> streams(Path folder) {
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((file) -> file.toString().endsWith(".sse")).sorted().map(RecordedStream::read).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static RecordedStream read(Path file) {
		String name = file.getFileName().toString();
		try {
			JsonNode description = MAPPER
				.readTree(Files.readAllBytes(file.resolveSibling(name.replaceAll("\\.sse$", ".json"))));
			boolean anthropic = description.path("api").asString().equals("anthropic");
			return new RecordedStream(file.getParent().getFileName() + "/" + name, Files.readAllBytes(file), anthropic,
					new RecordedExpectation(description.path("expected"), anthropic));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
