package dev.llmcallbacks.autoconfigure.docker;

import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.testcontainers.ollama.OllamaContainer;

import dev.llmcallbacks.autoconfigure.OpenAiConnectionDetails;

/**
 * {@link ContainerConnectionDetailsFactory} that creates {@link OpenAiConnectionDetails}
 * from a {@link ServiceConnection @ServiceConnection}-annotated {@link OllamaContainer},
 * whose server speaks OpenAI's protocol.
 */
class OllamaContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<OllamaContainer, OpenAiConnectionDetails> {

	@Override
	protected OpenAiConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<OllamaContainer> source) {
		return new OllamaContainerConnectionDetails(source);
	}

	/**
	 * {@link OpenAiConnectionDetails} backed by a {@link ContainerConnectionSource}.
	 */
	private static final class OllamaContainerConnectionDetails extends ContainerConnectionDetails<OllamaContainer>
			implements OpenAiConnectionDetails {

		private OllamaContainerConnectionDetails(ContainerConnectionSource<OllamaContainer> source) {
			super(source);
		}

		@Override
		public String getBaseUrl() {
			return getContainer().getEndpoint() + "/v1";
		}

	}

}
