package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The application's {@link WebClient.Builder} as the providers get it.
 */
final class ProviderWebClient {

	private final ObjectProvider<WebClient.Builder> webClientBuilders;

	private final ObjectProvider<ClientHttpConnectorBuilder<?>> connectorBuilders;

	private final ObjectProvider<HttpClientSettings> httpClientSettings;

	private final @Nullable Duration connectTimeout;

	ProviderWebClient(ObjectProvider<WebClient.Builder> webClientBuilders,
			ObjectProvider<ClientHttpConnectorBuilder<?>> connectorBuilders,
			ObjectProvider<HttpClientSettings> httpClientSettings, LlmTimeoutProperties timeouts) {
		this.webClientBuilders = webClientBuilders;
		this.connectorBuilders = connectorBuilders;
		this.httpClientSettings = httpClientSettings;
		this.connectTimeout = timeouts.getConnect();
	}

	/**
	 * Return a builder as the application has set it up; with a connect timeout of its
	 * own, its connector is built anew from the application's settings.
	 * @return the builder
	 */
	WebClient.Builder builder() {
		WebClient.Builder builder = this.webClientBuilders.getIfAvailable(WebClient::builder);
		if (this.connectTimeout == null) {
			return builder;
		}
		HttpClientSettings settings = this.httpClientSettings.getIfAvailable(HttpClientSettings::defaults)
			.withConnectTimeout(this.connectTimeout);
		return builder
			.clientConnector(this.connectorBuilders.getIfAvailable(ClientHttpConnectorBuilder::detect).build(settings));
	}

}
