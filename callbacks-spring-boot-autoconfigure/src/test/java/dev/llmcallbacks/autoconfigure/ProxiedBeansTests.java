package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.NameMatchMethodPointcutAdvisor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for beans of the library's interfaces behind proxies of Spring's.
 */
class ProxiedBeansTests {

	@Test
	@DisplayName("D22 lazy proxies of a chain, a retriever, a tool, tools and an agent work")
	void shouldCallLazyBeans() {
		Applications.withModel("Hello")
			.withConfiguration(AutoConfigurations.of(LlmToolsAutoConfiguration.class))
			.withUserConfiguration(Beans.class, LazyUser.class)
			.run((context) -> assertThat(context.getBean(LazyUser.class).use()).containsExactly("X!", "page of q",
					"{\"n\":1}", "done", "Hello"));
	}

	@Test
	@DisplayName("D22 an advised chain is a chain, and a step of another")
	void shouldAdviseAChain() {
		Applications.withModel("Hello").withUserConfiguration(Beans.class, Advice.class).run((context) -> {
			@SuppressWarnings("unchecked")
			Chain<String, String> chain = context.getBean("upper", Chain.class);
			assertThat(AopUtils.isAopProxy(chain)).isTrue();
			assertThat(
					chain.then(Chain.of("again", (String text) -> text + text)).invoke("x").block(Applications.TIMEOUT))
				.isEqualTo("XX");
			assertThat(chain.invoke("y").block(Applications.TIMEOUT)).isEqualTo("Y");
			assertThat(context.getBean(Advice.class).calls).contains("invoke");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Chain<String, String> upper() {
			return Chain.of("upper", String::toUpperCase);
		}

		@Bean
		Retriever retriever() {
			return Retriever.of("pages", (query) -> List.of(new Document("page of " + query)));
		}

		@Bean
		Tool tool() {
			return Tool.of(new ToolDefinition("echo", "Echoes.", "{\"type\":\"object\"}"), (arguments) -> arguments);
		}

		@Bean
		Agent agent(ChatClient chatClient) {
			return Agent.builder(chatClient).build();
		}

		@LlmTool(description = "Does it.")
		void work() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyUser {

		private final Chain<String, String> chain;

		private final Retriever retriever;

		private final Tool tool;

		private final Tools tools;

		private final Agent agent;

		LazyUser(@Lazy Chain<String, String> chain, @Lazy Retriever retriever, @Lazy Tool tool, @Lazy Tools tools,
				@Lazy Agent agent) {
			this.chain = chain;
			this.retriever = retriever;
			this.tool = tool;
			this.tools = tools;
			this.agent = agent;
		}

		List<String> use() {
			Chain<String, String> shout = Chain.of("shout", (text) -> text + "!");
			return List.of(this.chain.then(shout).invoke("x").block(Applications.TIMEOUT),
					this.retriever.retrieve("q").block(Applications.TIMEOUT).get(0).text(),
					this.tool.call(new ToolCall("1", "echo", "{\"n\":1}")).block(Applications.TIMEOUT).text(),
					this.tools.call(new ToolCall("2", "work", "")).block(Applications.TIMEOUT).text().toLowerCase(),
					this.agent.text("Hi").block(Applications.TIMEOUT));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Advice {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		@Bean
		static DefaultAdvisorAutoProxyCreator autoProxyCreator() {
			return new DefaultAdvisorAutoProxyCreator();
		}

		@Bean
		Advisor advisor() {
			NameMatchMethodPointcutAdvisor advisor = new NameMatchMethodPointcutAdvisor();
			advisor.addMethodName("invoke");
			advisor.setAdvice((MethodInterceptor) (invocation) -> {
				this.calls.add(invocation.getMethod().getName());
				return invocation.proceed();
			});
			return advisor;
		}

	}

}
