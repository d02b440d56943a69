package dev.llmcallbacks.handlers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventJson}.
 */
class EventJsonTests {

	private final Run run = SampleEvents.run(RunType.CHAIN, "step", null);

	@ParameterizedTest
	@MethodSource
	void shouldReadWhatWasWritten(CallbackEvent event) {
		String json = EventJson.write(event);
		CallbackEvent read = EventJson.read(json);
		assertThat(json).doesNotContain("\n").contains("\"event\":\"" + event.getClass().getSimpleName() + "\"");
		assertThat(read).isInstanceOf(event.getClass());
		assertThat(read).usingRecursiveComparison().isEqualTo(event);
		assertThat(EventJson.write(read)).isEqualTo(json);
	}

	static Stream<CallbackEvent> shouldReadWhatWasWritten() {
		return SampleEvents.all().stream();
	}

	@Test
	void shouldHaveASampleOfEveryEvent() {
		Set<Class<?>> samples = SampleEvents.all().stream().map(Object::getClass).collect(Collectors.toSet());
		assertThat(samples).containsExactlyInAnyOrderElementsOf(records(CallbackEvent.class).toList());
	}

	private static Stream<Class<?>> records(Class<?> type) {
		return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(EventJsonTests::records)
				: Stream.of(type);
	}

	@Test
	void shouldKeepClassAndMessageOfError() {
		ToolError event = new ToolError(this.run, SampleEvents.AT, SampleEvents.TOOK, "call-1",
				new IllegalStateException("broken", new RuntimeException("cause")));
		ToolError read = (ToolError) EventJson.read(EventJson.write(event));
		assertThat(read.error()).isInstanceOfSatisfying(RecordedException.class, (error) -> {
			assertThat(error).hasMessage("broken");
			assertThat(error.errorType()).isEqualTo("java.lang.IllegalStateException");
		});
	}

	@Test
	void shouldWriteValueOfApplicationAsJson() {
		CustomEvent event = new CustomEvent(this.run, SampleEvents.AT, "progress",
				List.of(new Progress(3, "loading"), 12345678901L));
		CustomEvent read = (CustomEvent) EventJson.read(EventJson.write(event));
		assertThat(read.data()).isEqualTo(List.of(Map.of("percent", 3, "stage", "loading"), 12345678901L));
	}

	@Test
	void shouldWriteTextWhenValueIsNoJson() {
		List<Object> parts = new ArrayList<>();
		Circular circular = new Circular(parts);
		parts.add(circular);
		ChainStart event = new ChainStart(this.run, SampleEvents.AT, List.of(circular));
		ChainStart read = (ChainStart) EventJson.read(EventJson.write(event));
		assertThat(read.inputs()).isEqualTo(List.of("circular"));
	}

	@Test
	void shouldNotTakeMapForLibraryValueWhenTypeIsUnknown() {
		ChainEnd event = new ChainEnd(this.run, SampleEvents.AT, SampleEvents.TOOK,
				Map.of("@type", "java.lang.Runtime"));
		assertThat(EventJson.read(EventJson.write(event))).isEqualTo(event);
	}

	record Progress(int percent, String stage) {

	}

	record Circular(List<Object> parts) {

		@Override
		public String toString() {
			return "circular";
		}

	}

}
