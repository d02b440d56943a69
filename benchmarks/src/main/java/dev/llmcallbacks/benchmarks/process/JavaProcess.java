package dev.llmcallbacks.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another JVM of the same kind as this one.
 */
final class JavaProcess {

	private JavaProcess() {
	}

	/**
	 * Start one.
	 * @param classPath its class path
	 * @param main its main class
	 * @param args the arguments of its main method
	 * @return the process
	 */
	static Process start(String classPath, Class<?> main, String... args) {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		List<String> command = new ArrayList<>(List.of(java, "-cp", classPath, main.getName()));
		command.addAll(List.of(args));
		try {
			return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait for a line of output.
	 * @param process the process
	 * @param prefix begins the line
	 * @return the rest of the line
	 * @throws IllegalStateException if the process ended without it
	 */
	static String await(Process process, String prefix) {
		StringBuilder read = new StringBuilder();
		try {
			BufferedReader output = process.inputReader();
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				if (line.startsWith(prefix)) {
					return line.substring(prefix.length());
				}
				read.append(line).append('\n');
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		throw new IllegalStateException("The process ended without having said '" + prefix + "':\n" + read);
	}

}
