package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.util.function.ThrowingConsumer;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;

import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Guide;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Provider;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.RecordedRun;
import dev.llmcallbacks.test.ScriptedAnswer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for Spring AI and LangChain4j in one application, and for the surroundings in
 * which applications call them.
 */
class BridgeCombinationsTests {

	private static final Duration TIMEOUT = LangChain4jApplications.TIMEOUT;

	private static final String CALL = "gen_ai.client.operation.duration";

	private final LangChain4jApplications applications = new LangChain4jApplications();

	@AfterEach
	void stop() {
		Hooks.disableAutomaticContextPropagation();
		this.applications.close();
	}

	private ApplicationContextRunner application(ObservationRegistry registry) {
		return this.applications.application(Provider.OPENAI, true)
			.withConfiguration(AutoConfigurations.of(SpringAiAutoConfiguration.class))
			.withBean("springAiChatClient", ChatClient.class, () -> ChatClient.create(springAiModel(registry)));
	}

	private OpenAiChatModel springAiModel(ObservationRegistry registry) {
		return OpenAiChatModel.builder()
			.observationRegistry(registry)
			.options(OpenAiChatOptions.builder()
				.apiKey("none")
				.baseUrl(this.applications.server.openAiBaseUrl())
				.model("gpt-test")
				.maxRetries(0)
				.build())
			.build();
	}

	private void run(ThrowingConsumer<ApplicationContext> test) {
		application(ObservationRegistry.NOOP).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	private static String stream(ApplicationContext context, String question) {
		return String.join("",
				context.getBean(ChatClient.class)
					.prompt(question)
					.stream()
					.content()
					.collectList()
					.blockOptional(TIMEOUT)
					.orElse(List.of()));
	}

	private List<RunType> types() {
		return this.applications.recorder.await()
			.stream()
			.flatMap(RecordedRun::stream)
			.map((run) -> run.run().type())
			.toList();
	}

	@Test
	@DisplayName("G38 a service of LangChain4j inside a tool of Spring AI inside a chain is one tree, and no run twice")
	void shouldOpenOneTreeOfBothLibraries() {
		this.applications.script.answer(
				ScriptedAnswer.toolCalls(new ToolCall("call-1", "guide", "{\"question\":\"When?\"}")),
				ScriptedAnswer.text("At ten."), ScriptedAnswer.text("Ten."));
		run((context) -> {
			Guide guide = context.getBean(Guide.class);
			ToolCallback tool = FunctionToolCallback
				.<Question, String>builder("guide", (question) -> guide.answer("alice", question.question()))
				.inputType(Question.class)
				.build();
			Object answer = Chain
				.of("steps",
						(question) -> context.getBean(ChatClient.class)
							.prompt(question.toString())
							.tools(tool)
							.call()
							.content())
				.withManager(context.getBean(CallbackManager.class))
				.invoke("When?")
				.block(TIMEOUT);
			assertThat(answer).isEqualTo("Ten.");
			assertThat(this.applications.recorder.await()).hasSize(1);
			assertThat(this.applications.recorder.await().get(0).tree()).isEqualTo("""
					steps
					  ChatClient
					    chat
					    guide
					      Guide.answer
					        EmbeddingStoreContentRetriever
					        OpenAiChatModel
					    chat""");
			this.applications.recorder.assertThat().hasEndedEachRunOnce();
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	@DisplayName("G38 calls of both libraries are inside the run around them with both settings of context propagation")
	void shouldFindTheRunWithBothSettingsOfContextPropagation(boolean automatic) {
		if (automatic) {
			Hooks.enableAutomaticContextPropagation();
		}
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes."));
		run((context) -> {
			CallbackManager manager = context.getBean(CallbackManager.class);
			Flux<String> springAi = context.getBean(ChatClient.class).prompt("Is it?").stream().content();
			Flux<String> both = springAi.concatWith(
					manager.call(() -> context.getBean(dev.langchain4j.model.chat.ChatModel.class).chat("Is it?")));
			assertThat(manager.run("both", "Is it?", both).collectList().block(TIMEOUT)).contains("Yes.");
			assertThat(this.applications.recorder.await()).hasSize(1);
			assertThat(this.applications.recorder.await().get(0).tree())
				.isEqualTo("both\n  ChatClient\n    chat\n  OpenAiChatModel");
		});
	}

	@Test
	@DisplayName("G38 a call of Spring AI is observed by Spring AI alone, and one of LangChain4j by this library")
	void shouldObserveEachCallOnce() {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes."));
		TestObservationRegistry registry = TestObservationRegistry.create();
		application(registry)
			.withConfiguration(
					AutoConfigurations.of(LlmObservationAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withBean("observationRegistry", TestObservationRegistry.class, () -> registry)
			.run((context) -> {
				assertThat(context.getBean(ChatClient.class).prompt("Is it?").call().content()).isEqualTo("Yes.");
				TestObservationRegistryAssert.assertThat(registry)
					.hasNumberOfObservationsWithNameEqualTo("gen_ai.client.operation", 1)
					.hasNumberOfObservationsWithNameEqualTo(CALL, 0);
				context.getBean(dev.langchain4j.model.chat.ChatModel.class).chat("Is it?");
				TestObservationRegistryAssert.assertThat(registry)
					.hasNumberOfObservationsWithNameEqualTo("gen_ai.client.operation", 1)
					.hasNumberOfObservationsWithNameEqualTo(CALL, 1);
			});
	}

	@Test
	@DisplayName("G38 tokens of a call of LangChain4j are counted once, and those of Spring AI if that is asked for")
	void shouldCountTokensOnce() {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes.").withUsage(5, 1));
		ApplicationContextRunner metered = application(ObservationRegistry.NOOP).withConfiguration(
				AutoConfigurations.of(LlmObservationAutoConfiguration.class, LlmMetricsAutoConfiguration.class,
						ObservationAutoConfiguration.class, MetricsAutoConfiguration.class,
						SimpleMetricsExportAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class));
		metered.run((context) -> {
			context.getBean(ChatClient.class).prompt("Is it?").call().content();
			context.getBean(dev.langchain4j.model.chat.ChatModel.class).chat("Is it?");
			this.applications.recorder.await();
			assertThat(tokens(context)).isEqualTo(6);
		});
		metered.withPropertyValues("callbacks.spring-ai.observations=true").run((context) -> {
			context.getBean(ChatClient.class).prompt("Is it?").call().content();
			context.getBean(dev.langchain4j.model.chat.ChatModel.class).chat("Is it?");
			this.applications.recorder.await();
			assertThat(tokens(context)).isEqualTo(12);
		});
	}

	private static double tokens(ApplicationContext context) {
		return context.getBean(MeterRegistry.class)
			.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().endsWith("token.usage"))
			.mapToDouble((meter) -> context.getBean(MeterRegistry.class)
				.get(meter.getId().getName())
				.tags(meter.getId().getTags())
				.summary()
				.totalAmount())
			.sum();
	}

	@Test
	@DisplayName("G38 controllers of WebFlux and of Spring MVC answer with both libraries, blocking and streaming")
	void shouldAnswerRequests() throws Exception {
		this.applications.script.answerAlways(ScriptedAnswer.tokens("Y", "es."));
		run((context) -> {
			Controller controller = new Controller(context);
			WebTestClient web = WebTestClient.bindToController(controller)
				.configureClient()
				.responseTimeout(TIMEOUT)
				.build();
			for (String path : List.of("/stream", "/guide")) {
				web.get().uri(path).exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("Yes.");
			}
			MockMvcTester mvc = MockMvcTester.of(controller);
			for (String path : List.of("/stream", "/call", "/guide", "/model")) {
				MvcResult result = mvc.get().uri(path).exchange(TIMEOUT).getMvcResult();
				assertThat(result.getResponse().getContentAsString()).as(path).isEqualTo("Yes.");
			}
			assertThat(this.applications.recorder.await()).hasSize(6);
			assertThat(this.applications.recorder.events(LlmEnd.class)).hasSize(6);
			this.applications.recorder.assertThat().hasEndedEachRunOnce();
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	@DisplayName("G38 calls of both libraries on a virtual thread keep it, and are runs")
	void shouldCallOnVirtualThreads() throws Exception {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes."));
		application(ObservationRegistry.NOOP).withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> {
				CompletableFuture<String> answers = new CompletableFuture<>();
				Runnable work = () -> {
					Thread before = Thread.currentThread();
					String answer = context.getBean(ChatClient.class).prompt("Is it?").call().content()
							+ stream(context, "Is it?")
							+ context.getBean(dev.langchain4j.model.chat.ChatModel.class).chat("Is it?");
					answers.complete(answer + (Thread.currentThread() == before));
				};
				Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
				assertThat(answers.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("Yes.Yes.Yes.true");
				assertThat(types()).containsExactlyInAnyOrder(RunType.CHAIN, RunType.LLM, RunType.CHAIN, RunType.LLM,
						RunType.LLM);
			});
	}

	@Test
	@DisplayName("G38 beans that are created with their first use are included")
	void shouldIncludeLazyBeans() {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes."));
		application(ObservationRegistry.NOOP)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context.getBeanFactory().containsSingleton("springAiChatClient")).isFalse();
				assertThat(stream(context, "Is it?")).isEqualTo("Yes.");
				assertThat(context.getBean(dev.langchain4j.model.chat.ChatModel.class).chat("Is it?"))
					.isEqualTo("Yes.");
				assertThat(types()).containsExactlyInAnyOrder(RunType.CHAIN, RunType.LLM, RunType.LLM);
			});
	}

	record Question(String question) {

	}

	@RestController
	static class Controller {

		private final ApplicationContext context;

		Controller(ApplicationContext context) {
			this.context = context;
		}

		@GetMapping(path = "/stream", produces = "text/plain")
		Flux<String> stream() {
			return this.context.getBean(ChatClient.class).prompt("Is it?").stream().content();
		}

		@GetMapping("/call")
		String call() {
			return this.context.getBean(ChatClient.class).prompt("Is it?").call().content();
		}

		@GetMapping(path = "/guide", produces = "text/plain")
		Flux<String> guide() {
			return this.context.getBean(LangChain4jApplications.FluxGuide.class).answer("Is it?");
		}

		@GetMapping("/model")
		String model() {
			return this.context.getBean(dev.langchain4j.model.chat.ChatModel.class).chat("Is it?");
		}

	}

}
