package dev.llmcallbacks.handlers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;

/**
 * Writes each event as one line of JSON, to be read by a {@link JsonLinesPlayer}.
 * <p>
 * All contents are written: prompts, responses, arguments, documents. An error is written
 * with its class and message. Values of the application, in inputs, outputs, metadata and
 * custom events, are written as Jackson writes them, and as text if it cannot.
 * <p>
 * If there is a {@link RunContentFilter}, events are written as
 * {@link EventContentFilter} returns them. A recorder that is a bean finds the
 * application's by itself; {@link #withContentFilter} is for one that is not.
 * <p>
 * Thread-safe: lines are written whole, one at a time, those of one run in order. An
 * event that cannot be written is lost, {@linkplain #lostEvents() counted}, and fails in
 * this handler, which the dispatcher logs and counts as well; it does not affect the
 * events before and after it. An event fails likewise after {@link #close()}.
 */
public final class JsonLinesRecorder implements CallbackHandler, BeanFactoryAware, AutoCloseable {

	private final LineBuffer lines;

	private final Function<CallbackEvent, byte[]> format;

	private final Flush flush;

	private final ContentFilterReference filter;

	private final Object lock = new Object();

	/** Guarded by the lock. */
	private long lost;

	/** Guarded by the lock. */
	private boolean closed;

	private JsonLinesRecorder(LineBuffer lines, Function<CallbackEvent, byte[]> format, Flush flush) {
		this.lines = lines;
		this.format = format;
		this.flush = Objects.requireNonNull(flush, "'flush' must not be null");
		this.filter = new ContentFilterReference(null);
	}

	/**
	 * Record to a writer, flushed after each root run.
	 * @param writer the writer; closed with the recorder. It receives ASCII characters
	 * only, so that no charset can fail to encode them
	 * @return the recorder
	 */
	public static JsonLinesRecorder to(Writer writer) {
		return to(writer, Flush.ROOT_RUN);
	}

	/**
	 * Record to a writer.
	 * @param writer the writer; closed with the recorder. It receives ASCII characters
	 * only, so that no charset can fail to encode them
	 * @param flush when to flush it
	 * @return the recorder
	 */
	public static JsonLinesRecorder to(Writer writer, Flush flush) {
		Objects.requireNonNull(writer, "'writer' must not be null");
		return new JsonLinesRecorder(new LineBuffer(new AsciiOutput(writer)), EventJson::writeAscii, flush);
	}

	/**
	 * Record to a file, flushed after each root run. See {@link #to(Path, Flush)}.
	 * @param file the file
	 * @return the recorder
	 * @throws IOException if the file cannot be opened
	 */
	public static JsonLinesRecorder to(Path file) throws IOException {
		return to(file, Flush.ROOT_RUN);
	}

	/**
	 * Record to a file in UTF-8. A file that exists is appended to. A new one can be read
	 * and written by its owner only, where the file system has POSIX permissions. The
	 * file must not be a symbolic link. It grows without limit: rotating and deleting it
	 * is up to the application.
	 * @param file the file
	 * @param flush when to flush it
	 * @return the recorder
	 * @throws IOException if the file cannot be opened
	 */
	public static JsonLinesRecorder to(Path file, Flush flush) throws IOException {
		Objects.requireNonNull(file, "'file' must not be null");
		Objects.requireNonNull(flush, "'flush' must not be null");
		return new JsonLinesRecorder(new LineBuffer(PrivateFile.append(file)), EventJson::write, flush);
	}

	/**
	 * Set the filter that decides what is recorded of each content, before the first
	 * event.
	 * @param contentFilter the filter, which takes precedence over that of the
	 * application
	 * @return this recorder
	 */
	public JsonLinesRecorder withContentFilter(RunContentFilter contentFilter) {
		this.filter.set(contentFilter);
		return this;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.filter.findIn(beanFactory);
	}

	@Override
	public void onEvent(CallbackEvent event) {
		byte[] line = format(event);
		synchronized (this.lock) {
			if (this.closed) {
				this.lost++;
				throw new IllegalStateException("The recorder is closed");
			}
			try {
				this.lines.add(line, this.flush.isDue(event));
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Events could not be recorded", ex);
			}
		}
	}

	private byte[] format(CallbackEvent event) {
		byte[] line = null;
		try {
			line = this.format.apply(this.filter.get().filter(event));
			return line;
		}
		finally {
			if (line == null) {
				synchronized (this.lock) {
					this.lost++;
				}
			}
		}
	}

	/**
	 * Return how many events are missing from the recording because they could not be
	 * written, for whatever reason.
	 * @return the number of events
	 */
	public long lostEvents() {
		synchronized (this.lock) {
			return this.lost + this.lines.lost();
		}
	}

	/**
	 * Write what is buffered, and close the file or writer. Does nothing if it is closed
	 * already.
	 */
	@Override
	public void close() {
		synchronized (this.lock) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			try {
				this.lines.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException("The recording could not be closed", ex);
			}
		}
	}

	/**
	 * When buffered lines are flushed.
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

	/**
	 * Passes bytes that are ASCII characters on to a writer.
	 */
	private static final class AsciiOutput extends OutputStream {

		private final Writer writer;

		AsciiOutput(Writer writer) {
			this.writer = writer;
		}

		@Override
		public void write(int character) throws IOException {
			this.writer.write(character);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.writer.write(new String(bytes, offset, length, StandardCharsets.US_ASCII));
		}

		@Override
		public void flush() throws IOException {
			this.writer.flush();
		}

		@Override
		public void close() throws IOException {
			this.writer.close();
		}

	}

}
