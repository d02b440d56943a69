package dev.llmcallbacks.hostile;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that answers each request with the {@link ProviderAttack} that its path names,
 * and requests for {@value #CALM} with a token every few milliseconds.
 */
final class HostileProvider implements AutoCloseable {

	static final String CALM = "calm";

	private static final String TOKEN = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";

	private final ServerSocket serverSocket;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	/** A host that is not configured. */
	private final ServerSocket elsewhere;

	private final AtomicInteger bytesElsewhere = new AtomicInteger();

	HostileProvider() {
		try {
			this.serverSocket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
			this.elsewhere = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start(() -> accept(this.serverSocket, this::serve));
		start(() -> accept(this.elsewhere, (socket) -> this.bytesElsewhere.addAndGet(bytes(socket))));
	}

	String url() {
		return "http://localhost:" + this.serverSocket.getLocalPort();
	}

	/**
	 * Return how much was sent to the host to which some attacks redirect. A connector
	 * may connect to it before the redirect is refused.
	 */
	int bytesElsewhere() {
		return this.bytesElsewhere.get();
	}

	private static int bytes(Socket socket) throws IOException {
		int count = 0;
		while (socket.getInputStream().read() >= 0) {
			count++;
		}
		return count;
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "hostile-provider");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept(ServerSocket serverSocket, Server server) {
		while (!serverSocket.isClosed()) {
			try {
				Socket socket = serverSocket.accept();
				socket.setTcpNoDelay(true);
				this.sockets.add(socket);
				start(() -> serve(socket, server));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void serve(Socket socket, Server server) {
		try (socket) {
			server.serve(socket);
		}
		catch (IOException ex) {
			// the client has closed the connection, as it should
		}
		finally {
			this.sockets.remove(socket);
		}
	}

	// One request per connection: what follows an attack is not of interest
	private void serve(Socket socket) throws IOException {
		InputStream in = new BufferedInputStream(socket.getInputStream());
		String path = line(in).split(" ")[1];
		int length = 0;
		for (String header = line(in); !header.isEmpty(); header = line(in)) {
			String[] field = header.split(":", 2);
			length = field[0].equalsIgnoreCase("content-length") ? Integer.parseInt(field[1].strip()) : length;
		}
		in.readNBytes(length);
		String name = path.split("/")[1];
		Wire wire = new Wire(socket);
		if (name.equals(CALM)) {
			wire.body(200, "text/event-stream").drip(TOKEN, 10);
		}
		else {
			ProviderAttack.named(name).answer().write(wire, "http://127.0.0.1:" + this.elsewhere.getLocalPort());
			wire.awaitClientGone();
		}
	}

	private static String line(InputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
			line.append((char) next);
		}
		return line.toString().strip();
	}

	@Override
	public void close() {
		try {
			this.serverSocket.close();
			this.elsewhere.close();
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private interface Server {

		void serve(Socket socket) throws IOException;

	}

}
