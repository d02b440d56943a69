package dev.llmcallbacks.autoconfigure;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

/**
 * Tests for what is left of an application that is restarted in one JVM, as developer
 * tools and servlet containers do.
 */
class RestartTests {

	private static final long TIMEOUT_SECONDS = 60;

	@Test
	@DisplayName("G21 nothing of an application that was closed keeps its classes or a thread")
	void shouldLeaveNothing(@TempDir Path directory) throws Exception {
		File output = directory.resolve("output").toFile();
		// Spring's caches refer softly to the classes that they know: here that counts
		// as not at all
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:SoftRefLRUPolicyMSPerMB=0", "-cp", System.getProperty("java.class.path"), Restarts.class.getName())
			.redirectErrorStream(true)
			.redirectOutput(output)
			.start();
		try {
			assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).as(contentOf(output)).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

}
