package dev.llmcallbacks.feed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.embedded.core.ExecutableProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real Redis server in a process of its own, which can be paused, killed and started
 * again on its port. The program comes with a test dependency; one on the {@code PATH} is
 * used where that one does not run.
 */
final class RedisProcess implements AutoCloseable {

	private static final List<String> COMMAND = command();

	private final List<String> settings;

	private int port = freePort();

	private Process process;

	RedisProcess(String... settings) {
		this.settings = List.of(settings);
		// another process may take the port before the server does
		for (int i = 0; i < 5 && !isStarted(); i++) {
			this.port = freePort();
		}
		assertThat(this.process.isAlive()).isTrue();
	}

	private static List<String> command() {
		try {
			Path program = ExecutableProvider.newJarResourceProvider().get().toPath();
			if (runs(program.toString())) {
				return List.of(program.toString());
			}
		}
		catch (IOException | RuntimeException ex) {
			// not for this platform
		}
		return List.of("redis-server");
	}

	private static boolean runs(String program) {
		try {
			Process version = new ProcessBuilder(program, "--version").redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return version.waitFor(30, TimeUnit.SECONDS) && version.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void start() {
		assertThat(isStarted()).isTrue();
	}

	private boolean isStarted() {
		List<String> command = new ArrayList<>(COMMAND);
		command.addAll(List.of("--port", Integer.toString(this.port), "--bind", "127.0.0.1", "--save", "",
				"--appendonly", "no"));
		command.addAll(this.settings);
		try {
			this.process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
		}
		catch (IOException ex) {
			throw new IllegalStateException("A Redis server is needed, but there is none for this platform: "
					+ "install one that the PATH names as redis-server", ex);
		}
		Answers.await("Redis", () -> !this.process.isAlive() || "+PONG".equals(answer("PING")));
		return this.process.isAlive();
	}

	int port() {
		return this.port;
	}

	/** Send a command without arguments that contain blanks. */
	String answer(String command) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port), 1_000);
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
			byte[] answer = new byte[1 << 16];
			int length = socket.getInputStream().read(answer);
			return new String(Arrays.copyOf(answer, Math.max(0, length)), StandardCharsets.US_ASCII).strip();
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/**
	 * Return the number of connections, of those of a type such as {@code TYPE pubsub}.
	 */
	long connections(String type) {
		return answer("CLIENT LIST " + type).lines().filter((line) -> line.startsWith("id=")).count();
	}

	/** Wait until as many nodes as are running receive the messages of others. */
	void awaitSubscribers(int nodes) {
		Answers.await("the subscriptions of the nodes", () -> connections("TYPE pubsub") == nodes);
	}

	void kill() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	LettuceConnectionFactory connect() {
		LettuceConnectionFactory factory = new LettuceConnectionFactory("127.0.0.1", this.port);
		factory.afterPropertiesSet();
		return factory;
	}

	@Override
	public void close() {
		kill();
	}

}
