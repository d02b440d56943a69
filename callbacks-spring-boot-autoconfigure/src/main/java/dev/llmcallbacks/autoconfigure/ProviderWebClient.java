package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Provides the application's {@link WebClient.Builder} to the providers.
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
	 * Return the application's builder. If there is a connect timeout, the connector is
	 * built from the application's settings with this timeout, and does not follow
	 * redirects. The providers themselves refuse redirects of any other connector.
	 * @return the builder
	 */
	WebClient.Builder builder() {
		WebClient.Builder builder = this.webClientBuilders.getIfAvailable(WebClient::builder);
		if (this.connectTimeout == null) {
			return builder;
		}
		HttpClientSettings settings = this.httpClientSettings.getIfAvailable(HttpClientSettings::defaults)
			.withConnectTimeout(this.connectTimeout)
			.withRedirects(HttpRedirects.DONT_FOLLOW);
		return builder
			.clientConnector(this.connectorBuilders.getIfAvailable(ClientHttpConnectorBuilder::detect).build(settings));
	}

}
