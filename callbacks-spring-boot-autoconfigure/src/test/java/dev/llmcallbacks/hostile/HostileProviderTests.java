package dev.llmcallbacks.hostile;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays every {@link ProviderAttack} against a process with 128 MB of heap, which makes
 * all its calls on one event loop. The process survives, each call ends with a typed
 * error and one terminal event, no key is sent to another host, and no turn of the event
 * loop takes so long that other streams wait.
 */
class HostileProviderTests {

	static final String KEY = "sk-hostile-0123456789abcdefghij";

	static final ChatRequest REQUEST = new ChatRequest(List.of(new HumanMessage("Hi")));

	private static final Map<String, String> EVENTS = Map.of("completed", "LlmEnd", "cancelled", "LlmCancel");

	private static final Pattern LIBRARIES = Pattern
		.compile("(spring-(aop|beans|boot|context|core|expression|web|webflux)|reactor|netty|jackson|reactive-streams"
				+ "|micrometer|context-propagation|json-schema-validator|jsonschema|commons-logging|jspecify|slf4j|logback|log4j)-.*");

	/** Milliseconds that one turn of an event loop may take. */
	private static final long LONGEST_TURN = 100;

	@Test
	@DisplayName("S1 S3 S4 G41 a hostile server takes neither memory nor time nor keys")
	void shouldSurviveEveryAttack() throws Exception {
		try (HostileProvider provider = new HostileProvider()) {
			List<String> lines = run(provider.url());
			SoftAssertions softly = new SoftAssertions();
			for (ProviderAttack attack : ProviderAttack.values()) {
				check(softly, attack,
						lines.stream().filter((line) -> line.startsWith("ATTACK\t" + attack.name() + "\t")).toList());
			}
			assertThat(lines).filteredOn((line) -> line.startsWith("CALM\t"))
				.singleElement()
				.satisfies((line) -> softly.assertThat(line).as("the calm stream").startsWith("CALM\topen\t"));
			softly.assertThat(provider.bytesElsewhere()).as("bytes that were sent to another host").isZero();
			softly.assertThat(lines).noneMatch((line) -> line.contains(KEY));
			softly.assertAll();
		}
	}

	private static void check(SoftAssertions softly, ProviderAttack attack, List<String> lines) {
		softly.assertThat(lines).as("results of %s", attack.name()).isNotEmpty();
		long turn = Long.MAX_VALUE;
		for (String line : lines) {
			String[] result = line.split("\t");
			softly.assertThat(attack.outcomes()).as("outcome of %s", attack.name()).contains(result[2]);
			softly.assertThat(result[3]).as("length of the error of %s", attack.name()).matches("[0-9]{1,4}");
			softly.assertThat(result[4])
				.as("event of %s", attack.name())
				.isEqualTo(EVENTS.getOrDefault(result[2], "LlmError"));
			turn = Math.min(turn, Long.parseLong(result[5]));
		}
		softly.assertThat(turn)
			.as("milliseconds of the longest turn of the event loop during %s", attack.name())
			.isLessThan(LONGEST_TURN);
	}

	/**
	 * Return the class path of an application with the library. The whole class path of
	 * the tests would fill the heap with the directories of its jars.
	 */
	private static String classPath() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.endsWith(".jar")
					|| LIBRARIES.matcher(Path.of(entry).getFileName().toString()).matches())
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static List<String> run(String url) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx128m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData",
				"-Djava.awt.headless=true", "-cp", classPath(), HostileProviderClient.class.getName(), url)
			.redirectErrorStream(true)
			.start();
		List<String> lines = new ArrayList<>();
		CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
			try (BufferedReader reader = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
				reader.lines().forEach((line) -> {
					System.out.println(line);
					lines.add(line);
				});
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		});
		boolean exited = process.waitFor(8, TimeUnit.MINUTES);
		process.destroyForcibly();
		reading.join();
		assertThat(exited).as("the process ends").isTrue();
		assertThat(process.exitValue()).as("the process survives").isZero();
		return lines;
	}

}
