package dev.llmcallbacks.provider;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy that knows {@code CONNECT} and nothing else.
 */
final class TunnelProxy implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final List<String> tunnels = new CopyOnWriteArrayList<>();

	TunnelProxy() {
		try {
			this.serverSocket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start(this::accept);
	}

	int port() {
		return this.serverSocket.getLocalPort();
	}

	/**
	 * Return where tunnels were dug to.
	 */
	List<String> tunnels() {
		return this.tunnels;
	}

	private void accept() throws IOException {
		while (!this.serverSocket.isClosed()) {
			Socket client = this.serverSocket.accept();
			start(() -> dig(client));
		}
	}

	private void dig(Socket client) throws IOException {
		BufferedReader head = new BufferedReader(
				new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
		String target = head.readLine().split(" ")[1];
		while (!head.readLine().isEmpty()) {
			Thread.onSpinWait();
		}
		this.tunnels.add(target);
		int colon = target.lastIndexOf(':');
		Socket server = new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
		client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		start(() -> pump(client, server));
		pump(server, client);
	}

	private static void pump(Socket from, Socket to) throws IOException {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
	}

	private static void start(IoTask task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// one of the two has gone
			}
		}, "tunnel-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.serverSocket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private interface IoTask {

		void run() throws IOException;

	}

}
