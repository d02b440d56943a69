package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.event.LlmEnd;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for handlers that are wrapped in proxies.
 */
class HandlerProxyTests {

	private static final List<String> heard = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner classProxies = Applications.withModel("Hello")
		.withUserConfiguration(ClassProxyConfiguration.class);

	private final ApplicationContextRunner interfaceProxies = Applications.withModel("Hello")
		.withUserConfiguration(InterfaceProxyConfiguration.class);

	@BeforeEach
	void reset() {
		heard.clear();
	}

	@Test
	void shouldCallAHandlerThroughAClassProxy() {
		this.classProxies.withBean("proxied", Handler.class).run((context) -> {
			Applications.ask(context);
			assertThat(heard).containsExactly("before onLlmEnd", "handler");
		});
	}

	@Test
	void shouldCallAHandlerThroughAnInterfaceProxy() {
		this.interfaceProxies.withBean("proxied", Handler.class).run((context) -> {
			assertThat(context.getBean("proxied")).isNotInstanceOf(Handler.class);
			Applications.ask(context);
			assertThat(heard).containsExactly("before onLlmEnd", "handler");
		});
	}

	@Test
	void shouldCallAMethodThroughAClassProxy() {
		this.classProxies.withBean("proxied", Methods.class).run((context) -> {
			Applications.ask(context);
			assertThat(heard).containsExactly("before end", "method");
		});
	}

	@Test
	void shouldCallAMethodThroughTheInterfaceThatDeclaresIt() {
		this.interfaceProxies.withBean("proxied", DeclaredMethods.class).run((context) -> {
			Applications.ask(context);
			assertThat(heard).containsExactly("before end", "declared");
		});
	}

	@Test
	void shouldCallABeanOfWhichOnlyALazyProxyIsKnown() {
		this.interfaceProxies
			.withBean("proxied", Handler.class, Handler::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				Applications.ask(context);
				assertThat(heard).containsExactly("before onLlmEnd", "handler");
			});
	}

	@Test
	@DisplayName("G32 a method that a JDK proxy hides fails at start-up")
	void shouldRefuseAMethodHiddenByAnInterfaceProxy() {
		FailureAnalysis analysis = Applications.failure(this.interfaceProxies.withBean("proxied", HiddenMethods.class));
		assertThat(analysis.getDescription()).contains("'hidden'", "bean 'proxied'", HiddenMethods.class.getName(),
				"proxy");
		assertThat(analysis.getAction()).contains("interface", "proxy-target-class");
	}

	@Test
	@DisplayName("G32 a private method behind a class proxy fails at start-up")
	void shouldRefuseAPrivateMethodBehindAClassProxy() {
		FailureAnalysis analysis = Applications.failure(this.classProxies.withBean("proxied", PrivateMethods.class));
		assertThat(analysis.getDescription()).contains("'secret'", "bean 'proxied'");
		assertThat(analysis.getAction()).contains("package-private");
	}

	private static BeanNameAutoProxyCreator creator(boolean proxyTargetClass) {
		BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
		creator.setBeanNames("proxied");
		creator.setInterceptorNames("advice");
		creator.setProxyTargetClass(proxyTargetClass);
		return creator;
	}

	private static MethodInterceptor advice() {
		return (invocation) -> {
			if (!invocation.getMethod().getName().equals("supports")) {
				heard.add("before " + invocation.getMethod().getName());
			}
			return invocation.proceed();
		};
	}

	@LlmCallback
	static class Handler implements CallbackHandler {

		@Override
		public void onLlmEnd(LlmEnd event) {
			heard.add("handler");
		}

	}

	static class Methods {

		@LlmCallback
		void end(LlmEnd event) {
			heard.add("method");
		}

	}

	interface Declaration {

		void end(LlmEnd event);

	}

	static class DeclaredMethods implements Declaration {

		@Override
		@LlmCallback
		public void end(LlmEnd event) {
			heard.add("declared");
		}

	}

	static class HiddenMethods implements Declaration {

		@Override
		public void end(LlmEnd event) {
		}

		@LlmCallback
		void hidden(LlmEnd event) {
			heard.add("hidden");
		}

	}

	static class PrivateMethods {

		@LlmCallback
		private void secret(LlmEnd event) {
			heard.add("secret");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ClassProxyConfiguration {

		@Bean
		static BeanNameAutoProxyCreator proxyCreator() {
			return creator(true);
		}

		@Bean
		MethodInterceptor advice() {
			return HandlerProxyTests.advice();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceProxyConfiguration {

		@Bean
		static BeanNameAutoProxyCreator proxyCreator() {
			return creator(false);
		}

		@Bean
		MethodInterceptor advice() {
			return HandlerProxyTests.advice();
		}

	}

}
