package dev.llmcallbacks.sample.program;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * Stands in for {@link System#out} and keeps what is printed line by line, with the
 * thread and the time. What the log writes is not kept, for it is written as bytes.
 */
final class PrintedLines extends PrintStream {

	private final List<Line> lines = new CopyOnWriteArrayList<>();

	private final PrintStream original;

	private PrintedLines(PrintStream original) {
		super(original, true);
		this.original = original;
	}

	static PrintedLines capture() {
		PrintedLines lines = new PrintedLines(System.out);
		System.setOut(lines);
		return lines;
	}

	@Override
	public void println(@Nullable String text) {
		this.lines.add(new Line(String.valueOf(text), Thread.currentThread().getName(), System.nanoTime()));
		super.println(text);
	}

	@Override
	public void println(@Nullable Object object) {
		println(String.valueOf(object));
	}

	List<Line> lines() {
		return List.copyOf(this.lines);
	}

	@Override
	public void close() {
		System.setOut(this.original);
	}

	record Line(String text, String thread, long nanoTime) {

	}

}
