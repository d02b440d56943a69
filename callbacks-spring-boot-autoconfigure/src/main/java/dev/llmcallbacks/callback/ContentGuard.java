package dev.llmcallbacks.callback;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.Run;

/**
 * Internal to the library: applies the application's {@link RunContentFilter}, if there
 * is one. Whatever shows content to people passes every text through a guard. Never shows
 * a text whose filter has failed. Thread-safe.
 */
public final class ContentGuard {

	/**
	 * Shows every text.
	 */
	public static final ContentGuard NONE = new ContentGuard(null);

	private static final Log logger = LogFactory.getLog(RunContentFilter.class);

	private static final int MAX_CAUSES = 5;

	private final @Nullable RunContentFilter filter;

	private final AtomicBoolean failed = new AtomicBoolean();

	private ContentGuard(@Nullable RunContentFilter filter) {
		this.filter = filter;
	}

	/**
	 * Return a guard.
	 * @param filter the filter, or {@code null} to show every text
	 * @return the guard
	 */
	public static ContentGuard of(@Nullable RunContentFilter filter) {
		return (filter != null) ? new ContentGuard(filter) : NONE;
	}

	/**
	 * Return what may be shown of a text. The first failure of the filter is logged. An
	 * error of the virtual machine other than an overflow of the stack, which a regular
	 * expression can cause, is thrown.
	 * @param run the run that the text belongs to
	 * @param kind what the text is, a constant of {@link RunContentFilter}
	 * @param text the whole text
	 * @return the text to show, or {@code null} if nothing may be shown
	 */
	public @Nullable String show(Run run, String kind, String text) {
		if (this.filter == null) {
			return text;
		}
		try {
			return this.filter.filter(run, kind, text);
		}
		catch (Throwable ex) {
			if (ex instanceof VirtualMachineError fatal && !(ex instanceof StackOverflowError)) {
				throw fatal;
			}
			warn(kind, ex);
			return null;
		}
	}

	/**
	 * Return what may be shown of an error: of its message and those of its causes.
	 * @param run the run that has failed
	 * @param error the error
	 * @return the error itself without a filter, otherwise a {@link RecordedException}
	 * with the error's stack trace, at most five causes, and without suppressed errors
	 */
	public Throwable showError(Run run, Throwable error) {
		return (this.filter != null) ? showError(run, error, MAX_CAUSES) : error;
	}

	private RecordedException showError(Run run, Throwable error, int causes) {
		Throwable cause = error.getCause();
		String message = error.getMessage();
		return RecordedException.shown(error, (message != null) ? show(run, RunContentFilter.ERROR, message) : null,
				(cause != null && causes > 0) ? showError(run, cause, causes - 1) : null);
	}

	/**
	 * Return what may be shown of a value that is not a text. The items of a list of
	 * texts may be fragments of one text, as those of a stream are, so the filter
	 * receives them joined, too. With a filter, only the texts of chunks are shown, one
	 * line for each choice, and nothing of a single chunk.
	 * @param run the run that the value belongs to
	 * @param kind what the value is, a constant of {@link RunContentFilter}
	 * @param value the value
	 * @return the text to show, or {@code null} if nothing may be shown
	 */
	public @Nullable String showValue(Run run, String kind, Object value) {
		if (this.filter != null && value instanceof Collection<?> items) {
			return showItems(run, kind, items);
		}
		boolean fragment = this.filter != null && value instanceof ChatChunk;
		return fragment ? null : show(run, kind, String.valueOf(value));
	}

	private @Nullable String showItems(Run run, String kind, Collection<?> items) {
		boolean chunks = hasChunks(items);
		List<String> texts = joined(items);
		if (texts != null) {
			List<String> shown = texts.stream().map((text) -> show(run, kind, text)).filter(Objects::nonNull).toList();
			if (chunks || !shown.equals(texts)) {
				return shown.isEmpty() ? null : String.join("\n", shown);
			}
		}
		// the string of a chunk has fragments of reasoning and of tool calls
		Object others = chunks ? items.stream().filter((item) -> !(item instanceof ChatChunk)).toList() : items;
		return show(run, kind, others.toString());
	}

	/**
	 * Return whether some items are chunks of a response.
	 * @param items the items of a stream
	 * @return whether there is a chunk
	 */
	public static boolean hasChunks(Collection<?> items) {
		return items.stream().anyMatch(ChatChunk.class::isInstance);
	}

	/**
	 * Return the texts of which items are fragments.
	 * @param items the items of a stream
	 * @return the text of each choice, in the order of their indexes, of which texts that
	 * are not in a chunk belong to the first; {@code null} if the items are something
	 * else
	 */
	public static @Nullable List<String> joined(Collection<?> items) {
		Map<Integer, StringBuilder> choices = new TreeMap<>();
		for (Object item : items) {
			if (item instanceof CharSequence text) {
				choices.computeIfAbsent(0, (choice) -> new StringBuilder()).append(text);
			}
			else if (item instanceof ChatChunk chunk) {
				choices.computeIfAbsent(chunk.choice(), (choice) -> new StringBuilder()).append(chunk.text());
			}
			else {
				return null;
			}
		}
		return choices.values().stream().map(StringBuilder::toString).toList();
	}

	private void warn(String kind, Throwable failure) {
		if (this.filter != null && this.failed.compareAndSet(false, true)) {
			// without messages, which may quote the text
			IllegalStateException place = new IllegalStateException(failure.getClass().getName());
			place.setStackTrace(failure.getStackTrace());
			logger.warn("The content filter " + this.filter.getClass().getName() + " failed for a text of kind '" + kind
					+ "', which is not shown. Further failures are not logged", place);
		}
	}

}
