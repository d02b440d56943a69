package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.ReflectionHintsPredicates;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ScannedGenericBeanDefinition;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.tool.LlmTool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a native image is told: {@link LlmCallbacksRuntimeHints}, the hints of
 * the other packages, and what the application's own beans add to them.
 */
class LlmCallbacksRuntimeHintsTests {

	private static final ReflectionHintsPredicates REFLECTION = RuntimeHintsPredicates.reflection();

	private static final RuntimeHints HINTS = process();

	private static RuntimeHints process() {
		TestGenerationContext generated = new TestGenerationContext();
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(Application.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
		return generated.getRuntimeHints();
	}

	@Test
	void shouldShowTheMethodsOfHandlerBeans() {
		assertThat(HINTS).matches(REFLECTION.onType(Listener.class)).matches(REFLECTION.onType(Declared.class));
	}

	@Test
	void shouldCallHandlerMethods() throws NoSuchMethodException {
		assertThat(HINTS).matches(REFLECTION.onMethodInvocation(Base.class.getDeclaredMethod("close", RunEnd.class)));
	}

	@Test
	void shouldCallToolsAndBindWhatTheyTakeAndReturn() {
		assertThat(HINTS).matches(REFLECTION.onMethodInvocation(method(Ferries.class, "next")))
			.matches(REFLECTION.onMethodInvocation(method(Harbour.class, "name")))
			.matches(REFLECTION.onMethodInvocation(method(Day.class, "date")))
			.matches(REFLECTION.onMethodInvocation(method(Ferry.class, "time")));
	}

	@Test
	void shouldMakeTheAnnotationAnewWhenPropertiesOverrideIt() {
		assertThat(HINTS).matches(RuntimeHintsPredicates.proxies().forInterfaces(LlmCallback.class))
			.matches(REFLECTION.onType(LlmCallback.class).withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS));
	}

	@Test
	void shouldBindTheSettingsOfHandlers() {
		assertThat(HINTS).matches(REFLECTION.onMethodInvocation(method(HandlerProperties.class, "setOverflow")));
	}

	@Test
	void shouldReadTheComponentsOfEventsAndMessages() {
		assertThat(HINTS).matches(REFLECTION.onMethodInvocation(method(LlmEnd.class, "result")))
			.matches(REFLECTION.onMethodInvocation(method(HumanMessage.class, "text")))
			.matches(REFLECTION.onMethodInvocation(method(Run.class, "metadata")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "com.github.victools.jsonschema.generator.SchemaGenerator",
			"com.github.victools.jsonschema.module.jackson.JacksonSchemaModule",
			"com.networknt.schema.SchemaRegistry" })
	void shouldFindTheLibrariesOfTools(String name) throws ClassNotFoundException {
		assertThat(HINTS).matches(REFLECTION.onType(ClassUtils.forName(name, null)));
	}

	@ParameterizedTest
	@MethodSource("ownHandlers")
	void shouldShowTheMethodsOfTheLibrarysHandlers(String handler) throws ClassNotFoundException {
		assertThat(HINTS).as("Register %s in the RuntimeHintsRegistrar of its package", handler)
			.matches(REFLECTION.onType(ClassUtils.forName(handler, null)));
	}

	@Test
	void shouldKnowTheLibrarysHandlers() {
		assertThat(ownHandlers()).hasSizeGreaterThanOrEqualTo(9);
	}

	private static List<String> ownHandlers() {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AssignableTypeFilter(LlmCallbackHandler.class));
		return Stream.of("callback", "handlers", "autoconfigure")
			.flatMap((room) -> scanner.findCandidateComponents("dev.llmcallbacks." + room).stream())
			.filter((definition) -> !((ScannedGenericBeanDefinition) definition).getResource()
				.getDescription()
				.contains("test-classes"))
			.map((definition) -> Objects.requireNonNull(definition.getBeanClassName()))
			.toList();
	}

	private static Method method(Class<?> type, String name) {
		return Stream.of(type.getDeclaredMethods())
			.filter((method) -> method.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(LlmCallbacksAutoConfiguration.class)
	@Import({ Listener.class, Methods.class, Ferries.class })
	static class Application {

		@Bean
		@LlmCallback
		Declared declared() {
			return new Declared();
		}

	}

	@LlmCallback
	static class Listener implements CallbackHandler {

	}

	static class Declared implements CallbackHandler {

	}

	abstract static class Base {

		@LlmCallback
		void close(RunEnd event) {
		}

	}

	static class Methods extends Base {

	}

	static class Ferries {

		@LlmTool(description = "Says when ferries leave.")
		Flux<Ferry> next(List<Harbour> harbours, Optional<Day> day) {
			return Flux.empty();
		}

	}

	record Harbour(String name) {

	}

	record Day(String date) {

	}

	record Ferry(String time) {

	}

}
