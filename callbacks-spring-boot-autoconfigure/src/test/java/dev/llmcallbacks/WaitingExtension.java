package dev.llmcallbacks;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes Awaitility the one way in which tests wait for a condition: it looks at once and
 * then often, on the test's own thread, and for ten seconds at most.
 */
public final class WaitingExtension implements BeforeAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultTimeout(Duration.ofSeconds(10));
		Awaitility.setDefaultPollDelay(Duration.ZERO);
		Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
		Awaitility.pollInSameThread();
	}

}
