package dev.llmcallbacks.autoconfigure;

import java.util.Map;

import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.LlmTool;

/**
 * Applications that do not start, by the name of what is wrong.
 */
final class FailingApplications {

	private FailingApplications() {
	}

	static Map<String, ApplicationContextRunner> all() {
		return Map.ofEntries(Map.entry("no-handler", with(NoHandler.class)),
				Map.entry("scope", with(Collector.class).withInitializer(
						(context) -> context.getBeanFactory().registerScope("request", new SimpleThreadScope()))),
				Map.entry("hidden-method", with(Billing.class).withUserConfiguration(InterfaceProxies.class)),
				Map.entry("private-method", with(PrivateMethod.class).withUserConfiguration(InterfaceProxies.class)),
				Map.entry("static-method", with(StaticMethod.class)),
				Map.entry("hidden-tool",
						with(Clock.class).withUserConfiguration(InterfaceProxies.class)
							.withConfiguration(AutoConfigurations.of(LlmToolsAutoConfiguration.class))),
				Map.entry("parameter", with(WrongParameter.class)),
				Map.entry("return-type", with(WrongReturnType.class)), Map.entry("async", with(AsyncMethod.class)),
				Map.entry("same-name", with(SameName.class)), Map.entry("unknown-executor", with(Slow.class)),
				Map.entry("sync-executor",
						with(Slow.class).withBean("slowExecutor", TaskExecutor.class, SyncTaskExecutor::new)),
				Map.entry("inline", with(InlineTimeout.class)),
				Map.entry("inline-prototype", with(InlinePrototype.class)),
				Map.entry("unknown-handler", with(Printer.class, "callbacks.handlers.printr.enabled=false")),
				Map.entry("unknown-event", with(Printer.class, "callbacks.handlers.printer.events=LlmStop")),
				Map.entry("two-providers", of("callbacks.openai.api-key=key", "callbacks.anthropic.api-key=key")),
				Map.entry("provider-not-configured",
						of("callbacks.openai.api-key=key", "callbacks.chat.provider=anthropic")),
				Map.entry("no-key", of("callbacks.openai.base-url=https://api.openai.com/v1")),
				Map.entry("unresolved-key",
						of("callbacks.openai.base-url=http://localhost:8000/v1",
								"callbacks.openai.api-key=${OPENAI_API_KEY}")),
				Map.entry("base-url", of("callbacks.openai.base-url=localhost:8000")),
				Map.entry("user-in-base-url", of("callbacks.openai.base-url=https://user:password@example.com/v1")),
				Map.entry("line-break-in-key", of("callbacks.openai.api-key=key\nkey")),
				Map.entry("no-provider", with(Joker.class)),
				Map.entry("no-variable",
						with(Joker.class, "callbacks.chat.provider=openai",
								"callbacks.openai.api-key=${OPENAI_API_KEY}")),
				Map.entry("two-models",
						with(Joker.class).withBean("first", ChatModel.class, () -> ScriptedChatModel.of("1"))
							.withBean("second", ChatModel.class, () -> ScriptedChatModel.of("2"))),
				Map.entry("only-named-clients",
						with(Joker.class, "callbacks.clients.local.provider=openai",
								"callbacks.clients.local.base-url=http://localhost:11434/v1")),
				Map.entry("unknown-client",
						with(QuickJoker.class, "callbacks.openai.api-key=key", "callbacks.clients.slow.model=m")),
				Map.entry("client-without-provider", of("callbacks.clients.fast.model=m")),
				Map.entry("client-without-key", of("callbacks.clients.fast.provider=openai")),
				Map.entry("client-twice",
						of("callbacks.clients.my-client.model=m", "callbacks.clients.myClient.model=m")),
				Map.entry("invalid-value", of("callbacks.chat.max-tokens=-1")));
	}

	private static ApplicationContextRunner of(String... properties) {
		return Applications.withoutModel().withPropertyValues(properties);
	}

	private static ApplicationContextRunner with(Class<?> type, String... properties) {
		String name = type.getSimpleName();
		return of(properties).withBean(Character.toLowerCase(name.charAt(0)) + name.substring(1), type);
	}

	@LlmCallback
	static class NoHandler {

	}

	@LlmCallback
	@Scope("request")
	static class Collector implements CallbackHandler {

	}

	static class Billing implements Runnable {

		@LlmCallback
		void charge(LlmEnd event) {
		}

		@Override
		public void run() {
		}

	}

	static class Clock implements Runnable {

		@LlmTool(description = "Tells the time.")
		String now() {
			return "now";
		}

		@Override
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceProxies {

		@Bean
		static BeanNameAutoProxyCreator proxies() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("billing", "clock", "privateMethod");
			creator.setInterceptorNames("advice");
			return creator;
		}

		@Bean
		static MethodInterceptor advice() {
			return (invocation) -> invocation.proceed();
		}

	}

	static class PrivateMethod implements Runnable {

		@LlmCallback
		private void handle(LlmEnd event) {
		}

		@Override
		public void run() {
		}

	}

	static class StaticMethod {

		@LlmCallback
		static void handle(LlmEnd event) {
		}

	}

	@LlmCallback(delivery = Delivery.INLINE)
	@Scope("prototype")
	static class InlinePrototype implements CallbackHandler {

	}

	static class WrongParameter {

		@LlmCallback
		void handle(String text) {
		}

	}

	static class WrongReturnType {

		@LlmCallback
		String handle(LlmEnd event) {
			return "handled";
		}

	}

	static class AsyncMethod {

		@Async
		@LlmCallback
		void handle(LlmEnd event) {
		}

	}

	static class SameName {

		@LlmCallback("billing")
		void charge(LlmEnd event) {
		}

		@LlmCallback("billing")
		void record(LlmEnd event) {
		}

	}

	@LlmCallback(executor = "slowExecutor")
	static class Slow implements CallbackHandler {

	}

	@LlmCallback(delivery = Delivery.INLINE, timeout = "1s")
	static class InlineTimeout implements CallbackHandler {

	}

	@LlmCallback
	static class Printer implements CallbackHandler {

	}

	static class Joker {

		Joker(ChatClient chatClient) {
		}

	}

	static class QuickJoker {

		QuickJoker(@Qualifier("fast") ChatClient chatClient) {
		}

	}

}
