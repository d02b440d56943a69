package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientRequest;

import dev.llmcallbacks.autoconfigure.test.ScriptedChatModelAutoConfiguration;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.ChatClientCustomizer;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.Thinking;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link NamedChatClients} and {@link NamedChatClientRegistrar}.
 */
class NamedChatClientsTests {

	private static final String KEY = "sk-secret-4711";

	private static final Tool TOOL = Tool.of(new ToolDefinition("weather", "", "{\"type\":\"object\"}"),
			(arguments) -> "rain");

	private final Requests requests = new Requests();

	private final ApplicationContextRunner contextRunner = Applications.withoutModel()
		.withBean(WebClientCustomizer.class, () -> this.requests);

	private final ApplicationContextRunner openAi = this.contextRunner
		.withPropertyValues("callbacks.openai.api-key=" + KEY, "callbacks.chat.model=m-1");

	@Test
	@DisplayName("G33 a named client is for those alone who name it")
	void shouldLeaveTheDefaultClientAlone() {
		this.openAi.withPropertyValues("callbacks.clients.fast.model=m-2", "callbacks.clients.smart.model=m-3")
			.withBean(Service.class)
			.run((context) -> {
				Service service = context.getBean(Service.class);
				assertThat(service.chatClient).isSameAs(context.getBean("llmCallbacksChatClient"));
				assertThat(service.fast).isSameAs(context.getBean("llmCallbacksChatClient-fast"));
				assertThat(context.getBean(ChatClient.class)).isSameAs(service.chatClient);
			});
	}

	@Test
	void shouldPutTheClientsOptionsOverTheDefaultOnes() {
		ScriptedChatModel model = ScriptedChatModel.of("Hello");
		Applications.withoutModel()
			.withBean(ChatModel.class, () -> model)
			.withPropertyValues("callbacks.chat.model=m-1", "callbacks.chat.max-tokens=25",
					"callbacks.chat.extra-body.a=1", "callbacks.clients.fast.max-tokens=${tokens}", "tokens=5",
					"callbacks.clients.fast.streaming=false", "callbacks.clients.fast.extra-body.b=2")
			.run((context) -> {
				named(context, "fast").prompt("Hello").text().block(Applications.TIMEOUT);
				ChatOptions options = model.requests().get(0).options();
				assertThat(options.model()).isEqualTo("m-1");
				assertThat(options.maxTokens()).isEqualTo(5);
				assertThat(options.streaming()).isFalse();
				assertThat(options.extraBody()).containsOnlyKeys("a", "b");
			});
	}

	@Test
	@DisplayName("options of reasoning, of tools and of caching are properties, also of named clients")
	void shouldBindOptionsOfReasoningAndTools() {
		ScriptedChatModel model = ScriptedChatModel.of("Hello");
		Applications.withoutModel()
			.withBean(ChatModel.class, () -> model)
			.withPropertyValues("callbacks.chat.reasoning-effort=low", "callbacks.chat.thinking=adaptive",
					"callbacks.chat.show-reasoning=true", "callbacks.chat.parallel-tool-calls=false",
					"callbacks.chat.strict-tools=true", "callbacks.chat.prompt-cache-key=k",
					"callbacks.chat.prompt-cache-ttl=1h", "callbacks.clients.fast.reasoning-effort=none",
					"callbacks.clients.fast.thinking=2000")
			.run((context) -> {
				context.getBean(ChatClient.class).prompt("Hello").text().block(Applications.TIMEOUT);
				named(context, "fast").prompt("Hello").text().block(Applications.TIMEOUT);
				ChatOptions usual = ChatOptions.builder()
					.streaming(true)
					.reasoningEffort("low")
					.thinking(Thinking.adaptive())
					.showReasoning(true)
					.parallelToolCalls(false)
					.strictTools(true)
					.promptCacheKey("k")
					.promptCacheTtl(Duration.ofHours(1))
					.build();
				assertThat(model.requests().get(0).options()).isEqualTo(usual);
				assertThat(model.requests().get(1).options())
					.isEqualTo(usual.mutate().reasoningEffort("none").thinking(Thinking.budget(2000)).build());
			});
	}

	@Test
	@DisplayName("default instruction, tools and limits of media are properties, also of named clients")
	void shouldBindDefaultsOfPrompts() {
		ScriptedChatModel model = ScriptedChatModel.of("Hello");
		Applications.withoutModel()
			.withBean(ChatModel.class, () -> model)
			.withBean(Tools.class, () -> Tools.of(TOOL))
			.withPropertyValues("callbacks.chat.system=Be brief", "callbacks.clients.fast.system=Be quick",
					"callbacks.clients.fast.tools=weather", "callbacks.clients.fast.max-media-count=0",
					"callbacks.chat.max-media-size=1KB")
			.run((context) -> {
				context.getBean(ChatClient.class).prompt("Hello").text().block(Applications.TIMEOUT);
				ChatClient fast = named(context, "fast");
				fast.prompt("Hello").text().block(Applications.TIMEOUT);
				assertThat(model.requests()).extracting((request) -> request.messages().get(0).text())
					.containsExactly("Be brief", "Be quick");
				assertThat(model.requests()).extracting((request) -> request.tools().size()).containsExactly(0, 1);
				assertThatExceptionOfType(ChatModelException.class).isThrownBy(() -> fast.prompt("Hello")
					.media(Media.of("image/png", new byte[1]))
					.text()
					.block(Applications.TIMEOUT));
				assertThatExceptionOfType(ChatModelException.class).isThrownBy(() -> context.getBean(ChatClient.class)
					.prompt("Hello")
					.media(Media.of("image/png", new byte[1025]))
					.text()
					.block(Applications.TIMEOUT));
			});
	}

	@Test
	@DisplayName("an empty value of a named client is none, and not that of all clients")
	void shouldRemoveDefaultsOfPrompts() {
		ScriptedChatModel model = ScriptedChatModel.of("Hello");
		Applications.withoutModel()
			.withBean(ChatModel.class, () -> model)
			.withBean(Tools.class, () -> Tools.of(TOOL))
			.withPropertyValues("callbacks.chat.system=Be brief", "callbacks.chat.tools=weather",
					"callbacks.clients.fast.system=", "callbacks.clients.fast.tools=")
			.run((context) -> {
				context.getBean(ChatClient.class).prompt("Hello").text().block(Applications.TIMEOUT);
				named(context, "fast").prompt("Hello").text().block(Applications.TIMEOUT);
				assertThat(model.requests()).extracting((request) -> request.messages().size()).containsExactly(2, 1);
				assertThat(model.requests()).extracting((request) -> request.tools().size()).containsExactly(1, 0);
			});
	}

	@Test
	@DisplayName("G32 a tool of a client that does not exist fails at start-up")
	void shouldFailWhenToolIsUnknown() {
		Applications.withoutModel()
			.withBean(ChatModel.class, () -> ScriptedChatModel.of("Hello"))
			.withBean(Tools.class, () -> Tools.of(TOOL))
			.withPropertyValues("callbacks.chat.tools=wether")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("'wether'"));
	}

	@Test
	@DisplayName("S15 a client with a key of its own sends no header of the provider that may hold another")
	void shouldAskTwoServersOfOneProtocol() {
		this.openAi
			.withPropertyValues("callbacks.openai.headers.X-Team=blue", "callbacks.openai.headers.api-key=sk-provider",
					"callbacks.clients.local.base-url=http://localhost:11434/v1", "callbacks.clients.local.model=llama",
					"callbacks.clients.local.headers.X-Local=yes", "callbacks.clients.other-key.api-key=sk-other")
			.run((context) -> {
				ClientRequest local = ask(named(context, "local"));
				assertThat(local.url()).hasToString("http://localhost:11434/v1/chat/completions");
				assertThat(local.headers().headerNames()).contains("X-Local")
					.doesNotContain(HttpHeaders.AUTHORIZATION, "X-Team");
				ClientRequest other = ask(named(context, "other-key"));
				assertThat(other.url()).hasToString("https://api.openai.com/v1/responses");
				assertThat(other.headers().getFirst(HttpHeaders.AUTHORIZATION)).isEqualTo("Bearer sk-other");
				assertThat(other.headers().getFirst("X-Team")).isEqualTo("blue");
				assertThat(other.headers().headerNames()).doesNotContain("api-key");
				assertThat(ask(context.getBean(ChatClient.class)).headers().getFirst(HttpHeaders.AUTHORIZATION))
					.isEqualTo("Bearer " + KEY);
			});
	}

	@Test
	void shouldLeaveTheModelToTheOtherProvider() {
		this.openAi
			.withPropertyValues("callbacks.chat.provider=openai", "callbacks.anthropic.api-key=sk-ant",
					"callbacks.clients.smart.provider=anthropic", "callbacks.clients.same.provider=openai")
			.run((context) -> {
				assertThatExceptionOfType(ChatModelException.class)
					.isThrownBy(() -> named(context, "smart").prompt("Hello").text().block(Applications.TIMEOUT))
					.withMessageContaining("model");
				assertThat(this.requests.made()).isEmpty();
				assertThat(ask(named(context, "same")).url().getHost()).isEqualTo("api.openai.com");
			});
	}

	@Test
	void shouldMakeABeanOfEachModel() {
		this.openAi
			.withPropertyValues("callbacks.clients.fast.model=m-2",
					"callbacks.clients.local.base-url=http://localhost:11434/v1")
			.run((context) -> {
				ChatModel usual = context.getBean(ChatModel.class);
				assertThat(context.getBean("llmCallbacksChatModel-fast")).isSameAs(usual);
				assertThat(context.getBean("llmCallbacksChatModel-local")).isNotSameAs(usual);
			});
	}

	@Test
	void shouldAskNoServerWhenModelsAreScripted() {
		this.openAi.withConfiguration(AutoConfigurations.of(ScriptedChatModelAutoConfiguration.class))
			.withPropertyValues("callbacks.clients.local.base-url=http://localhost:11434/v1")
			.run((context) -> {
				ScriptedChatModel scripted = context.getBean(ScriptedChatModel.class);
				scripted.answer("scripted");
				assertThat(named(context, "local").prompt("Hello").text().block(Applications.TIMEOUT))
					.isEqualTo("scripted");
				assertThat(this.requests.made()).isEmpty();
			});
	}

	@Test
	void shouldNeedNoDefaultClient() {
		this.contextRunner
			.withPropertyValues("callbacks.clients.local.base-url=http://localhost:11434/v1",
					"callbacks.clients.local.provider=openai", "callbacks.clients.local.model=llama")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("llmCallbacksChatClient");
				assertThat(ask(named(context, "local")).url().getPort()).isEqualTo(11434);
			});
	}

	@Test
	void shouldApplyCustomizersToAll() {
		List<String> customized = new CopyOnWriteArrayList<>();
		this.openAi.withPropertyValues("callbacks.clients.fast.model=m-2", "callbacks.clients.smart.model=m-3")
			.withBean(ChatClientCustomizer.class, () -> (builder) -> customized.add("client"))
			.run((context) -> assertThat(customized).hasSize(3));
	}

	@Test
	void shouldTakeEnvironmentVariablesForTheClientThatTheyMean() {
		this.openAi
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("CALLBACKS_CLIENTS_MYCLIENT_APIKEY", "sk-env"))))
			.withPropertyValues("callbacks.clients.my-client.model=m-2")
			.run((context) -> {
				assertThat(context.getBeanNamesForType(ChatClient.class))
					.containsExactlyInAnyOrder("llmCallbacksChatClient", "llmCallbacksChatClient-my-client");
				assertThat(ask(named(context, "my-client")).headers().getFirst(HttpHeaders.AUTHORIZATION))
					.isEqualTo("Bearer sk-env");
			});
	}

	@Test
	@DisplayName("G32 a named client that cannot be fails at start-up")
	void shouldSayWhatIsWrongWithAClient() {
		assertSaid("'callbacks.clients.fast.provider' is not set", "openai, anthropic",
				"callbacks.clients.fast.model=m-1");
		assertSaid("'callbacks.clients.fast.api-key' is not set, and api.openai.com requires a key", "base-url",
				"callbacks.clients.fast.provider=openai");
		assertSaid("'callbacks.clients.fast.api-key' refers to NOBODY, which is not set", "environment variable",
				"callbacks.clients.fast.provider=openai", "callbacks.clients.fast.api-key=${NOBODY}");
		assertSaid("'callbacks.clients.fast.base-url' is not an absolute URL", "https://",
				"callbacks.clients.fast.provider=openai", "callbacks.clients.fast.base-url=localhost");
		assertSaid("callbacks.clients.fast.provider", "ANTHROPIC", "callbacks.clients.fast.provider=google");
		assertSaid("[my-client, myClient]", "in one way", "callbacks.clients.my-client.model=m-1",
				"callbacks.clients.myClient.model=m-1");
	}

	private void assertSaid(String description, String action, String... properties) {
		FailureAnalysis analysis = Applications.failure(this.contextRunner.withPropertyValues(properties));
		assertThat(analysis.getDescription()).contains(description);
		assertThat(analysis.getAction()).contains(action);
	}

	@Test
	@DisplayName("G32 an application that injects a client that is not there is told of named ones")
	void shouldExplainNamedClients() {
		FailureAnalysis unknown = Applications.failure(
				this.openAi.withPropertyValues("callbacks.clients.slow.model=m-2").withBean("service", Service.class));
		assertThat(unknown.getDescription()).contains(Service.class.getName(), "qualifier");
		assertThat(unknown.getAction()).contains("[slow]");
		FailureAnalysis unnamed = Applications.failure(
				this.contextRunner
					.withPropertyValues("callbacks.clients.fast.base-url=http://localhost:1",
							"callbacks.clients.fast.provider=openai")
					.withBean("service", Service.class));
		assertThat(unnamed.getDescription()).contains("only clients with a name are configured: [fast]");
		assertThat(unnamed.getAction()).contains("@Qualifier(\"fast\")", "'callbacks.openai.api-key'");
		FailureAnalysis none = Applications.failure(this.openAi.withBean("service", Service.class));
		assertThat(none.getAction()).contains("'callbacks.clients.<name>.*'");
	}

	private static ChatClient named(ApplicationContext context, String name) {
		return context.getBean("llmCallbacksChatClient-" + name, ChatClient.class);
	}

	private ClientRequest ask(ChatClient client) {
		client.prompt("Hello").text().onErrorComplete().block(Applications.TIMEOUT);
		return this.requests.made().get(this.requests.made().size() - 1);
	}

	static class Service {

		private final ChatClient chatClient;

		private final ChatClient fast;

		Service(ChatClient chatClient, @Qualifier("fast") ChatClient fast) {
			this.chatClient = chatClient;
			this.fast = fast;
		}

	}

}
