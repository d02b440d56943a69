package dev.llmcallbacks.autoconfigure.docker;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactory;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.core.io.support.SpringFactoriesLoader;

import dev.llmcallbacks.autoconfigure.docker.OllamaDockerComposeConnectionDetailsFactory.OllamaDockerComposeConnectionDetails;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OllamaContainerConnectionDetailsFactory} and
 * {@link OllamaDockerComposeConnectionDetailsFactory}, without Docker.
 */
class OllamaConnectionDetailsTests {

	@Test
	void shouldRegisterTheFactories() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(ConnectionDetailsFactory.class))
			.extracting((factory) -> factory.getClass().getName())
			.containsAll(List.of(OllamaContainerConnectionDetailsFactory.class.getName(),
					OllamaDockerComposeConnectionDetailsFactory.class.getName()));
	}

	@Test
	void shouldHaveTheUrlOfTheService() {
		ConnectionPorts ports = Mockito.mock();
		Mockito.when(ports.get(11434)).thenReturn(32768);
		RunningService service = Mockito.mock();
		Mockito.when(service.host()).thenReturn("docker.test");
		Mockito.when(service.ports()).thenReturn(ports);
		OllamaDockerComposeConnectionDetails details = new OllamaDockerComposeConnectionDetails(service);
		assertThat(details.getBaseUrl()).isEqualTo("http://docker.test:32768/v1");
		assertThat(details.getApiKey()).isNull();
	}

}
