package dev.llmcallbacks.autoconfigure;

import java.util.List;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the manager of chains, agents, retrievers and tools.
 */
@ExtendWith(OutputCaptureExtension.class)
class DefaultManagerTests {

	private static final ToolCall CALL = new ToolCall("1", "echo", "{}");

	private final ApplicationContextRunner runner = Applications.withModel("Hello")
		.withConfiguration(AutoConfigurations.of(LlmToolsAutoConfiguration.class))
		.withUserConfiguration(Handlers.class);

	@Test
	@DisplayName("F2 the application's handlers receive the runs of beans")
	@SuppressWarnings("unchecked")
	void shouldDeliverTheRunsOfBeans(CapturedOutput output) {
		this.runner.withUserConfiguration(Beans.class).run((context) -> {
			context.getBean("chain", Chain.class).invoke("x").block(Applications.TIMEOUT);
			context.getBean("made", Chain.class).invoke("x").block(Applications.TIMEOUT);
			context.getBean(Retriever.class).retrieve("q").block(Applications.TIMEOUT);
			context.getBean(Tool.class).call(CALL).block(Applications.TIMEOUT);
			context.getBean("several", Tools.class).call(CALL).block(Applications.TIMEOUT);
			context.getBean(Agent.class).text("Hi").block(Applications.TIMEOUT);
			EventRecorder log = context.getBean(EventRecorder.class);
			assertThat(log.events(ChainStart.class)).extracting((event) -> event.run().name())
				.containsExactly("step", "made", "Agent");
			assertThat(log.events(RetrieverStart.class)).hasSize(1);
			assertThat(log.events(ToolStart.class)).hasSize(2);
		});
		assertThat(output).doesNotContain("has no callback manager");
	}

	@Test
	@DisplayName("F2 an advised bean is advised, and has the application's manager")
	@SuppressWarnings("unchecked")
	void shouldManageAdvisedBeans() {
		this.runner.withUserConfiguration(Beans.class)
			.withBean(DefaultAdvisorAutoProxyCreator.class)
			.withBean(DefaultPointcutAdvisor.class, () -> new DefaultPointcutAdvisor(ofChains(), new PassingAdvice()))
			.run((context) -> {
				Chain<String, String> chain = context.getBean("chain", Chain.class);
				assertThat(AopUtils.isAopProxy(chain)).isTrue();
				chain.invoke("x").block(Applications.TIMEOUT);
				assertThat(context.getBean(EventRecorder.class).events(ChainStart.class)).hasSize(1);
			});
	}

	@Test
	@DisplayName("F2 a given manager is kept")
	void shouldKeepAGivenManager() {
		EventRecorder own = new EventRecorder();
		CallbackManager manager = CallbackManager.builder().handlers(own).build();
		this.runner.withBean("chain", Chain.class, () -> Chain.of("own", (text) -> text).withManager(manager))
			.withBean("tools", Tools.class, () -> Tools.of(echo().withManager(manager)))
			.run((context) -> {
				context.getBean(Chain.class).invoke("x").block(Applications.TIMEOUT);
				context.getBean("tools", Tools.class).call(CALL).block(Applications.TIMEOUT);
				assertThat(context.getBean(EventRecorder.class).events()).isEmpty();
				assertThat(own.events(ToolStart.class)).hasSize(1);
			});
	}

	@Test
	@DisplayName("F2 an agent that is not a bean has the manager of its client")
	void shouldTakeTheManagerOfTheClient() {
		this.runner.run((context) -> {
			ChatClient chatClient = context.getBean(ChatClient.class);
			Agent.builder(chatClient).name("local").build().text("Hi").block(Applications.TIMEOUT);
			Agent.builder(chatClient.mutate().build()).name("mutated").build().text("Hi").block(Applications.TIMEOUT);
			assertThat(context.getBean(EventRecorder.class).events(ChainStart.class))
				.extracting((event) -> event.run().name())
				.containsExactly("local", "mutated");
		});
	}

	@Test
	@DisplayName("F2 a run that no handler receives is logged once, with what to do")
	void shouldLogOnceWhenThereIsNoManager(CapturedOutput output) {
		Chain<String, String> orphan = Chain.of("orphan of the test", (text) -> text);
		orphan.invoke("x").block(Applications.TIMEOUT);
		orphan.invoke("y").block(Applications.TIMEOUT);
		Retriever.of("orphaned pages", (query) -> List.of()).retrieve("q").block(Applications.TIMEOUT);
		assertThat(output).containsOnlyOnce("Chain 'orphan of the test' has no callback manager")
			.contains("withManager(")
			.containsOnlyOnce("Retriever 'orphaned pages' has no callback manager");
	}

	@Test
	void shouldStartWhenTheManagerDependsOnAChain() {
		Applications.withModel("Hello").withUserConfiguration(OwnManager.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(CallbackManager.class)).isNotNull();
		});
	}

	private static Pointcut ofChains() {
		return new ComposablePointcut((ClassFilter) Chain.class::isAssignableFrom);
	}

	private static Tool echo() {
		return Tool.of(new ToolDefinition("echo", "Echoes.", "{\"type\":\"object\"}"), (arguments) -> arguments);
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@LlmCallback
		EventRecorder log() {
			return new EventRecorder();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Chain<String, String> chain() {
			return Chain.of("step", (text) -> text);
		}

		@Bean
		FactoryBean<Chain<String, String>> made() {
			return new FactoryBean<>() {

				@Override
				public Chain<String, String> getObject() {
					return Chain.of("made", (text) -> text);
				}

				@Override
				public Class<?> getObjectType() {
					return Chain.class;
				}

			};
		}

		@Bean
		Retriever retriever() {
			return Retriever.of("pages", (query) -> List.of(new Document("page")));
		}

		@Bean
		Tool tool() {
			return echo();
		}

		@Bean
		Tools several() {
			return Tools.of(echo());
		}

		@Bean
		Agent agent() {
			return Agent.builder(ChatClient.builder(ScriptedChatModel.of("Hello")).build()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnManager {

		@Bean
		Chain<String, String> chain() {
			return Chain.of("step", (text) -> text);
		}

		@Bean
		CallbackManager ownManager(Chain<String, String> chain) {
			assertThat(chain).isNotNull();
			return CallbackManager.builder().build();
		}

	}

	static final class PassingAdvice implements MethodInterceptor {

		@Override
		public Object invoke(MethodInvocation invocation) throws Throwable {
			return invocation.proceed();
		}

	}

}
