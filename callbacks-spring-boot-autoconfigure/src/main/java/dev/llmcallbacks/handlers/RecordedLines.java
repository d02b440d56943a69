package dev.llmcallbacks.handlers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.core.JacksonException;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * The lines of a recording. Belongs to one reading of it.
 */
final class RecordedLines {

	private final BufferedReader reader;

	private long number;

	RecordedLines(BufferedReader reader) {
		this.reader = reader;
	}

	/**
	 * Hand on the next event, the end, or an error.
	 * @param sink what it is handed on to
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
			sink.error(new MalformedRecordingException(this.number, ex.getOriginalMessage(), ex));
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
			sink.error(new MalformedRecordingException(this.number, "it is null", null));
		}
	}

	private @Nullable String nextLine() throws IOException {
		String line;
		do {
			line = this.reader.readLine();
			this.number++;
		}
		while (line != null && line.isBlank());
		return line;
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
