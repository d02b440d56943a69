package dev.llmcallbacks.autoconfigure.actuate;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import jakarta.servlet.DispatcherType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerStatus;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmRunsEndpoint} on real servers.
 */
class LlmRunsEndpointTests {

	private static final String SHOW_ALWAYS = "management.endpoint.llmruns.show-content=always";

	private static final String WHEN_AUTHORIZED = "management.endpoint.llmruns.show-content=when-authorized";

	private static final String[] ADA = { "Authorization", "Basic YWRhOnB3" };

	static Stream<Arguments> servers() {
		return Stream.of(WebApplicationType.REACTIVE, WebApplicationType.SERVLET)
			.flatMap((type) -> Stream.of(Arguments.of(type, "/actuator/llmruns", List.of()),
					Arguments.of(type, "/actuator/llmruns", List.of("management.server.port=0")),
					Arguments.of(type, "/manage/watch",
							List.of("management.endpoints.web.base-path=/manage",
									"management.endpoints.web.path-mapping.llmruns=watch")),
					Arguments.of(type, "/base/llmruns", List.of("management.server.port=0",
							"management.server.base-path=/base", "management.endpoints.web.base-path=/"))));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void shouldServeRunsAndPageOnEachKindOfServer(WebApplicationType type, String path, List<String> properties) {
		String[] all = Stream
			.concat(Stream.of(RunViewApplication.ON), Stream.concat(properties.stream(), Stream.of(SHOW_ALWAYS)))
			.toArray(String[]::new);
		try (RunViewApplication application = RunViewApplication.start(type, false, path, all)) {
			application.ask();
			JsonNode answer = application.json("");
			JsonNode tree = answer.at("/changes/trees/0");
			assertThat(tree.at("/root/name").asString()).isEqualTo("joke");
			assertThat(tree.at("/root/state").asString()).isEqualTo("COMPLETED");
			assertThat(answer.at("/handlers").propertyNames()).contains("audit")
				.doesNotContainAnyElementsOf(LlmRunsEndpointAutoConfiguration.HANDLERS);
			JsonNode selected = application.json("?run=" + tree.at("/root/id").asString());
			assertThat(selected.at("/changes/detail/inputs/0/text").asString()).isEqualTo("s3cret prompt");
			assertThat(selected.at("/changes/detail/outputs/0/text").asString()).isEqualTo("s3cret answer");
			HttpResponse<String> page = application.get("/index.html", "Accept", "text/html,*/*;q=0.8");
			assertThat(page.statusCode()).isEqualTo(200);
			assertThat(page.headers().firstValue("Content-Type")).get().asString().startsWith("text/html");
			assertThat(page.body()).contains("default-src 'none'").doesNotContain("style=");
			for (String file : RunViewFile.NAMES) {
				assertThat(application.get("/" + file).statusCode()).as(file).isEqualTo(200);
			}
			HttpResponse<String> script = application.get("/main.js");
			assertThat(script.headers().firstValue("Content-Type")).get().asString().startsWith("text/javascript");
			assertThat(application.get("/LlmRunsEndpoint.class").statusCode()).isEqualTo(404);
			assertThat(application.send("POST", "/audit", "{\"enabled\": false}").statusCode()).isEqualTo(204);
			assertThat(application.json("").at("/handlers/audit/enabled").asBoolean()).isFalse();
			assertThat(application.send("POST", "/nobody", "{\"enabled\": false}").statusCode()).isEqualTo(404);
			assertThat(application.send("DELETE", "/" + UUID.randomUUID(), null).statusCode()).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	void shouldAnswerAsSoonAsSomethingHasChanged(WebApplicationType type) throws Exception {
		try (RunViewApplication application = RunViewApplication.start(type)) {
			long change = application.json("").at("/changes/change").asLong();
			CompletableFuture<JsonNode> waiting = CompletableFuture
				.supplyAsync(() -> application.json("?after=" + change));
			RunWatchAccess.awaitWaiter(application);
			assertThat(waiting).isNotDone();
			application.ask();
			JsonNode answer = waiting.get(RunViewApplication.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(answer.at("/changes/reset").asBoolean()).isFalse();
			assertThat(answer.at("/changes/trees/0/root/name").asString()).isEqualTo("joke");
		}
	}

	@Test
	void shouldAnswerEverythingWhenTheNumberIsOfAnotherStart() {
		try (RunViewApplication application = RunViewApplication.start(WebApplicationType.REACTIVE)) {
			application.ask();
			JsonNode answer = application.json("?after=17");
			assertThat(answer.at("/changes/reset").asBoolean()).isTrue();
			assertThat(answer.at("/changes/trees")).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	void shouldShowTokensAndCancelARun(WebApplicationType type) {
		try (RunViewApplication application = RunViewApplication.start(type, SHOW_ALWAYS)) {
			application.json("");
			ScriptedChatModel model = new ScriptedChatModel(
					ScriptedAnswer.tokens("one ", "two ").then(ScriptedAnswer.silence()));
			Flux<String> content = ChatClient.builder(model)
				.callbackManager(application.bean(CallbackManager.class))
				.build()
				.prompt("Hi")
				.content();
			Disposable subscription = content.subscribe((token) -> {
			}, (ex) -> {
			});
			String id = Awaitility.await().atMost(RunViewApplication.TIMEOUT).until(() -> {
				JsonNode tree = application.json("?handlers=false").at("/changes/trees/0");
				return (tree.at("/tokens").asInt() == 2) ? tree.at("/root/id").asString() : null;
			}, (found) -> found != null);
			JsonNode changes = application.json("?run=" + id + "&from=4").at("/changes");
			assertThat(changes.at("/text/from").asInt()).isEqualTo(4);
			assertThat(changes.at("/text/text").asString()).isEqualTo("two ");
			assertThat(application.send("DELETE", "/" + id, null).statusCode()).isEqualTo(204);
			Awaitility.await()
				.atMost(RunViewApplication.TIMEOUT)
				.until(() -> application.json("").at("/changes/trees/0/root/state").asString().equals("CANCELLED"));
			Awaitility.await().atMost(RunViewApplication.TIMEOUT).until(subscription::isDisposed);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	void shouldCloseTheConnectionOfACancelledRun(WebApplicationType type) {
		ScriptedChatModel script = new ScriptedChatModel(ScriptedAnswer.tokens("one ").then(ScriptedAnswer.silence()));
		try (ScriptedProvider provider = ScriptedProvider.start(script);
				RunViewApplication application = RunViewApplication.start(type)) {
			ChatClient.builder(OpenAiChatModel.builder().baseUrl(provider.openAiBaseUrl()).apiKey("key").build())
				.callbackManager(application.bean(CallbackManager.class))
				.build()
				.prompt("Hi")
				.model("gpt-m")
				.content()
				.subscribe((token) -> {
				}, (ex) -> {
				});
			Awaitility.await().atMost(RunViewApplication.TIMEOUT).until(() -> provider.openStreams() == 1);
			String id = application.json("").at("/changes/trees/0/root/id").asString();
			assertThat(application.send("DELETE", "/" + id, null).statusCode()).isEqualTo(204);
			Awaitility.await().atMost(RunViewApplication.TIMEOUT).until(() -> provider.openStreams() == 0);
		}
	}

	@Test
	@DisplayName("G38 G40 calls of models of Spring AI and of LangChain4j are shown as all others")
	void shouldShowCallsOfOtherLibraries() {
		String[] properties = Stream.concat(Stream.of(RunViewApplication.ON), Stream.of(SHOW_ALWAYS))
			.toArray(String[]::new);
		try (RunViewApplication application = RunViewApplication.start(WebApplicationType.REACTIVE, false,
				"/actuator/llmruns", properties, OtherLibraries.class)) {
			application.json("");
			application.bean(org.springframework.ai.chat.model.ChatModel.class).call("Spring?");
			application.bean(dev.langchain4j.model.chat.ChatModel.class).chat("LangChain4j?");
			JsonNode trees = application.json("").at("/changes/trees");
			assertThat(trees).hasSize(2);
			assertThat(trees.valueStream().map((tree) -> {
				assertThat(tree.at("/root/type").asString()).isEqualTo("LLM");
				assertThat(tree.at("/root/state").asString()).isEqualTo("COMPLETED");
				JsonNode detail = application.json("?run=" + tree.at("/root/id").asString()).at("/changes/detail");
				return detail.at("/inputs/0/text").asString() + " " + detail.at("/outputs/0/text").asString();
			})).containsExactlyInAnyOrder("Spring? Yes.", "LangChain4j? No.");
		}
	}

	@Test
	@DisplayName("G40 a run that opens while nobody looks has no handler of tokens")
	void shouldReceiveNoTokensWhileNobodyLooks() {
		try (RunViewApplication application = RunViewApplication.start(WebApplicationType.REACTIVE, SHOW_ALWAYS)) {
			application.ask();
			assertThat(tokenHandler(application).enabled()).isFalse();
			assertThat(tokenHandler(application).statistics().delivered()).isZero();
			application.json("");
			application.ask();
			assertThat(tokenHandler(application).statistics().delivered()).isPositive();
		}
	}

	private static HandlerStatus tokenHandler(RunViewApplication application) {
		return application.bean(CallbackManager.class)
			.handlers()
			.stream()
			.filter((handler) -> handler.registration().name().equals("llmCallbacksRunWatchTokens"))
			.findFirst()
			.orElseThrow();
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	@DisplayName("G40 contents are never shown by default, and not kept")
	void shouldShowNoContentByDefault(WebApplicationType type) {
		try (RunViewApplication application = RunViewApplication.start(type)) {
			application.json("");
			application.ask();
			String id = application.json("").at("/changes/trees/0/root/id").asString();
			HttpResponse<String> answer = application.get("?run=" + id + "&token=guess");
			assertThat(answer.body()).contains("\"content\":\"NEVER\"").doesNotContain("s3cret");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	@ExtendWith(OutputCaptureExtension.class)
	@DisplayName("G40 without Spring Security the token of the log shows contents")
	void shouldShowContentForTheToken(WebApplicationType type, CapturedOutput output) {
		try (RunViewApplication application = RunViewApplication.start(type, WHEN_AUTHORIZED)) {
			application.ask();
			String id = application.json("").at("/changes/trees/0/root/id").asString();
			assertThat(application.get("?run=" + id).body()).contains("UNAUTHORIZED").doesNotContain("s3cret");
			assertThat(application.get("?run=" + id + "&token=guess").body()).doesNotContain("s3cret");
			String token = application.bean(ContentAccess.class).token();
			assertThat(token).hasSize(24);
			assertThat(application.get("?run=" + id + "&token=" + token).body()).contains("s3cret answer");
			assertThat(application.bean(RunViewAddress.class).addressOf("/actuator/llmruns"))
				.isEqualTo(application.url("/index.html#token=" + token));
		}
	}

	@Test
	@DisplayName("G37 contents pass the application's filter, and costs are those of its prices")
	void shouldUseTheFilterAndThePricesOfTheApplication() {
		String[] properties = Stream
			.concat(Stream.of(RunViewApplication.ON), Stream.of(SHOW_ALWAYS, "callbacks.chat.model=gpt-m",
					"callbacks.prices.gpt-m.input=2", "callbacks.prices.gpt-m.output=10"))
			.toArray(String[]::new);
		try (RunViewApplication application = RunViewApplication.start(WebApplicationType.REACTIVE, false,
				"/actuator/llmruns", properties, Filtering.class)) {
			application.bean(ChatClient.class).prompt("s3cret prompt").model("gpt-m").text().block();
			JsonNode tree = application.json("").at("/changes/trees/0");
			assertThat(tree.at("/cost").decimalValue()).isEqualByComparingTo("0.00003");
			JsonNode detail = application.json("?run=" + tree.at("/root/id").asString()).at("/changes/detail");
			assertThat(detail.at("/inputs/0/text").asString()).isEqualTo("*** prompt");
			assertThat(detail.at("/outputs/0/text").asString()).isEqualTo("*** answer");
		}
	}

	@Test
	@DisplayName("G40 nothing changes with read-only access")
	void shouldChangeNothingWhenAccessIsReadOnly() {
		try (RunViewApplication application = RunViewApplication.start(WebApplicationType.REACTIVE,
				"management.endpoint.llmruns.access=read-only")) {
			assertThat(application.json("").at("/readOnly").asBoolean()).isTrue();
			assertThat(application.send("POST", "/audit", "{\"enabled\": false}").statusCode()).isGreaterThan(399);
			assertThat(application.send("DELETE", "/" + UUID.randomUUID(), null).statusCode()).isGreaterThan(399);
			assertThat(application.json("").at("/handlers/audit/enabled").asBoolean()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	@DisplayName("G40 without access nothing is there")
	void shouldNotBeThereByDefault(WebApplicationType type) {
		try (RunViewApplication application = RunViewApplication.start(type, false, "/actuator/llmruns",
				new String[] { "management.endpoints.web.exposure.include=*" })) {
			assertThat(application.get("").statusCode()).isEqualTo(404);
			assertThat(application.get("/index.html").statusCode()).isEqualTo(404);
			assertThat(application.context().getBeanNamesForType(LlmRunsEndpoint.class)).isEmpty();
			assertThat(application.bean(CallbackManager.class).handlers())
				.extracting((handler) -> handler.registration().name())
				.doesNotContainAnyElementsOf(LlmRunsEndpointAutoConfiguration.HANDLERS);
		}
	}

	@Test
	void shouldBeThereUnderDevTools() throws IOException {
		Properties devTools = PropertiesLoaderUtils.loadAllProperties("META-INF/spring-devtools.properties");
		String[] defaults = devTools.stringPropertyNames()
			.stream()
			.filter((name) -> name.startsWith("defaults."))
			.map((name) -> name.substring("defaults.".length()) + "=" + devTools.getProperty(name))
			.toArray(String[]::new);
		try (RunViewApplication application = RunViewApplication.start(WebApplicationType.REACTIVE, false,
				"/actuator/llmruns", defaults)) {
			assertThat(application.json("").at("/content").asString()).isEqualTo("UNAUTHORIZED");
			assertThat(application.json("").at("/readOnly").asBoolean()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	@DisplayName("G40 with Spring Security its users and its CSRF protection decide")
	void shouldFollowSpringSecurity(WebApplicationType type) {
		Class<?> security = (type == WebApplicationType.SERVLET) ? ServletSecurity.class : ReactiveSecurity.class;
		String[] properties = Stream
			.concat(Stream.of(RunViewApplication.ON),
					Stream.of(WHEN_AUTHORIZED, "spring.security.user.name=ada", "spring.security.user.password=pw"))
			.toArray(String[]::new);
		try (RunViewApplication application = RunViewApplication.start(type, true, "/actuator/llmruns", properties,
				security)) {
			assertThat(application.get("").statusCode()).isEqualTo(401);
			assertThat(application.get("/index.html").statusCode()).isEqualTo(401);
			application.ask();
			assertThat(application.bean(ContentAccess.class).token()).isNull();
			String answer = application.get("", ADA).body();
			String id = answer.replaceAll("(?s).*\"root\":\\{\"id\":\"([^\"]+)\".*", "$1");
			assertThat(application.get("?run=" + id, ADA).body()).contains("s3cret answer");
			HttpResponse<String> refused = application.send("POST", "/audit", "{\"enabled\": false}", ADA);
			assertThat(refused.statusCode()).isEqualTo(403);
			String[] withToken = { "Authorization", "Basic YWRhOnB3", "Cookie", "XSRF-TOKEN=abc", "X-XSRF-TOKEN",
					"abc" };
			assertThat(application.send("POST", "/audit", "{\"enabled\": false}", withToken).statusCode())
				.isEqualTo(204);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	@DisplayName("G40 contents are shown to users with one of the roles")
	void shouldShowContentToUsersWithARole(WebApplicationType type) {
		assertThat(contentForAda(type, "OPERATOR")).contains("UNAUTHORIZED").doesNotContain("s3cret");
		assertThat(contentForAda(type, "AUDITOR")).contains("SHOWN", "s3cret answer");
	}

	// who has the role AUDITOR
	private static String contentForAda(WebApplicationType type, String role) {
		try (RunViewApplication application = startWithUser(type, "management.endpoint.llmruns.roles=" + role)) {
			application.ask();
			String id = application.get("", ADA).body().replaceAll("(?s).*\"root\":\\{\"id\":\"([^\"]+)\".*", "$1");
			return application.get("?run=" + id, ADA).body();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REACTIVE", "SERVLET" })
	void shouldNeedNoTokenWithoutCsrfProtection(WebApplicationType type) {
		try (RunViewApplication application = startWithUser(type)) {
			assertThat(application.send("POST", "/audit", "{\"enabled\": false}").statusCode()).isEqualTo(401);
			assertThat(application.send("POST", "/audit", "{\"enabled\": false}", ADA).statusCode()).isEqualTo(204);
		}
	}

	private static RunViewApplication startWithUser(WebApplicationType type, String... properties) {
		Class<?> security = (type == WebApplicationType.SERVLET) ? ServletSecurityWithoutCsrf.class
				: ReactiveSecurityWithoutCsrf.class;
		return RunViewApplication.start(type, true, "/actuator/llmruns",
				Stream
					.of(Stream.of(RunViewApplication.ON), Stream.of(properties),
							Stream.of(WHEN_AUTHORIZED, "spring.security.user.name=ada",
									"spring.security.user.password=pw", "spring.security.user.roles=AUDITOR"))
					.flatMap((all) -> all)
					.toArray(String[]::new),
				security);
	}

	@Test
	void shouldHaveItsFilesInANativeImage() {
		RuntimeHints hints = new RuntimeHints();
		new LlmRunsEndpointAutoConfiguration.PageHints().registerHints(hints, null);
		for (String file : RunViewFile.NAMES) {
			assertThat(hints).matches(RuntimeHintsPredicates.resource()
				.forResource("dev/llmcallbacks/autoconfigure/actuate/page/" + file));
		}
	}

	private static SecurityFilterChain servletSecurity(HttpSecurity http,
			Customizer<CsrfConfigurer<HttpSecurity>> csrf) {
		return http
			.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				.anyRequest()
				.authenticated())
			.httpBasic(Customizer.withDefaults())
			.csrf(csrf)
			.build();
	}

	private static SecurityWebFilterChain reactiveSecurity(ServerHttpSecurity http, Customizer<CsrfSpec> csrf) {
		return http.authorizeExchange((requests) -> requests.anyExchange().authenticated())
			.httpBasic(Customizer.withDefaults())
			.csrf(csrf)
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	static class ServletSecurity {

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return servletSecurity(http, CsrfConfigurer::spa);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class ReactiveSecurity {

		@Bean
		SecurityWebFilterChain security(ServerHttpSecurity http) {
			return reactiveSecurity(http, (csrf) -> csrf
				.csrfTokenRepository(org.springframework.security.web.server.csrf.CookieServerCsrfTokenRepository
					.withHttpOnlyFalse())
				.csrfTokenRequestHandler(
						new org.springframework.security.web.server.csrf.ServerCsrfTokenRequestAttributeHandler()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServletSecurityWithoutCsrf {

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return servletSecurity(http, CsrfConfigurer::disable);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class ReactiveSecurityWithoutCsrf {

		@Bean
		SecurityWebFilterChain security(ServerHttpSecurity http) {
			return reactiveSecurity(http, CsrfSpec::disable);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherLibraries {

		@Bean
		org.springframework.ai.chat.model.ChatModel springAiModel() {
			return (prompt) -> new ChatResponse(List.of(new Generation(new AssistantMessage("Yes."))));
		}

		@Bean
		dev.langchain4j.model.chat.ChatModel langChain4jModel() {
			return new dev.langchain4j.model.chat.ChatModel() {

				@Override
				public dev.langchain4j.model.chat.response.ChatResponse doChat(ChatRequest request) {
					return dev.langchain4j.model.chat.response.ChatResponse.builder()
						.aiMessage(AiMessage.from("No."))
						.build();
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Filtering {

		@Bean
		RunContentFilter filter() {
			return (run, kind, text) -> text.replace("s3cret", "***");
		}

	}

	/**
	 * Waits for requests that wait.
	 */
	private static final class RunWatchAccess {

		private RunWatchAccess() {
		}

		static void awaitWaiter(RunViewApplication application) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> application.bean(dev.llmcallbacks.handlers.RunWatch.class).waiting() == 1);
		}

	}

}
