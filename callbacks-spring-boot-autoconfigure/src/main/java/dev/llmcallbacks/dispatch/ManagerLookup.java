package dev.llmcallbacks.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.log.LogMessage;
import reactor.util.context.ContextView;

import dev.llmcallbacks.run.PrintableText;

/**
 * Internal to the library: finds the manager that opens a run, and logs once when there
 * is none. Thread-safe.
 */
public final class ManagerLookup {

	private static final Log logger = LogFactory.getLog(ManagerLookup.class);

	private static final int MAX_LOGGED = 100;

	private static final int MAX_NAME_LENGTH = 100;

	private static final Set<String> logged = ConcurrentHashMap.newKeySet();

	private ManagerLookup() {
	}

	/**
	 * Return the manager of the current run, else the given one, else one without
	 * handlers.
	 * @param context the Reactor Context
	 * @param given supplies the manager where there is no current run, or {@code null}
	 * @param name what opens the run, with its name, for the log
	 * @return the manager
	 */
	public static CallbackManager find(ContextView context,
			@Nullable Supplier<? extends @Nullable CallbackManager> given, String name) {
		if (CurrentRun.from(context).isPresent() || CurrentRun.get().isPresent()) {
			return CurrentRun.manager(context, null);
		}
		CallbackManager manager = (given != null) ? given.get() : null;
		if (manager == null && logged.size() < MAX_LOGGED && logged.add(name)) {
			logger.info(LogMessage.format("%s has no callback manager and is not called inside a run: only the "
					+ "callbacks of its options receive its events. Set the manager with withManager(…), or "
					+ "declare it as a bean", PrintableText.of(name, MAX_NAME_LENGTH)));
		}
		return CurrentRun.manager(context, manager);
	}

}
