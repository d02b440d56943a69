package dev.llmcallbacks.handlers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.core.JacksonException;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.PrintableText;

/**
 * Reads the lines of a recording, one event at a time. Belongs to one subscription.
 */
final class RecordedLines {

	private static final int MAX_REASON_LENGTH = 500;

	private final BufferedReader reader;

	private final int maxLineLength;

	private long number;

	RecordedLines(BufferedReader reader, int maxLineLength) {
		this.reader = reader;
		this.maxLineLength = maxLineLength;
	}

	/**
	 * Emit the next event, the end, or an error.
	 * @param sink where to emit it
	 */
	void next(SynchronousSink<CallbackEvent> sink) {
		try {
			String line = nextLine();
			if (line == null) {
				sink.complete();
			}
			else {
				read(line, sink);
			}
		}
		catch (JacksonException ex) {
			sink.error(malformed(PrintableText.of(ex.getOriginalMessage(), MAX_REASON_LENGTH), ex));
		}
		catch (MalformedRecordingException ex) {
			sink.error(ex);
		}
		catch (IOException ex) {
			sink.error(new UncheckedIOException("The recording could not be read", ex));
		}
	}

	private void read(String line, SynchronousSink<CallbackEvent> sink) {
		CallbackEvent event = EventJson.read(line);
		if (event != null) {
			sink.next(event);
		}
		else {
			sink.error(malformed("it is null", null));
		}
	}

	private MalformedRecordingException malformed(String reason, @Nullable Throwable cause) {
		return new MalformedRecordingException(this.number, reason, cause);
	}

	private @Nullable String nextLine() throws IOException {
		String line;
		do {
			this.number++;
			line = readLine();
		}
		while (line != null && line.isBlank());
		return line;
	}

	// BufferedReader.readLine() has no limit
	private @Nullable String readLine() throws IOException {
		StringBuilder line = new StringBuilder();
		int next = this.reader.read();
		if (next < 0) {
			return null;
		}
		while (next >= 0 && next != '\n') {
			if (line.length() == this.maxLineLength) {
				throw malformed("it has more than %d characters".formatted(this.maxLineLength), null);
			}
			line.append((char) next);
			next = this.reader.read();
		}
		return line.toString();
	}

	void close() {
		try {
			this.reader.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The recording could not be closed", ex);
		}
	}

}
