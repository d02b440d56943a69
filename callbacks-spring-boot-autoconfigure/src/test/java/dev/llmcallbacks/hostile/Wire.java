package dev.llmcallbacks.hostile;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.zip.GZIPOutputStream;

/**
 * One connection of {@link HostileProvider}, with nothing between an attack and the bytes
 * on the wire. What is endless ends when the client closes the connection.
 */
final class Wire {

	private static final int BLOCK = 16 * 1024;

	private final Socket socket;

	private final OutputStream raw;

	Wire(Socket socket) throws IOException {
		this.socket = socket;
		this.raw = new BufferedOutputStream(socket.getOutputStream(), BLOCK);
	}

	/**
	 * Write bytes as they are.
	 */
	Wire raw(String text) throws IOException {
		this.raw.write(text.getBytes(StandardCharsets.UTF_8));
		this.raw.flush();
		return this;
	}

	/**
	 * Write a status line and headers.
	 */
	Wire head(int status, String... headers) throws IOException {
		StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
		for (String header : headers) {
			head.append(header).append("\r\n");
		}
		return raw(head.append("\r\n").toString());
	}

	/**
	 * Begin a chunked body.
	 */
	Body body(int status, String contentType) throws IOException {
		head(status, "Content-Type: " + contentType, "Transfer-Encoding: chunked");
		return new Body(chunked());
	}

	/**
	 * Begin a compressed body.
	 */
	Body gzip(int status, String contentType) throws IOException {
		head(status, "Content-Type: " + contentType, "Content-Encoding: gzip", "Transfer-Encoding: chunked");
		return new Body(new GZIPOutputStream(chunked(), BLOCK, true));
	}

	private OutputStream chunked() {
		return new BufferedOutputStream(new FilterOutputStream(this.raw) {

			@Override
			public void write(byte[] bytes, int offset, int length) throws IOException {
				this.out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
				this.out.write(bytes, offset, length);
				this.out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
				this.out.flush();
			}

			@Override
			public void close() throws IOException {
				this.out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
				this.out.flush();
			}

		}, BLOCK);
	}

	/**
	 * Write a text again and again until the client has closed the connection.
	 */
	void endless(String part) throws IOException {
		byte[] block = part.repeat(Math.max(1, BLOCK / part.length())).getBytes(StandardCharsets.UTF_8);
		while (true) {
			this.raw.write(block);
			this.raw.flush();
		}
	}

	/**
	 * Write a text byte by byte, again and again, until the client has closed the
	 * connection.
	 */
	void drip(String text, long millis) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		for (int i = 0;; i = (i + 1) % bytes.length) {
			this.raw.write(bytes, i, 1);
			this.raw.flush();
			LockSupport.parkNanos(millis * 1_000_000);
		}
	}

	/**
	 * Close the connection.
	 */
	void close() throws IOException {
		this.socket.close();
	}

	/**
	 * Wait until the client closes the connection.
	 */
	void awaitClientGone() throws IOException {
		if (this.socket.isClosed()) {
			return;
		}
		InputStream in = this.socket.getInputStream();
		for (int next = in.read(); next >= 0; next = in.read()) {
			continue;
		}
	}

	/**
	 * The body of a response.
	 */
	static final class Body {

		private final OutputStream out;

		Body(OutputStream out) {
			this.out = out;
		}

		Body write(String text) throws IOException {
			return write(text.getBytes(StandardCharsets.UTF_8));
		}

		Body write(byte[] bytes) throws IOException {
			this.out.write(bytes);
			return this;
		}

		Body flush() throws IOException {
			this.out.flush();
			return this;
		}

		/**
		 * Write the same again and again.
		 */
		Body repeat(String part, long times) throws IOException {
			int inBlock = (int) Math.max(1, Math.min(times, BLOCK / part.length()));
			byte[] block = part.repeat(inBlock).getBytes(StandardCharsets.UTF_8);
			long left = times;
			for (; left >= inBlock; left -= inBlock) {
				this.out.write(block);
			}
			return write(part.repeat((int) left));
		}

		/**
		 * Write something that is different each time.
		 */
		Body repeat(LongFunction<String> part, long times) throws IOException {
			for (long i = 0; i < times; i++) {
				write(part.apply(i));
			}
			return this;
		}

		/**
		 * Write a text again and again until the client has closed the connection.
		 */
		void endless(String part) throws IOException {
			repeat(part, Long.MAX_VALUE);
		}

		/**
		 * Write a text at intervals until the client has closed the connection.
		 */
		void drip(String part, long millis) throws IOException {
			while (true) {
				write(part).flush();
				LockSupport.parkNanos(millis * 1_000_000);
			}
		}

		void end() throws IOException {
			this.out.close();
		}

	}

}
