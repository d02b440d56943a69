package dev.llmcallbacks.tool;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.context.FilteredClassLoader;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Tools}.
 */
class ToolsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final EventRecorder log = new EventRecorder();

	private final Tools tools = Tools.from(new Weather())
		.withManager(CallbackManager.builder().handlers(this.log).build());

	@Test
	void shouldDescribeMethods() {
		assertThat(this.tools.definitions()).extracting(ToolDefinition::name)
			.containsExactly("broken", "forecast", "later", "reset", "stream", "temperature_of", "temperatures");
		assertThat(this.tools.definitions()).filteredOn((definition) -> definition.name().equals("temperature_of"))
			.extracting(ToolDefinition::description)
			.containsExactly("The temperature of a town.");
		assertThat(this.tools).hasSize(7);
	}

	@Test
	void shouldCallMethods() {
		assertThat(call("temperature_of", "{\"town\": \"Ulm\"}")).isEqualTo("Ulm: 20 C");
		assertThat(call("temperature_of", "{\"town\": \"Ulm\", \"unit\": \"F\", \"note\": \"!\"}"))
			.isEqualTo("Ulm: 20 F!");
		assertThat(call("temperature_of", "{\"town\": \"Ulm\", \"unit\": null}")).isEqualTo("Ulm: 20 C");
		assertThat(call("temperatures", "{\"towns\": [{\"name\": \"Ulm\"}]}"))
			.isEqualTo("[{\"town\":\"Ulm\",\"degrees\":20}]");
	}

	@Test
	void shouldCallMethodsThatReturnReactiveTypes() {
		assertThat(call("forecast", "{}")).isEqualTo("sun");
		assertThat(call("stream", "{}")).isEqualTo("sun and rain");
		assertThat(call("later", "{}")).isEqualTo("{\"town\":\"Ulm\",\"degrees\":3}");
	}

	@Test
	void shouldSayThatItIsDoneWhenAMethodReturnsNothing() {
		assertThat(call("reset", "{}")).isEqualTo("Done");
	}

	@Test
	void shouldAnswerTheMethodsOwnExceptionWhenItThrows() {
		ToolMessage answer = this.tools.call(new ToolCall("c", "broken", "{}")).block(TIMEOUT);
		assertThat(answer).isEqualTo(new ToolMessage("c", "the thermometer is broken", true));
		assertThat(this.log.events(ToolError.class).get(0).error()).isExactlyInstanceOf(IOException.class);
		StepVerifier.create(this.tools.callOrFail(new ToolCall("c", "broken", "{}")))
			.expectError(IOException.class)
			.verify(TIMEOUT);
	}

	@Test
	void shouldAnswerAnErrorWhenThereIsNoSuchTool() {
		for (Mono<ToolMessage> call : List.of(this.tools.call(new ToolCall("c", "humidity", "{}")),
				this.tools.callOrFail(new ToolCall("c", "humidity", "{}")))) {
			ToolMessage answer = call.block(TIMEOUT);
			assertThat(answer).isNotNull();
			assertThat(answer.error()).isTrue();
			assertThat(answer.text()).contains("'humidity'", "temperature_of");
		}
		assertThat(this.log.eventNames()).containsExactly("ToolStart", "ToolError", "ToolStart", "ToolError");
		assertThat(this.log.events(ToolError.class).get(0).error()).isInstanceOf(InvalidToolCallException.class);
	}

	@Test
	void shouldCallThroughAProxy() {
		ProxyFactory factory = new ProxyFactory(new Weather());
		factory.setProxyTargetClass(true);
		factory.addAdvice((org.aopalliance.intercept.MethodInterceptor) (invocation) -> "advised");
		Tools proxied = Tools.from(factory.getProxy());
		assertThat(proxied.call(new ToolCall("c", "temperature_of", "{\"town\": \"Ulm\"}")).block(TIMEOUT))
			.isEqualTo(new ToolMessage("c", "advised"));
	}

	@Test
	void shouldAskForTheObjectAtEachCall() {
		int[] asked = new int[1];
		Tools lazy = Tools.from(Weather.class, () -> {
			asked[0]++;
			return new Weather();
		});
		assertThat(asked[0]).isZero();
		lazy.call(new ToolCall("c", "forecast", "{}")).block(TIMEOUT);
		assertThat(asked[0]).isOne();
	}

	@Test
	void shouldRefuseTwoToolsWithOneName() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.tools.and(Tools.from(new Weather())))
			.withMessageContaining("'broken'");
	}

	@Test
	void shouldSayWhatIsWrongWithAMethod() {
		assertThatIllegalArgumentException().isThrownBy(() -> Tools.from(new TakesAStream()))
			.withMessageContainingAll("TakesAStream.read", "'input'", "java.io.InputStream");
		assertThatIllegalArgumentException().isThrownBy(() -> Tools.from(new TakesAMono()))
			.withMessageContainingAll("TakesAMono.read", "'input'", "Mono");
		assertThatIllegalArgumentException().isThrownBy(() -> Tools.from(new IsStatic()))
			.withMessageContainingAll("IsStatic.read", "static");
	}

	@Test
	void shouldNameTheDependencyWhenALibraryIsMissing() {
		ClassLoader original = Thread.currentThread().getContextClassLoader();
		try {
			Thread.currentThread().setContextClassLoader(new FilteredClassLoader("com.github.victools"));
			assertThatIllegalStateException().isThrownBy(() -> Tools.from(new Weather()))
				.withMessageContaining("com.github.victools:jsonschema-generator");
			Thread.currentThread().setContextClassLoader(new FilteredClassLoader("com.networknt"));
			assertThatIllegalStateException().isThrownBy(() -> Tools.from(new Weather()))
				.withMessageContaining("com.networknt:json-schema-validator");
		}
		finally {
			Thread.currentThread().setContextClassLoader(original);
		}
	}

	private String call(String name, String arguments) {
		ToolMessage answer = this.tools.call(new ToolCall("c", name, arguments)).block(TIMEOUT);
		assertThat(answer).isNotNull();
		assertThat(answer.error()).as(answer.text()).isFalse();
		return answer.text();
	}

	record Town(String name) {
	}

	record Temperature(String town, int degrees) {
	}

	static class Weather {

		@LlmTool(name = "temperature_of", description = "The temperature of a town.")
		String temperature(String town, Optional<String> unit, @Nullable String note) {
			return town + ": 20 " + unit.orElse("C") + ((note != null) ? note : "");
		}

		@LlmTool(description = "The temperatures of towns.")
		List<Temperature> temperatures(List<Town> towns) {
			return towns.stream().map((town) -> new Temperature(town.name(), 20)).toList();
		}

		@LlmTool(description = "The forecast.")
		Mono<String> forecast() {
			return Mono.just("sun");
		}

		@LlmTool(description = "The forecast, in pieces.")
		Flux<String> stream() {
			return Flux.just("sun ", "and ", "rain");
		}

		@LlmTool(description = "The temperature, later.")
		CompletableFuture<Temperature> later() {
			return CompletableFuture.completedFuture(new Temperature("Ulm", 3));
		}

		@LlmTool(description = "Resets.")
		void reset() {
		}

		@LlmTool(description = "Fails.")
		int broken() throws IOException {
			throw new IOException("the thermometer is broken");
		}

	}

	static class TakesAStream {

		@LlmTool(description = "x")
		void read(InputStream input) {
		}

	}

	static class TakesAMono {

		@LlmTool(description = "x")
		void read(Mono<String> input) {
		}

	}

	static class IsStatic {

		@LlmTool(description = "x")
		static void read() {
		}

	}

}
