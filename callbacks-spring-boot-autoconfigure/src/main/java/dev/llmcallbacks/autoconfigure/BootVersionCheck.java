package dev.llmcallbacks.autoconfigure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ApplicationListener;

/**
 * Fails the start-up of applications on a version of Spring Boot that the library does
 * not support, before a class is missing somewhere. Uses classes only that Spring Boot 3
 * has as well, and an exception and a failure analyzer of its own for the same reason.
 */
class BootVersionCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

	private static final int MAJOR = 4;

	private static final int MINOR = 1;

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		check(SpringBootVersion.getVersion());
	}

	static void check(@Nullable String version) {
		Matcher parts = VERSION.matcher((version != null) ? version : "");
		if (parts.matches()) {
			int major = Integer.parseInt(parts.group(1));
			if (major < MAJOR || (major == MAJOR && Integer.parseInt(parts.group(2)) < MINOR)) {
				throw new UnsupportedBootVersionException(
						"LLM Callbacks requires Spring Boot 4.1 or later, but this application uses Spring Boot "
								+ version + ".");
			}
		}
	}

	/**
	 * Indicates that the application's version of Spring Boot is not supported.
	 */
	static final class UnsupportedBootVersionException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		UnsupportedBootVersionException(String message) {
			super(message);
		}

	}

	/**
	 * Analyzes an {@link UnsupportedBootVersionException}.
	 */
	static class Analyzer extends AbstractFailureAnalyzer<UnsupportedBootVersionException> {

		@Override
		protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedBootVersionException cause) {
			return new FailureAnalysis(cause.getMessage(),
					"Upgrade the application to Spring Boot 4.1 or later, or remove the dependency on "
							+ "'callbacks-spring-boot-starter'.",
					cause);
		}

	}

}
