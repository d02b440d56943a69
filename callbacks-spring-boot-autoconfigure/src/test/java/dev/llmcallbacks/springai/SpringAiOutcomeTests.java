package dev.llmcallbacks.springai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application with the library does what it does without: results,
 * requests, threads, thread-locals, and code of the application that blocks.
 */
class SpringAiOutcomeTests {

	private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

	private final ScriptedChatModel script = new ScriptedChatModel();

	private final ScriptedProvider server = ScriptedProvider.start(this.script);

	private final Queue<String> seen = new ConcurrentLinkedQueue<>();

	@AfterEach
	void stop() {
		this.server.close();
		TENANT.remove();
		Hooks.disableAutomaticContextPropagation();
	}

	static List<Object[]> kinds() {
		List<Object[]> kinds = new ArrayList<>();
		for (SpringAiApplications kind : SpringAiApplications.values()) {
			kinds.add(new Object[] { kind, false });
			kinds.add(new Object[] { kind, true });
		}
		return kinds;
	}

	@ParameterizedTest
	@MethodSource("kinds")
	@DisplayName("G38 results, requests, threads and thread-locals are those of the application without the library")
	void shouldHaveTheSameOutcome(SpringAiApplications kind, boolean auto) {
		if (auto) {
			Hooks.enableAutomaticContextPropagation();
		}
		List<List<String>> outcomes = new ArrayList<>();
		kind.without(this.server).run((context) -> outcomes.add(outcome(kind, context)));
		kind.with(this.server).withUserConfiguration(SlowHandlers.class).run((context) -> {
			outcomes.add(outcome(kind, context));
			EventRecorder recorder = context.getBean(EventRecorder.class);
			assertThat(recorder.await()).hasSize(1);
			assertThat(recorder.events(AgentAction.class)).hasSize(1);
			assertThat(recorder.events(AgentFinish.class)).hasSize(1);
		});
		assertThat(outcomes.get(1)).isEqualTo(outcomes.get(0));
	}

	private List<String> outcome(SpringAiApplications kind, AssertableApplicationContext context) {
		this.seen.clear();
		this.script.reset();
		this.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call-1", "note", "{\"text\":\"a\"}")),
				ScriptedAnswer.tokens("Do", "ne", "."));
		TENANT.set("alice");
		String answer = kind.ask(context, "Note a",
				(spec) -> spec.tools(note()).advisors(new BlockingAdvisor(this.seen)));
		List<String> outcome = new ArrayList<>(this.seen);
		outcome.add(answer);
		this.script.requests()
			.forEach((request) -> outcome.add(request.messages() + " " + request.options() + " " + request.tools()));
		return outcome;
	}

	private ToolCallback note() {
		return FunctionToolCallback.<Note, String>builder("note", (note) -> {
			this.seen.add("tool on " + thread() + " " + TENANT.get());
			return note.text();
		}).description("Takes a note").inputType(Note.class).build();
	}

	static String thread() {
		return Thread.currentThread().getName().replaceAll("[-0-9]+$", "");
	}

	record Note(String text) {

	}

	/** Advisor of an application that blocks where it is called. */
	private record BlockingAdvisor(Queue<String> seen) implements CallAdvisor, StreamAdvisor {

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			this.seen.add("advisor on " + thread() + " " + TENANT.get());
			return chain.nextCall(request);
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			this.seen.add("advisor on " + thread() + " " + TENANT.get());
			Mono.delay(Duration.ofNanos(1)).block();
			return chain.nextStream(request).doOnNext((response) -> Mono.delay(Duration.ofNanos(1)).block());
		}

		@Override
		public String getName() {
			return "blocking";
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE + 1000;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SlowHandlers {

		@Bean
		@LlmCallback(delivery = LlmCallback.Delivery.LOCKSTEP)
		CallbackHandler slow() {
			return CallbackHandler.on(CallbackEvent.class, (event) -> Mono.delay(Duration.ofMillis(2)).block());
		}

		@Bean
		@LlmCallback
		AsyncCallbackHandler slowToo() {
			return AsyncCallbackHandler.on(CallbackEvent.class, (event) -> Mono.delay(Duration.ofMillis(2)).then());
		}

	}

}
