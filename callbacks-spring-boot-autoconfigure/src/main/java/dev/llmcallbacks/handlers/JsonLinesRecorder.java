package dev.llmcallbacks.handlers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;

/**
 * Writes each event as one line of JSON, for a {@link JsonLinesPlayer} to read.
 * <p>
 * All contents are written: prompts, answers, arguments, documents. An error is written
 * with its class and message. Values of the application's own, in inputs, outputs,
 * metadata and custom events, are written as Jackson writes them, and as text where it
 * cannot.
 * <p>
 * Safe for any number of runs at once: lines are written whole, one at a time, those of
 * one run in order. After {@link #close()}, and when writing fails, an event fails in
 * this handler, which the dispatcher logs and counts.
 */
public final class JsonLinesRecorder implements CallbackHandler, AutoCloseable {

	private final Writer writer;

	private final Flush flush;

	private final Object lock = new Object();

	private boolean closed;

	private JsonLinesRecorder(Writer writer, Flush flush) {
		this.writer = Objects.requireNonNull(writer, "'writer' must not be null");
		this.flush = Objects.requireNonNull(flush, "'flush' must not be null");
	}

	/**
	 * Record to a writer, flushed after each root run.
	 * @param writer the writer; closed with the recorder
	 * @return the recorder
	 */
	public static JsonLinesRecorder to(Writer writer) {
		return to(writer, Flush.ROOT_RUN);
	}

	/**
	 * Record to a writer.
	 * @param writer the writer; closed with the recorder
	 * @param flush when to flush it
	 * @return the recorder
	 */
	public static JsonLinesRecorder to(Writer writer, Flush flush) {
		return new JsonLinesRecorder(writer, flush);
	}

	/**
	 * Record to a file, flushed after each root run.
	 * @param file the file, written in UTF-8; made if it does not exist, added to if it
	 * does
	 * @return the recorder
	 * @throws IOException if the file cannot be opened
	 */
	public static JsonLinesRecorder to(Path file) throws IOException {
		return to(file, Flush.ROOT_RUN);
	}

	/**
	 * Record to a file.
	 * @param file the file, written in UTF-8; made if it does not exist, added to if it
	 * does
	 * @param flush when to flush it
	 * @return the recorder
	 * @throws IOException if the file cannot be opened
	 */
	public static JsonLinesRecorder to(Path file, Flush flush) throws IOException {
		return to(Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), flush);
	}

	@Override
	public void onEvent(CallbackEvent event) {
		String line = EventJson.write(event) + "\n";
		synchronized (this.lock) {
			if (this.closed) {
				throw new IllegalStateException("The recorder is closed");
			}
			write(line, this.flush.isDue(event));
		}
	}

	private void write(String line, boolean flushing) {
		try {
			this.writer.write(line);
			if (flushing) {
				this.writer.flush();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The event could not be recorded", ex);
		}
	}

	/**
	 * Flush and close the writer. Does nothing when it is closed already.
	 */
	@Override
	public void close() {
		synchronized (this.lock) {
			this.closed = true;
			try {
				this.writer.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException("The recording could not be closed", ex);
			}
		}
	}

	/**
	 * When what was written is flushed.
	 */
	public enum Flush {

		/** After each event. */
		EVENT,

		/** After the last event of each root run. */
		ROOT_RUN,

		/** When the buffer is full, and when the recorder is closed. */
		CLOSE;

		private boolean isDue(CallbackEvent event) {
			return this == EVENT || (this == ROOT_RUN && event instanceof RunEnd && event.run().parentId() == null);
		}

	}

}
