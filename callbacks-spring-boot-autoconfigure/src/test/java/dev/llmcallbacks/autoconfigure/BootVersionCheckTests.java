package dev.llmcallbacks.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

import dev.llmcallbacks.autoconfigure.BootVersionCheck.UnsupportedBootVersionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link BootVersionCheck}.
 */
class BootVersionCheckTests {

	@ParameterizedTest
	@ValueSource(strings = { "2.7.18", "3.5.14", "4.0.2", "4.0.0-SNAPSHOT" })
	@DisplayName("F11 an older Spring Boot is refused at start-up, with its version")
	void shouldRefuseOlderVersions(String version) {
		assertThatExceptionOfType(UnsupportedBootVersionException.class)
			.isThrownBy(() -> BootVersionCheck.check(version))
			.withMessage("LLM Callbacks requires Spring Boot 4.1 or later, but this application uses Spring Boot "
					+ version + ".");
	}

	@ParameterizedTest
	@ValueSource(strings = { "4.1.0", "4.1.2", "4.2.0-M1", "4.10.0", "5.0.0", "unknown" })
	void shouldAcceptOthers(String version) {
		assertThatNoException().isThrownBy(() -> BootVersionCheck.check(version));
		assertThatNoException().isThrownBy(() -> BootVersionCheck.check(null));
	}

	@Test
	@DisplayName("F11 the check runs in every application, and its failure is analyzed")
	void shouldBeRegistered() {
		SpringApplication application = new SpringApplication(BootVersionCheckTests.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThat(application.getListeners()).hasAtLeastOneElementOfType(BootVersionCheck.class);
		List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, null, (type, name, failure) -> {
			});
		FailureAnalysis analysis = analyzers.stream()
			.map((analyzer) -> analyzer.analyze(new UnsupportedBootVersionException("too old")))
			.filter((found) -> found != null)
			.findFirst()
			.orElseThrow();
		assertThat(analysis.getDescription()).isEqualTo("too old");
		assertThat(analysis.getAction()).contains("Upgrade");
	}

}
