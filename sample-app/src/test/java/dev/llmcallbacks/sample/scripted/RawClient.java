package dev.llmcallbacks.sample.scripted;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import dev.llmcallbacks.test.ScriptedProvider;

/**
 * Asks the scripted provider without anything of the library or of Spring between.
 */
class RawClient {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

	private final ScriptedProvider provider;

	RawClient(ScriptedProvider provider) {
		this.provider = provider;
	}

	HttpResponse<String> openAi(String body) throws Exception {
		return send(BodyHandlers.ofString(), "/v1/chat/completions", body, "Authorization", "Bearer any");
	}

	HttpResponse<InputStream> openStream(String body) throws Exception {
		return send(BodyHandlers.ofInputStream(), "/v1/chat/completions", body, "Authorization", "Bearer any");
	}

	HttpResponse<String> anthropic(String body) throws Exception {
		return anthropic(body, "x-api-key", "any", "anthropic-version", "2023-06-01");
	}

	HttpResponse<String> anthropic(String body, String... headers) throws Exception {
		return send(BodyHandlers.ofString(), "/v1/messages", body, headers);
	}

	<T> HttpResponse<T> send(BodyHandler<T> handler, String path, String body, String... headers)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.provider.anthropicBaseUrl() + path))
			.timeout(TIMEOUT)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.client.send(request.build(), handler);
	}

}
