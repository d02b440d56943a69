package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.client.TimeLimits;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.test.EventRecorder;

/**
 * One protocol as it is used through the {@code ChatClient}, and what is to be heard of
 * it.
 */
final class ClientFixture {

	static final Duration TIMEOUT = ProviderFixture.TIMEOUT;

	private final ProviderFixture provider;

	private final EventRecorder log = new EventRecorder();

	private WebClient.Builder webClientBuilder = WebClient.builder();

	private RetryPolicy retryPolicy = new RetryPolicy(3, Duration.ofMillis(5), Duration.ofMillis(20));

	private TimeLimits timeLimits = TimeLimits.DEFAULT;

	ClientFixture(ProviderFixture provider) {
		this.provider = provider;
	}

	static List<ClientFixture> all() {
		return List.of(new ClientFixture(new OpenAiContractTests()), new ClientFixture(new ResponsesContractTests()),
				new ClientFixture(new AnthropicContractTests()));
	}

	ClientFixture with(WebClient.Builder webClientBuilder) {
		this.webClientBuilder = webClientBuilder;
		return this;
	}

	ClientFixture with(RetryPolicy retryPolicy) {
		this.retryPolicy = retryPolicy;
		return this;
	}

	ClientFixture with(TimeLimits timeLimits) {
		this.timeLimits = timeLimits;
		return this;
	}

	ChatClient client(String url) {
		return ChatClient
			.builder(this.provider.model(url, this.webClientBuilder, 1024 * 1024,
					ChatOptions.builder().model("m").build()))
			.retryPolicy(this.retryPolicy)
			.timeLimits(this.timeLimits)
			.callbacks(this.log)
			.build();
	}

	EventRecorder log() {
		return this.log;
	}

	/**
	 * Return the first events of the transcript, or all of them.
	 */
	byte[] bytes(int events) {
		List<String> transcript = this.provider.transcript();
		return String.join("", transcript.subList(0, Math.min(events, transcript.size())))
			.getBytes(StandardCharsets.UTF_8);
	}

	byte[] bytes() {
		return bytes(Integer.MAX_VALUE);
	}

	Response answer() {
		return Response.stream(bytes());
	}

	Response error(int status, String type) {
		return Response.json(status, this.provider.error(type, "Not now"));
	}

	void check(LlmResult result) {
		List<ChatGeneration> generations = result.generations().get(0);
		this.provider.check(new ChatResponse(generations, result.llmOutput()));
	}

	void checkCallOf(String url) {
		check(client(url).prompt("Tell me a joke").result().block(TIMEOUT));
	}

	/**
	 * Return the provider's name.
	 */
	String provider() {
		return this.provider.provider();
	}

	@Override
	public String toString() {
		return this.provider.protocol();
	}

}
