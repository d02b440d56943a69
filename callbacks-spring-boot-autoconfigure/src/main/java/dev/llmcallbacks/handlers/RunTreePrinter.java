package dev.llmcallbacks.handlers;

import java.io.Flushable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Prints the run tree as it grows: a line for each event, indented by the run's depth.
 * <pre class="code">
 * 5b1c &gt; CHAIN 'joke' started
 * 5b1c   &gt; LLM 'chat' (gpt-6-luna) started
 * 5b1c   &lt; LLM 'chat' (gpt-6-luna) completed in 312 ms, 5 + 7 tokens
 * 5b1c &lt; CHAIN 'joke' completed in 315 ms
 * </pre>
 * <p>
 * Each line begins with the last digits of the root run's id, which distinguish trees
 * that grow at the same time; events within a run are marked with {@code -}. A run whose
 * parent is not being printed, because it has ended or was filtered out, is not indented,
 * and its line says so. Inputs and outputs are printed only on
 * {@linkplain Builder#content(boolean) request}; messages of errors always are. Control
 * characters in names, contents and messages are escaped. Contents and messages of errors
 * pass the application's {@link RunContentFilter}, which a bean finds by itself; as the
 * filter needs the whole text, tokens are then printed without theirs.
 * <p>
 * Thread-safe: lines are written whole, one at a time. Nothing is kept of a run that has
 * ended.
 */
public final class RunTreePrinter implements CallbackHandler, BeanFactoryAware {

	private static final int MAX_DEPTHS = 100_000;

	private static final int MAX_LENGTH = 200;

	private static final int ID_DIGITS = 4;

	private static final int MAX_INDENT = 50;

	private final Appendable output;

	private final EventText text;

	private final boolean tokens;

	private final ContentFilterReference filter;

	private final ModelNames models = new ModelNames();

	private final Object lock = new Object();

	/** Of current runs; guarded by the lock. */
	private final Map<UUID, Integer> depths = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<UUID, Integer> eldest) {
			return size() > MAX_DEPTHS;
		}

	};

	/**
	 * Create a printer that prints neither contents nor tokens to {@link System#out}.
	 */
	public RunTreePrinter() {
		this(builder());
	}

	private RunTreePrinter(Builder builder) {
		this.output = builder.output;
		this.text = new EventText(builder.content, builder.content, MAX_LENGTH);
		this.tokens = builder.tokens;
		this.filter = new ContentFilterReference(builder.contentFilter);
	}

	/**
	 * Return a builder of a printer that prints neither contents nor tokens to
	 * {@link System#out}.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.filter.findIn(beanFactory);
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return this.tokens || eventType != LlmNewToken.class;
	}

	@Override
	public void onEvent(CallbackEvent event) {
		String text = EventText.nameOf(event.run(), this.models.of(event)) + " "
				+ this.text.of(this.filter.get().filterFor(event, this.text));
		synchronized (this.lock) {
			print(lineOf(event, text));
		}
	}

	private String lineOf(CallbackEvent event, String text) {
		Run run = event.run();
		String id = run.rootId().toString();
		String tree = id.substring(id.length() - ID_DIGITS);
		if (event instanceof RunStart) {
			Integer parent = (run.parentId() != null) ? this.depths.get(run.parentId()) : null;
			int depth = (parent != null) ? parent + 1 : 0;
			this.depths.put(run.id(), depth);
			String remark = (run.parentId() != null && parent == null) ? " (its parent is not shown)" : "";
			return line(tree, depth, "> ", text + remark);
		}
		if (event instanceof RunEnd) {
			Integer depth = this.depths.remove(run.id());
			return line(tree, (depth != null) ? depth : 0, "< ", text);
		}
		return line(tree, this.depths.getOrDefault(run.id(), 0), "- ", text);
	}

	private static String line(String tree, int depth, String sign, String text) {
		return tree + " " + "  ".repeat(Math.min(depth, MAX_INDENT)) + sign + text + System.lineSeparator();
	}

	private void print(String line) {
		try {
			this.output.append(line);
			if (this.output instanceof Flushable flushable) {
				flushable.flush();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The run tree could not be printed", ex);
		}
	}

	int openRuns() {
		synchronized (this.lock) {
			return this.depths.size();
		}
	}

	/**
	 * Builder of a {@link RunTreePrinter}.
	 */
	public static final class Builder {

		private Appendable output = System.out;

		private boolean tokens;

		private boolean content;

		private @Nullable RunContentFilter contentFilter;

		private Builder() {
		}

		/**
		 * Set where to print.
		 * @param output a {@link java.io.PrintStream}, writer or text; flushed after each
		 * line if it is {@link Flushable}, never closed
		 * @return this builder
		 */
		public Builder output(Appendable output) {
			this.output = Objects.requireNonNull(output, "'output' must not be null");
			return this;
		}

		/**
		 * Set whether there is a line for each chunk of a streamed response. Its text is
		 * content.
		 * @param tokens whether to print tokens; {@code false} by default
		 * @return this builder
		 */
		public Builder tokens(boolean tokens) {
			this.tokens = tokens;
			return this;
		}

		/**
		 * Set whether to print the first 200 characters of what goes in and comes out.
		 * @param content whether to print contents; {@code false} by default
		 * @return this builder
		 */
		public Builder content(boolean content) {
			this.content = content;
			return this;
		}

		/**
		 * Set the filter that decides what is printed of each content.
		 * @param contentFilter the filter, or {@code null} for that of the application if
		 * the printer is a bean, otherwise for none, which is the default
		 * @return this builder
		 */
		public Builder contentFilter(@Nullable RunContentFilter contentFilter) {
			this.contentFilter = contentFilter;
			return this;
		}

		/**
		 * Build the printer.
		 * @return the printer
		 */
		public RunTreePrinter build() {
			return new RunTreePrinter(this);
		}

	}

}
