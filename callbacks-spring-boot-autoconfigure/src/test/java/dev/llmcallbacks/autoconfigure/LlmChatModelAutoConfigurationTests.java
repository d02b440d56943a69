package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.ProviderHeaders;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmChatModelAutoConfiguration}.
 */
class LlmChatModelAutoConfigurationTests {

	private static final String KEY = "sk-secret-4711";

	private final ApplicationContextRunner contextRunner = Applications.withoutModel();

	@Test
	void shouldMakeNoModelWithoutProvider() {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatModel.class));
	}

	@Test
	void shouldMakeAModelOfTheConfiguredProvider() {
		this.contextRunner.withPropertyValues("callbacks.openai.api-key=" + KEY)
			.run((context) -> assertThat(context).hasSingleBean(ChatModel.class)
				.getBean("llmCallbacksOpenAiChatModel")
				.isInstanceOf(OpenAiChatModel.class));
		this.contextRunner.withPropertyValues("callbacks.anthropic.api-key=" + KEY)
			.run((context) -> assertThat(context).hasSingleBean(ChatModel.class)
				.getBean("llmCallbacksAnthropicChatModel")
				.isInstanceOf(AnthropicChatModel.class));
	}

	@Test
	void shouldTakeEnvironmentVariablesAndBlankKeysForWhatTheyAre() {
		this.contextRunner
			.withPropertyValues("callbacks.openai.api-key=", "callbacks.anthropic.api-key=${NO_SUCH_VARIABLE}")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatModel.class));
		this.contextRunner
			.withPropertyValues("VARIABLE=" + KEY, "callbacks.openai.api-key=${VARIABLE}",
					"callbacks.anthropic.api-key=${NO_SUCH_VARIABLE}")
			.run((context) -> assertThat(context).hasSingleBean(OpenAiChatModel.class).hasSingleBean(ChatModel.class));
	}

	@Test
	void shouldWantNoKeyForAnotherServer() {
		this.contextRunner.withPropertyValues("callbacks.openai.base-url=http://localhost:11434/v1")
			.run((context) -> assertThat(context).hasSingleBean(OpenAiChatModel.class));
	}

	@Test
	void shouldPreferTheChosenProvider() {
		ApplicationContextRunner both = this.contextRunner.withPropertyValues("callbacks.openai.api-key=" + KEY,
				"callbacks.anthropic.api-key=" + KEY, "callbacks.chat.model=m-1");
		both.withPropertyValues("callbacks.chat.provider=anthropic").run((context) -> {
			assertThat(context.getBean(ChatModel.class)).isSameAs(context.getBean("llmCallbacksChatModel"))
				.isSameAs(context.getBean(AnthropicChatModel.class));
			assertThat(context.getBean(AnthropicChatModel.class).defaultOptions().model()).isEqualTo("m-1");
			assertThat(context.getBean(OpenAiChatModel.class).defaultOptions()).isEqualTo(ChatOptions.NONE);
		});
		both.withPropertyValues("callbacks.chat.provider=openai")
			.run((context) -> assertThat(context.getBean(ChatModel.class)).isInstanceOf(OpenAiChatModel.class));
	}

	@Test
	@DisplayName("G25 requests are made with the application's WebClient.Builder")
	void shouldUseTheApplicationsWebClientBuilder() {
		Requests requests = new Requests();
		this.contextRunner.withBean(WebClientCustomizer.class, () -> requests)
			.withPropertyValues("callbacks.openai.api-key=" + KEY, "callbacks.openai.headers.X-Team=blue",
					"callbacks.openai.base-url=http://localhost:1/base")
			.run((context) -> {
				call(context.getBean(ChatModel.class));
				ClientRequest request = requests.made().get(0);
				assertThat(request.url()).hasToString("http://localhost:1/base/chat/completions");
				assertThat(request.headers().getFirst(HttpHeaders.AUTHORIZATION)).isEqualTo("Bearer " + KEY);
				assertThat(request.headers().getFirst("X-Team")).isEqualTo("blue");
			});
		this.contextRunner.withBean(WebClientCustomizer.class, () -> requests)
			.withPropertyValues("callbacks.anthropic.api-key=" + KEY, "callbacks.anthropic.version=2030-01-01")
			.run((context) -> {
				call(context.getBean(ChatModel.class));
				ClientRequest request = requests.made().get(1);
				assertThat(request.url()).hasToString("https://api.anthropic.com/v1/messages");
				assertThat(request.headers().getFirst("x-api-key")).isEqualTo(KEY);
				assertThat(request.headers().getFirst("anthropic-version")).isEqualTo("2030-01-01");
			});
	}

	@Test
	@DisplayName("a ProviderHeaders bean provides headers of every model")
	void shouldAskProviderHeaders() {
		Requests requests = new Requests();
		this.contextRunner.withBean(WebClientCustomizer.class, () -> requests)
			.withBean(ProviderHeaders.class, () -> (request) -> {
				HttpHeaders headers = new HttpHeaders();
				headers.set("x-api-key", "of " + request.options().model());
				return Mono.just(headers);
			})
			.withPropertyValues("callbacks.anthropic.api-key=" + KEY, "callbacks.openai.api-key=" + KEY,
					"callbacks.chat.provider=openai", "callbacks.openai.max-tokens-field=max_completion_tokens")
			.run((context) -> {
				call(context.getBean(OpenAiChatModel.class));
				call(context.getBean(AnthropicChatModel.class));
				assertThat(requests.made()).hasSize(2)
					.allSatisfy((request) -> assertThat(request.headers().get("x-api-key")).containsExactly("of m-1"));
			});
	}

	private static void call(ChatModel chatModel) {
		ChatRequest request = new ChatRequest(List.of(new HumanMessage("Hello")),
				ChatOptions.builder().model("m-1").build(), List.of());
		chatModel.call(request).onErrorComplete().block(Applications.TIMEOUT);
	}

	@Test
	@DisplayName("G33 the models back off to the application's own")
	void shouldBackOffToAChatModel() {
		this.contextRunner.withBean("own", ChatModel.class, () -> ScriptedChatModel.of("own"))
			.withPropertyValues("callbacks.openai.api-key=" + KEY, "callbacks.anthropic.api-key=" + KEY)
			.run((context) -> {
				assertThat(context).hasSingleBean(ChatModel.class);
				assertThat(Applications.ask(context)).isEqualTo("own");
			});
	}

	@Test
	void shouldBackOffWithoutWebClient() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(WebClient.class))
			.withPropertyValues("callbacks.openai.api-key=" + KEY)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatModel.class));
	}

	@Test
	@DisplayName("G32 two providers and no choice fail at start-up")
	void shouldWantAChoiceOfTwoProviders() {
		FailureAnalysis analysis = failure("callbacks.openai.api-key=" + KEY,
				"callbacks.anthropic.base-url=http://localhost:1");
		assertThat(analysis.getDescription()).contains("'callbacks.openai'", "'callbacks.anthropic'",
				"'callbacks.chat.provider'");
		assertThat(analysis.getAction()).contains("openai, anthropic");
	}

	@Test
	@DisplayName("G32 a chosen provider that is not configured fails at start-up")
	void shouldWantTheChosenProvider() {
		FailureAnalysis analysis = failure("callbacks.openai.api-key=" + KEY, "callbacks.chat.provider=anthropic");
		assertThat(analysis.getDescription()).contains("'callbacks.chat.provider' is 'anthropic'",
				"'callbacks.openai'");
		assertThat(analysis.getAction()).contains("'callbacks.anthropic.api-key'");
	}

	@Test
	@DisplayName("G32 a missing key for a provider's own URL fails at start-up")
	void shouldWantAKeyForTheProvidersOwnUrl() {
		FailureAnalysis analysis = failure("callbacks.openai.base-url=https://api.openai.com/v1");
		assertThat(analysis.getDescription()).contains("'callbacks.openai.api-key' is not set", "api.openai.com");
		assertThat(analysis.getAction()).contains("callbacks.openai.base-url");
		assertThat(failure("callbacks.anthropic.base-url=http://localhost:1", "callbacks.anthropic.api-key=${NOBODY}")
			.getDescription()).contains("'callbacks.anthropic.api-key' refers to NOBODY, which is not set");
	}

	@Test
	@DisplayName("G32 an invalid value fails at start-up")
	void shouldRefuseInvalidValues() {
		assertThat(failure("callbacks.chat.provider=google", "callbacks.openai.api-key=" + KEY).getAction())
			.contains("ANTHROPIC", "OPENAI");
		assertThat(failure("callbacks.max-event-size=0B").getDescription()).contains("callbacks.max-event-size",
				"must be at least 1");
		assertThat(failure("callbacks.chat.max-tokens=-1").getDescription()).contains("callbacks.chat.max-tokens",
				"must be at least 1");
		assertThat(failure("callbacks.openai.base-url=localhost").getDescription())
			.contains("'callbacks.openai.base-url'");
	}

	@Test
	@DisplayName("S11 G32 a user in the base URL is refused at start-up, and is not quoted")
	void shouldRefuseAUserInTheBaseUrl() {
		FailureAnalysis analysis = failure("callbacks.openai.base-url=http://usr:" + KEY + "@localhost/v1");
		assertThat(analysis.getDescription()).contains("'callbacks.openai.base-url' contains a user")
			.doesNotContain(KEY, "usr");
		assertThat(analysis.getAction()).contains("'callbacks.openai.headers.Authorization'");
		assertThat(failure("callbacks.openai.api-key=k", "callbacks.clients.mine.provider=openai",
				"callbacks.clients.mine.base-url=http://usr@localhost/v1")
			.getDescription()).contains("'callbacks.clients.mine.base-url' contains a user");
	}

	@ParameterizedTest
	@ValueSource(strings = { "callbacks.openai.api-key", "callbacks.openai.headers.X-Y", "callbacks.clients.c.api-key",
			"callbacks.clients.c.headers.X-Y" })
	@DisplayName("S23 G32 a key with a line break is refused at start-up, and is not quoted")
	void shouldRefuseALineBreakInAKey(String property) {
		ApplicationContextRunner runner = this.contextRunner
			.withPropertyValues("callbacks.openai.base-url=http://localhost:1", "callbacks.clients.c.provider=openai");
		for (String value : List.of(KEY + "\n" + KEY, KEY + "\rx", KEY + "\u2014", KEY + "\u0000x")) {
			FailureAnalysis analysis = Applications.failure(runner.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("secrets", Map.of(property, value)))));
			assertThat(analysis.getDescription()).contains("'" + property + "'", "14 characters").doesNotContain(KEY);
		}
		runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("secrets", Map.of("callbacks.openai.api-key", KEY + "\n"))))
			.run((context) -> assertThat(context).as("a line break at the end is common in files").hasNotFailed());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	@DisplayName("S1 S11 a key that is sent unencrypted to another host, or in a query, is warned of at start-up")
	void shouldWarnOfKeysThatOthersCanRead(CapturedOutput output) {
		String url = "callbacks.openai.base-url=";
		String key = "callbacks.openai.api-key=" + KEY;
		for (String harmless : List.of("http://localhost:1", "http://127.0.0.1", "http://[::1]:8",
				"https://example.com")) {
			this.contextRunner.withPropertyValues(url + harmless, key)
				.run((context) -> assertThat(context).hasNotFailed());
		}
		this.contextRunner.withPropertyValues(url + "http://example.com")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("unencrypted");
		this.contextRunner.withPropertyValues(url + "http://example.com/v1", key)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("unencrypted")
			.contains("The base URL of openai begins with 'http://': keys, prompts and responses are sent to "
					+ "'example.com' unencrypted");
		this.contextRunner.withPropertyValues(url + "http://example.org", "callbacks.openai.headers.api-key=" + KEY)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("'example.org' unencrypted").doesNotContain("looks like a secret");
		this.contextRunner.withPropertyValues(url + "https://example.org/v1?api-version=1&api-key=" + KEY)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("The query of 'callbacks.openai.base-url' contains a parameter that looks like")
			.doesNotContain(KEY);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	@DisplayName("S1 a key that is sent unencrypted is warned of however it is configured")
	void shouldWarnOfPlainHttpInEveryWayOfConfiguration(CapturedOutput output) {
		ApplicationContextRunner runner = this.contextRunner.withPropertyValues("callbacks.chat.model=m");
		runner.withBean(OpenAiConnectionDetails.class, () -> new OpenAiConnectionDetails() {

			@Override
			public String getBaseUrl() {
				return "http://details.example/v1";
			}

			@Override
			public String getApiKey() {
				return KEY;
			}

		}).run((context) -> assertThat(context).hasNotFailed());
		runner
			.withPropertyValues("callbacks.clients.named.provider=anthropic",
					"callbacks.clients.named.base-url=http://named.example", "callbacks.clients.named.api-key=" + KEY)
			.run((context) -> assertThat(context).hasNotFailed());
		runner
			.withPropertyValues("callbacks.anthropic.base-url=http://shared.example",
					"callbacks.anthropic.headers.Cookie=session=" + KEY)
			.run((context) -> assertThat(context).hasNotFailed());
		runner.withBean(ProviderHeaders.class, () -> (request) -> Mono.empty())
			.withPropertyValues("callbacks.openai.base-url=http://requests.example")
			.run((context) -> assertThat(context).hasNotFailed());
		OpenAiChatModel.builder().baseUrl("http://127.built.example").apiKey(KEY).build();
		AnthropicChatModel.builder().baseUrl("HTTP://usr:pw@user.example").build();
		for (String host : List.of("details", "named", "shared", "requests", "127.built", "user")) {
			assertThat(output).containsOnlyOnce("'" + host + ".example' unencrypted");
		}
		assertThat(output).doesNotContain(KEY);
	}

	@ParameterizedTest
	@ExtendWith(OutputCaptureExtension.class)
	@ValueSource(strings = { "http://localhost:1", "http://LOCALHOST", "http://a.localhost/v1", "http://127.0.0.1",
			"http://127.9.9.9:8080", "http://[::1]:8", "http://[0:0:0:0:0:0:0:1]", "https://example.com" })
	void shouldNotWarnOfLoopbackOrEncryption(String url, CapturedOutput output) {
		OpenAiChatModel.builder().baseUrl(url).apiKey(KEY).build();
		assertThat(output).doesNotContain("unencrypted");
	}

	@Test
	@DisplayName("G31 no key appears in what is said of failures")
	void shouldNotSayTheKey() {
		for (FailureAnalysis analysis : List.of(
				failure("callbacks.openai.api-key=" + KEY, "callbacks.anthropic.api-key=" + KEY),
				failure("callbacks.openai.api-key=" + KEY, "callbacks.chat.provider=anthropic"),
				failure("callbacks.openai.api-key=" + KEY, "callbacks.openai.base-url=ftp://" + KEY),
				failure("callbacks.openai.api-key=" + KEY, "callbacks.openai.stream-usage=perhaps"))) {
			assertThat(analysis.getDescription()).doesNotContain(KEY);
			assertThat(analysis.getAction()).doesNotContain(KEY);
			assertThat(analysis.getCause()).hasMessageNotContaining(KEY);
		}
	}

	@Test
	@DisplayName("G31 no key appears in any toString")
	void shouldNotPrintTheKey() {
		this.contextRunner
			.withPropertyValues("callbacks.openai.api-key=" + KEY, "callbacks.anthropic.api-key=" + KEY,
					"callbacks.openai.headers.Authorization=" + KEY, "callbacks.chat.provider=openai")
			.run((context) -> {
				for (Class<?> type : List.of(OpenAiProperties.class, AnthropicProperties.class,
						OpenAiConnectionDetails.class, AnthropicConnectionDetails.class, OpenAiChatModel.class,
						AnthropicChatModel.class, LlmChatProperties.class, LlmCallbacksProperties.class)) {
					assertThat(context.getBean(type).toString()).doesNotContain(KEY);
				}
				assertThat(ProviderAddress.of(Provider.OPENAI, "callbacks.openai", "https://localhost/" + KEY, KEY,
						Map.of("X-Key", KEY)))
					.asString()
					.doesNotContain(KEY);
			});
	}

	private FailureAnalysis failure(String... properties) {
		return Applications.failure(this.contextRunner.withPropertyValues(properties));
	}

}
