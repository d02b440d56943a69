package dev.llmcallbacks.provider;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ServerSocketFactory;

/**
 * An HTTP server with nothing between the test and the bytes on the wire.
 */
final class SocketServer implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final Handler handler;

	private final List<Request> requests = new CopyOnWriteArrayList<>();

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final AtomicInteger connections = new AtomicInteger();

	SocketServer(Handler handler) {
		this(handler, ServerSocketFactory.getDefault(), 0);
	}

	SocketServer(Handler handler, ServerSocketFactory sockets, int port) {
		this.handler = handler;
		try {
			this.serverSocket = sockets.createServerSocket(port, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start(this::accept);
	}

	static SocketServer answering(Response response) {
		return new SocketServer((exchange) -> exchange.send(response));
	}

	/**
	 * Cut bytes into pieces of one.
	 */
	static List<byte[]> singleBytes(byte[] bytes) {
		List<byte[]> pieces = new ArrayList<>();
		for (byte next : bytes) {
			pieces.add(new byte[] { next });
		}
		return pieces;
	}

	/**
	 * Cut bytes into pieces at random places.
	 */
	static List<byte[]> randomPieces(byte[] bytes, Random random) {
		List<byte[]> pieces = new ArrayList<>();
		for (int from = 0; from < bytes.length;) {
			int to = Math.min(bytes.length, from + 1 + random.nextInt(1 + random.nextInt(80)));
			pieces.add(Arrays.copyOfRange(bytes, from, to));
			from = to;
		}
		return pieces;
	}

	String url() {
		return "http://localhost:" + this.serverSocket.getLocalPort();
	}

	int port() {
		return this.serverSocket.getLocalPort();
	}

	List<Request> requests() {
		return this.requests;
	}

	int connections() {
		return this.connections.get();
	}

	private void start(Runnable task) {
		Thread thread = new Thread(task, "socket-server");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		while (!this.serverSocket.isClosed()) {
			try {
				Socket socket = this.serverSocket.accept();
				socket.setTcpNoDelay(true);
				this.sockets.add(socket);
				this.connections.incrementAndGet();
				start(() -> serve(socket));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			InputStream in = new BufferedInputStream(socket.getInputStream());
			while (true) {
				Request request = Request.read(in);
				this.requests.add(request);
				Exchange exchange = new Exchange(socket, request);
				this.handler.handle(exchange);
				if (exchange.close) {
					return;
				}
			}
		}
		catch (IOException ex) {
			// the client has gone, which is for the test to judge
		}
		finally {
			this.sockets.remove(socket);
		}
	}

	@Override
	public void close() {
		try {
			this.serverSocket.close();
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	interface Handler {

		void handle(Exchange exchange) throws IOException;

	}

	record Request(String line, Map<String, String> headers, String body) {

		static Request read(InputStream in) throws IOException {
			String line = readLine(in);
			Map<String, String> headers = new TreeMap<>();
			for (String header = readLine(in); !header.isEmpty(); header = readLine(in)) {
				int colon = header.indexOf(':');
				headers.put(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
			}
			int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
			return new Request(line, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
		}

		private static String readLine(InputStream in) throws IOException {
			ByteArrayOutputStream line = new ByteArrayOutputStream();
			for (int next = in.read(); next != '\n'; next = in.read()) {
				if (next < 0) {
					throw new EOFException();
				}
				line.write(next);
			}
			return line.toString(StandardCharsets.UTF_8).strip();
		}

	}

	/**
	 * A response.
	 *
	 * @param status the HTTP status
	 * @param headers the headers beside those of the framing
	 * @param pieces the body, each piece written by itself, the last one with the end
	 * @param ending how the body ends
	 */
	record Response(int status, Map<String, String> headers, List<byte[]> pieces, Ending ending) {

		static Response stream(byte[]... pieces) {
			return new Response(200, Map.of("Content-Type", "text/event-stream"), List.of(pieces), Ending.CLEAN);
		}

		static Response json(int status, String body) {
			return new Response(status, Map.of("Content-Type", "application/json"),
					List.of(body.getBytes(StandardCharsets.UTF_8)), Ending.CLEAN);
		}

		Response with(Map<String, String> headers) {
			Map<String, String> all = new TreeMap<>(this.headers);
			all.putAll(headers);
			return new Response(this.status, all, this.pieces, this.ending);
		}

		Response with(Ending ending) {
			return new Response(this.status, this.headers, this.pieces, ending);
		}

	}

	enum Ending {

		/** The body ends as HTTP says. */
		CLEAN,

		/** The connection is closed in the middle of the body. */
		CLOSE,

		/** The connection is reset in the middle of the body. */
		RESET,

		/** Nothing happens until the client disconnects. */
		HANG

	}

	static final class Exchange {

		private final Socket socket;

		private final Request request;

		private boolean close;

		private Exchange(Socket socket, Request request) {
			this.socket = socket;
			this.request = request;
		}

		Request request() {
			return this.request;
		}

		void sendRaw(byte[] bytes) throws IOException {
			this.socket.getOutputStream().write(bytes);
			this.socket.getOutputStream().flush();
		}

		void send(Response response) throws IOException {
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			StringBuilder head = new StringBuilder("HTTP/1.1 " + response.status() + " Whatever\r\n");
			response.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
			head.append("Transfer-Encoding: chunked\r\n\r\n");
			out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
			for (byte[] piece : response.pieces()) {
				if (piece.length > 0) {
					sendRaw(out.toByteArray());
					out.reset();
					out.writeBytes((Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.UTF_8));
					out.writeBytes(piece);
					out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
				}
			}
			// with the last piece: a client need not wait for the end of a complete
			// answer
			if (response.ending() == Ending.CLEAN) {
				out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
			}
			sendRaw(out.toByteArray());
			end(response.ending());
		}

		private void end(Ending ending) throws IOException {
			switch (ending) {
				case CLEAN -> {
					// the connection may be used again
				}
				case CLOSE -> setClose();
				case RESET -> {
					this.socket.setSoLinger(true, 0);
					this.close = true;
				}
				case HANG -> awaitClientGone();
			}
		}

		private void setClose() {
			this.close = true;
		}

		/**
		 * Wait until the client closes the connection.
		 */
		void awaitClientGone() throws IOException {
			this.close = true;
			while (this.socket.getInputStream().read() >= 0) {
				Thread.onSpinWait();
			}
		}

	}

}
