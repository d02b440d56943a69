package dev.llmcallbacks.autoconfigure.docker;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

import dev.llmcallbacks.autoconfigure.OpenAiConnectionDetails;

/**
 * {@link DockerComposeConnectionDetailsFactory} that creates
 * {@link OpenAiConnectionDetails} for an {@code ollama} service, whose server speaks
 * OpenAI's protocol.
 */
class OllamaDockerComposeConnectionDetailsFactory
		extends DockerComposeConnectionDetailsFactory<OpenAiConnectionDetails> {

	private static final int PORT = 11434;

	OllamaDockerComposeConnectionDetailsFactory() {
		super("ollama/ollama");
	}

	@Override
	protected OpenAiConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new OllamaDockerComposeConnectionDetails(source.getRunningService());
	}

	/**
	 * {@link OpenAiConnectionDetails} backed by an {@code ollama} {@link RunningService}.
	 */
	static final class OllamaDockerComposeConnectionDetails extends DockerComposeConnectionDetails
			implements OpenAiConnectionDetails {

		private final String baseUrl;

		OllamaDockerComposeConnectionDetails(RunningService service) {
			super(service);
			this.baseUrl = "http://" + service.host() + ":" + service.ports().get(PORT) + "/v1";
		}

		@Override
		public String getBaseUrl() {
			return this.baseUrl;
		}

	}

}
