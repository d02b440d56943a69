package dev.llmcallbacks;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;

/**
 * Fails a test during which a thread that must not block has blocked. Found by JUnit on
 * its own; looks after the tests of the packages that deliver events.
 */
public final class NoBlockingExtension implements BeforeEachCallback, AfterEachCallback {

	private static final Log logger = LogFactory.getLog(NoBlockingExtension.class);

	private static final Set<String> PACKAGES = Set.of("dev.llmcallbacks.dispatch", "dev.llmcallbacks.client");

	private static final Queue<BlockingOperationError> violations = new ConcurrentLinkedQueue<>();

	private static volatile boolean watching;

	private static final boolean installed = install();

	private static boolean install() {
		int release = Runtime.version().feature();
		if (release != 17) {
			logger.info("BlockHound does not look into JDK " + release + ", and tests do without it; JDK 17 has it");
			return false;
		}
		// there is one callback in a JVM, and a class loader of a test's own must not
		// take it
		if (System.setProperty(NoBlockingExtension.class.getName(), "installed") != null) {
			return false;
		}
		// handing a task over takes a lock for a moment, as it does in Reactor's own
		// schedulers
		BlockHound.builder()
			.loadIntegrations()
			.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "execute")
			.blockingMethodCallback(NoBlockingExtension::blocked)
			.install();
		return true;
	}

	private static void blocked(BlockingMethod method) {
		if (watching) {
			BlockingOperationError error = new BlockingOperationError(method);
			violations.add(error);
			throw error;
		}
	}

	/**
	 * Whether blocking calls are found at all.
	 */
	public static boolean isInstalled() {
		return installed;
	}

	/**
	 * Return what was found since the test began, and forget it.
	 */
	public static List<BlockingOperationError> takeViolations() {
		List<BlockingOperationError> taken = List.copyOf(violations);
		violations.clear();
		return taken;
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		violations.clear();
		watching = PACKAGES.contains(context.getRequiredTestClass().getPackageName());
	}

	@Override
	public void afterEach(ExtensionContext context) {
		watching = false;
		List<BlockingOperationError> found = takeViolations();
		if (!found.isEmpty()) {
			throw new AssertionError("Threads that must not block did so " + found.size() + " times", found.get(0));
		}
	}

}
