package dev.llmcallbacks.wire;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The mock of both protocols that others have made, {@code @copilotkit/aimock}, in a
 * process of its own.
 */
public final class AimockProcess implements AutoCloseable {

	private static final Path FOLDER = Path.of("target", "peers").toAbsolutePath();

	private final Process process;

	private final int port;

	private AimockProcess(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Install and start it; the test is skipped where that is not to be done.
	 */
	static AimockProcess start() throws IOException, InterruptedException {
		Path folder = install();
		int port = freePort();
		Process process = process(
				List.of("node", folder.resolve("node_modules/@copilotkit/aimock/dist/cli.js").toString(), "--port",
						String.valueOf(port), "--fixtures", "src/test/peers/fixtures.json", "--log-level", "warn"));
		AimockProcess started = new AimockProcess(process, port);
		started.awaitConnection();
		return started;
	}

	/**
	 * Install it, and the clients of OpenAI, of the AI SDK and of AG-UI, into a folder;
	 * the test is skipped where that is not to be done.
	 */
	public static Path install() throws InterruptedException {
		assumeTrue(succeeds("node", "--version") && succeeds("npm", "--version"),
				"Skipped: node and npm are needed to run the independent peers");
		assumeTrue(succeeds("bash", "src/test/peers/install.sh", FOLDER.toString()),
				"Skipped: the npm registry does not give out the independent peers; see target/peers.log");
		return FOLDER;
	}

	private static boolean succeeds(String... command) throws InterruptedException {
		try {
			Process process = process(List.of(command));
			boolean ended = process.waitFor(60, TimeUnit.SECONDS);
			process.destroyForcibly();
			return ended && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static Process process(List<String> command) throws IOException {
		File log = Path.of("target", "peers.log").toFile();
		Files.createDirectories(log.toPath().getParent());
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log))
			.start();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private void awaitConnection() {
		for (int attempt = 0; attempt < 200; attempt++) {
			try (Socket socket = new Socket("127.0.0.1", this.port)) {
				return;
			}
			catch (IOException ex) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
			}
		}
		close();
		throw new IllegalStateException("@copilotkit/aimock does not listen; see target/peers.log");
	}

	String url() {
		return "http://127.0.0.1:" + this.port;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
