package dev.llmcallbacks.callback;

import java.util.Collection;
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
	 * Return what may be shown of a value that is not a text. The items of a list of
	 * texts may be fragments of one text, as those of a stream are, so the filter
	 * receives them joined, too.
	 * @param run the run that the value belongs to
	 * @param kind what the value is, a constant of {@link RunContentFilter}
	 * @param value the value
	 * @return the text to show, or {@code null} if nothing may be shown
	 */
	public @Nullable String showValue(Run run, String kind, Object value) {
		String whole = (this.filter != null && value instanceof Collection<?> items) ? joined(items) : null;
		if (whole != null) {
			String shown = show(run, kind, whole);
			if (!whole.equals(shown)) {
				return shown;
			}
		}
		return show(run, kind, String.valueOf(value));
	}

	/**
	 * Return the text of which items are fragments.
	 * @param items the items of a stream
	 * @return the text, or {@code null} if the items are something else
	 */
	public static @Nullable String joined(Collection<?> items) {
		StringBuilder whole = new StringBuilder();
		for (Object item : items) {
			if (item instanceof CharSequence text) {
				whole.append(text);
			}
			else if (item instanceof ChatChunk chunk) {
				whole.append(chunk.text());
			}
			else {
				return null;
			}
		}
		return whole.toString();
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
