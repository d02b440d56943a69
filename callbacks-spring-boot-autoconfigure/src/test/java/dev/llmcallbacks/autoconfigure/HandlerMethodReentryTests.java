package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.support.GenericApplicationContext;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.LlmEnd;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for annotated methods that open runs.
 */
class HandlerMethodReentryTests {

	@ParameterizedTest
	@ValueSource(strings = { BeanDefinition.SCOPE_SINGLETON, BeanDefinition.SCOPE_PROTOTYPE })
	@DisplayName("G18 each method is a handler of its own: it hears a run that another method of its bean opens")
	void shouldHearTheRunOfAnotherMethod(String scope) {
		Calls calls = new Calls(new CopyOnWriteArrayList<>(), new CountDownLatch(3));
		Applications.withModel("Hello")
			.withBean(Calls.class, () -> calls)
			.withInitializer((context) -> ((GenericApplicationContext) context).registerBean("methods", Methods.class,
					(definition) -> definition.setScope(scope)))
			.run((context) -> {
				Applications.ask(context);
				assertThat(calls.ended().await(10, TimeUnit.SECONDS)).isTrue();
				assertThat(calls.names()).containsExactlyInAnyOrder("asked", "heard", "heard");
			});
	}

	private record Calls(List<String> names, CountDownLatch ended) {

		void add(String name) {
			this.names.add(name);
			this.ended.countDown();
		}

	}

	static class Methods {

		private final ChatClient chatClient;

		private final Calls calls;

		Methods(ChatClient chatClient, Calls calls) {
			this.chatClient = chatClient;
			this.calls = calls;
		}

		@LlmCallback
		void ask(LlmEnd event) {
			this.chatClient.prompt("Inside").text().block(Applications.TIMEOUT);
			this.calls.add("asked");
		}

		@LlmCallback
		void hear(LlmEnd event) {
			this.calls.add("heard");
		}

	}

}
