package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for handlers in applications that are put together in other ways than most.
 */
class ApplicationKindsTests {

	private final ApplicationContextRunner contextRunner = Applications.withModel("Hello");

	@Test
	void shouldCallHandlersWhenBeansAreInitializedLazily() {
		Applications.recording(this.contextRunner)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				Applications.ask(context);
				assertThat(context.getBean("log", EventRecorder.class).events(LlmEnd.class)).hasSize(1);
			});
	}

	@Test
	void shouldCallTheHandlersOfActiveProfiles() {
		ApplicationContextRunner runner = this.contextRunner.withUserConfiguration(ProfileConfiguration.class);
		runner.run((context) -> assertThat(Applications.handlers(context)).isEmpty());
		runner.withInitializer((context) -> context.getEnvironment().setActiveProfiles("audit"))
			.run((context) -> assertThat(Applications.handlers(context)).containsExactly("audit"));
	}

	@Test
	@DisplayName("G33 a manager of the application's own gets the handlers when it is built with the builder bean")
	void shouldGiveTheHandlersToAManagerOfTheApplications() {
		EventRecorder added = new EventRecorder();
		Applications.recording(this.contextRunner)
			.withBean("added", EventRecorder.class, () -> added)
			.withUserConfiguration(ManagerConfiguration.class)
			.run((context) -> {
				assertThat(context).doesNotHaveBean("llmCallbacksManager").hasSingleBean(CallbackManager.class);
				Applications.ask(context);
				assertThat(context.getBean("log", EventRecorder.class).events(LlmEnd.class)).hasSize(1);
				assertThat(added.events(LlmEnd.class)).hasSize(1);
			});
	}

	@Test
	@DisplayName("G20 the end of a child context leaves the parent's runs alone")
	void shouldLeaveTheParentsRunsAloneWhenAChildIsClosed() {
		Sinks.Many<ChatChunk> provider = Sinks.many().unicast().onBackpressureBuffer();
		Applications.recording(Applications.withoutModel())
			.withBean(ChatModel.class, () -> new ScriptedChatModel((request) -> provider.asFlux()))
			.run((parent) -> {
				EventRecorder heard = parent.getBean(EventRecorder.class);
				Flux<String> answer = parent.getBean(ChatClient.class).prompt("Hello").content();
				StepVerifier.create(answer)
					.then(() -> provider.tryEmitNext(ChatChunk.text("a")))
					.expectNext("a")
					.then(() -> Applications.withoutModel()
						.withParent(parent)
						.withBean("childsLog", ChildsLog.class)
						.run((child) -> {
							assertThat(child.getBean(ChatClient.class)).isSameAs(parent.getBean(ChatClient.class));
							assertThat(child.getSourceApplicationContext()
								.getBeanFactory()
								.containsLocalBean("llmCallbacksManager")).isFalse();
							assertThat(Applications.handlers(child)).containsExactly("log");
						}))
					.then(() -> provider.tryEmitNext(ChatChunk.text("b")))
					.expectNext("b")
					.then(provider::tryEmitComplete)
					.expectComplete()
					.verify(Applications.TIMEOUT);
				assertThat(heard.events(LlmEnd.class)).hasSize(1);
				assertThat(heard.events(LlmCancel.class)).isEmpty();
			});
	}

	@Test
	void shouldChangeNoClientThatIsThereWhenPropertiesAreReboundAsARefreshDoes() {
		List<Integer> maxTokens = new CopyOnWriteArrayList<>();
		Applications.withoutModel().withBean(ChatModel.class, () -> new ScriptedChatModel((request) -> {
			maxTokens.add(request.options().maxTokens());
			return Flux.just(ChatChunk.text("Hello"));
		})).withPropertyValues("callbacks.chat.max-tokens=10").run((context) -> {
			TestPropertyValues.of("callbacks.chat.max-tokens=20").applyTo(context.getSourceApplicationContext());
			rebind(context.getBean(LlmChatProperties.class), context.getAutowireCapableBeanFactory());
			ask(context.getBean(ChatClient.class));
			ask(context.getBean(ChatClient.Builder.class).build());
			assertThat(maxTokens).containsExactly(10, 20);
		});
	}

	private static void rebind(Object properties, AutowireCapableBeanFactory beanFactory) {
		beanFactory.destroyBean(properties);
		beanFactory.initializeBean(properties, "callbacks.chat-" + LlmChatProperties.class.getName());
	}

	private static void ask(ChatClient client) {
		client.prompt("Hello").text().block(Applications.TIMEOUT);
	}

	@LlmCallback
	static class ChildsLog implements CallbackHandler {

	}

	@Configuration(proxyBeanMethods = false)
	static class ProfileConfiguration {

		@Bean
		@LlmCallback
		@Profile("audit")
		CallbackHandler audit() {
			return new CallbackHandler() {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManagerConfiguration {

		@Bean
		CallbackManager manager(CallbackManager.Builder builder, @Qualifier("added") EventRecorder added) {
			return builder.handlers(added).build();
		}

	}

}
