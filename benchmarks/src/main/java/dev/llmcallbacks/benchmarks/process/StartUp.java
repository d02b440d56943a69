package dev.llmcallbacks.benchmarks.process;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.llmcallbacks.benchmarks.startup.EmptyApplication;

/**
 * How long an empty application takes from the start of its JVM until it has started:
 * with this starter, and with {@code spring-boot-starter-webclient} alone. The class
 * paths are made of this JVM's own, which therefore must name each library.
 */
public final class StartUp {

	private static final String WEB_CLIENT = "`spring-boot-starter-webclient`";

	private static final String STARTER = "`callbacks-spring-boot-starter`";

	/** What the starter brings that {@code spring-boot-starter-webclient} does not. */
	private static final Predicate<String> OF_STARTER = Pattern
		.compile("callbacks-spring-boot-[a-z]+|context-propagation-[0-9]")
		.asPredicate();

	/** What an application would not have, for it is there to measure. */
	private static final Predicate<String> OF_BENCHMARKS = Pattern
		.compile("jmh-|jopt-|commons-math|spring-ai-|langchain4j")
		.asPredicate();

	private final int rounds;

	StartUp(int rounds) {
		this.rounds = rounds;
	}

	/**
	 * Measure, and print a table.
	 * @param args the number of rounds, which may be left out
	 */
	public static void main(String[] args) {
		System.out.println(new StartUp(new Arguments(args).number(0, 10)).run());
	}

	String run() {
		List<String> libraries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter(OF_BENCHMARKS.negate())
			.toList();
		Map<String, String> classPaths = new LinkedHashMap<>();
		classPaths.put(WEB_CLIENT, join(libraries.stream().filter(OF_STARTER.negate())));
		classPaths.put(STARTER, join(libraries.stream()));
		Rounds<Start> rounds = Rounds.of(classPaths, 1, this.rounds, StartUp::start);
		StringBuilder table = new StringBuilder("| | milliseconds | of the former | beans |\n|---|--:|--:|--:|\n");
		for (String name : classPaths.keySet()) {
			table.append(String.format(Locale.ROOT, "| %s | %.0f | %.2f | %.0f |%n", name,
					rounds.median(name, Start::millis), rounds.medianRatio(name, WEB_CLIENT, Start::millis),
					rounds.median(name, Start::beans)));
		}
		return table.toString();
	}

	private static String join(Stream<String> libraries) {
		return libraries.collect(Collectors.joining(File.pathSeparator));
	}

	private static Start start(String classPath) {
		long begin = System.nanoTime();
		Process process = JavaProcess.start(classPath, EmptyApplication.class);
		int beans = Integer.parseInt(JavaProcess.await(process, EmptyApplication.STARTED));
		long millis = (System.nanoTime() - begin) / 1_000_000;
		process.onExit().join();
		return new Start(millis, beans);
	}

	/**
	 * A start of the application.
	 *
	 * @param millis how long it took, in milliseconds
	 * @param beans how many beans it had
	 */
	private record Start(long millis, int beans) {

	}

}
