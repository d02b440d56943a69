package dev.llmcallbacks.autoconfigure.actuate;

import java.util.Arrays;
import java.util.Map;

import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Handler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.run.Run;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmCallbacksEndpointAutoConfiguration}.
 */
class LlmCallbacksEndpointAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=llmcallbacks";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
				LlmCallbacksAutoConfiguration.class, LlmCallbacksEndpointAutoConfiguration.class))
		.withBean("listener", Listener.class);

	private final ApplicationContextRunner jmxRunner = this.runner
		.withConfiguration(AutoConfigurations.of(JmxAutoConfiguration.class, EndpointAutoConfiguration.class,
				JmxEndpointAutoConfiguration.class))
		.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=llmcallbacks",
				"management.endpoints.jmx.domain=llm", "spring.jmx.unique-names=true");

	@Test
	void shouldDescribeTheApplicationsHandlersWhenExposed() {
		this.runner.withPropertyValues(EXPOSED).run((context) -> {
			assertThat(context).hasSingleBean(LlmCallbacksEndpointWebExtension.class);
			LlmCallbacksDescriptor described = context.getBean(LlmCallbacksEndpoint.class).describe();
			assertThat(described.handlers()).containsOnlyKeys("listener");
			assertThat(described.executors()).containsOnlyKeys("llmCallbacksTaskExecutor");
		});
	}

	@Test
	@DisplayName("F12 a handler that is a method is described by its name and its event")
	void shouldDescribeMethods() {
		this.runner.withPropertyValues(EXPOSED).withBean("ledger", Ledger.class).run((context) -> {
			Handler method = context.getBean(LlmCallbacksEndpoint.class).describe().handlers().get("ledger-write");
			assertThat(method.type()).isEqualTo(Ledger.class.getName());
			assertThat(method.method()).isEqualTo("write");
			assertThat(method.receives()).containsExactly("LlmEnd");
			Handler all = context.getBean(LlmCallbacksEndpoint.class).describe().handlers().get("ledger-all");
			assertThat(all.receives()).containsExactly("CallbackEvent");
		});
	}

	@Test
	void shouldKnowHandlersThatPropertiesSwitchOff() {
		this.runner.withPropertyValues(EXPOSED, "callbacks.handlers.listener.enabled=false").run((context) -> {
			LlmCallbacksEndpoint endpoint = context.getBean(LlmCallbacksEndpoint.class);
			assertThat(endpoint.describe().handlers().get("listener").enabled()).isFalse();
			endpoint.setEnabled("listener", true);
			assertThat(endpoint.describe().handlers().get("listener").enabled()).isTrue();
		});
	}

	@Test
	void shouldHaveNoEndpointWhenNotExposed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(LlmCallbacksEndpoint.class));
	}

	@Test
	void shouldHaveNoEndpointWhenNoAccessIsPermitted() {
		this.runner.withPropertyValues(EXPOSED, "management.endpoint.llmcallbacks.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(LlmCallbacksEndpoint.class));
	}

	@Test
	void shouldHaveNoEndpointWhenThereIsNoActuator() {
		this.runner.withPropertyValues(EXPOSED)
			.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class))
			.run((context) -> assertThat(context).doesNotHaveBean(LlmCallbacksEndpoint.class));
	}

	@Test
	void shouldHaveNoEndpointWhenThereIsNoManager() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LlmCallbacksEndpointAutoConfiguration.class))
			.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LlmCallbacksEndpoint.class));
	}

	@Test
	@DisplayName("G33 the endpoint and its extension back off to the application's own")
	void shouldBackOff() {
		CallbackManager manager = CallbackManager.builder().build();
		LlmCallbacksEndpoint own = new LlmCallbacksEndpoint(manager, Map.of());
		this.runner.withPropertyValues(EXPOSED)
			.withBean("own", LlmCallbacksEndpoint.class, () -> own)
			.withBean("ownExtension", LlmCallbacksEndpointWebExtension.class,
					() -> new LlmCallbacksEndpointWebExtension(own))
			.run((context) -> {
				assertThat(context).getBean(LlmCallbacksEndpoint.class).isSameAs(own);
				assertThat(context).getBean(LlmCallbacksEndpointWebExtension.class)
					.isSameAs(context.getBean("ownExtension"));
			});
	}

	@Test
	void shouldOfferItsOperationsOverJmx() {
		this.jmxRunner.run((context) -> {
			assertThat(context).doesNotHaveBean(LlmCallbacksEndpointWebExtension.class);
			assertThat(invoke(context, "describe")).asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsKeys("handlers", "executors", "runs");
			assertThat(invoke(context, "setEnabled", "listener", false)).asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsEntry("enabled", false);
			assertThat(context.getBean(CallbackManager.class).handlers()).allMatch((handler) -> !handler.enabled());
			assertThat(invoke(context, "cancel", Run.newId().toString())).isNull();
		});
	}

	@ParameterizedTest
	@CsvSource({ "UNRESTRICTED, cancel;describe;setEnabled", "READ_ONLY, describe" })
	void shouldChangeNothingWhenAccessIsReadOnly(String access, String operations) {
		this.jmxRunner.withPropertyValues("management.endpoint.llmcallbacks.access=" + access)
			.run((context) -> assertThat(
					Arrays.stream(context.getBean(MBeanServer.class).getMBeanInfo(name(context)).getOperations())
						.map(MBeanOperationInfo::getName))
				.containsExactlyInAnyOrder(operations.split(";")));
	}

	private static ObjectName name(ApplicationContext context) {
		MBeanServer server = context.getBean(MBeanServer.class);
		return server.queryNames(null, null)
			.stream()
			.filter((name) -> name.getDomain().equals("llm"))
			.findFirst()
			.orElseThrow();
	}

	private static Object invoke(ApplicationContext context, String operation, Object... arguments) throws Exception {
		String[] signature = Arrays.stream(arguments)
			.map((argument) -> argument.getClass().getName())
			.toArray(String[]::new);
		return context.getBean(MBeanServer.class).invoke(name(context), operation, arguments, signature);
	}

	@LlmCallback
	static class Listener implements CallbackHandler {

	}

	static class Ledger {

		@LlmCallback
		void write(LlmEnd end) {
		}

		@LlmCallback
		void all(CallbackEvent event) {
		}

	}

}
