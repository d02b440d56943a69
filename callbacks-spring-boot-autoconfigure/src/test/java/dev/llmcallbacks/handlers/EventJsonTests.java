package dev.llmcallbacks.handlers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.run.PrintableText;
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
		String json = write(event);
		CallbackEvent read = EventJson.read(json);
		assertThat(json).doesNotContain("\n").contains("\"event\":\"" + event.getClass().getSimpleName() + "\"");
		assertThat(read).isInstanceOf(event.getClass());
		assertThat(read).usingRecursiveComparison().isEqualTo(event);
		assertThat(write(read)).isEqualTo(json);
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
		ToolError read = (ToolError) EventJson.read(write(event));
		assertThat(read.error()).isInstanceOfSatisfying(RecordedException.class, (error) -> {
			assertThat(error).hasMessage("broken");
			assertThat(error.errorType()).isEqualTo("java.lang.IllegalStateException");
		});
	}

	@Test
	void shouldWriteValueOfApplicationAsJson() {
		CustomEvent event = new CustomEvent(this.run, SampleEvents.AT, "progress",
				List.of(new Progress(3, "loading"), 12345678901L));
		CustomEvent read = (CustomEvent) EventJson.read(write(event));
		assertThat(read.data()).isEqualTo(List.of(Map.of("percent", 3, "stage", "loading"), 12345678901L));
	}

	@Test
	void shouldWriteTextWhenValueIsNoJson() {
		List<Object> parts = new ArrayList<>();
		Circular circular = new Circular(parts);
		parts.add(circular);
		ChainStart event = new ChainStart(this.run, SampleEvents.AT, List.of(circular));
		ChainStart read = (ChainStart) EventJson.read(write(event));
		assertThat(read.inputs()).isEqualTo(List.of("circular"));
	}

	@Test
	void shouldNotTakeMapForLibraryValueWhenTypeIsUnknown() {
		ChainEnd event = new ChainEnd(this.run, SampleEvents.AT, SampleEvents.TOOK,
				Map.of("@type", "java.lang.Runtime"));
		assertThat(EventJson.read(write(event))).isEqualTo(event);
	}

	private static String write(CallbackEvent event) {
		return new String(EventJson.write(event), StandardCharsets.UTF_8);
	}

	@ParameterizedTest
	@MethodSource("shouldReadWhatWasWritten")
	void shouldWriteAsciiOfTheSameMeaning(CallbackEvent event) {
		String json = new String(EventJson.writeAscii(event), StandardCharsets.UTF_8);
		assertThat(json).isASCII();
		assertThat(EventJson.read(json)).usingRecursiveComparison().isEqualTo(event);
	}

	@Test
	@DisplayName("S8 no character of a recording controls a terminal or ends a line, and each is read again")
	void shouldEscapeControlCharacters() {
		for (int next = 0; next < 0x11000; next++) {
			String character = Character.toString(next);
			Text event = new Text(this.run, SampleEvents.AT, "a" + character + "b");
			for (byte[] written : List.of(EventJson.write(event), EventJson.writeAscii(event))) {
				String json = new String(written, StandardCharsets.UTF_8);
				assertThat(json.codePoints().filter(PrintableText::isControl)).as("U+%04X", next).isEmpty();
				assertThat(EventJson.read(json)).as("U+%04X", next).isEqualTo(event);
			}
			boolean plain = next >= ' ' && next != '"' && next != '\\' && !PrintableText.isControl(next);
			assertThat(write(event).contains("a" + character + "b")).as("U+%04X as it is", next).isEqualTo(plain);
		}
	}

	@Test
	@DisplayName("S14 names of properties that a model has written are read again, however long they are")
	void shouldReadLongNames() {
		Map<String, Object> arguments = Map.of("x".repeat(64 * 1024), 1);
		ToolStart event = new ToolStart(this.run, SampleEvents.AT, new ToolCall("id", "name", "{}", arguments));
		assertThat(EventJson.read(write(event))).isEqualTo(event);
	}

	@Test
	@DisplayName("S14 arguments as deep as can be read are written, in every event that has them")
	void shouldWriteDeepArguments() {
		Map<String, Object> arguments = Map.of("a", 1);
		for (int i = 0; i < 498; i++) {
			arguments = Map.of("a", arguments);
		}
		ToolCall call = new ToolCall("id", "name", "{}", arguments);
		ChatGeneration generation = new ChatGeneration(new AiMessage("", List.of(call), null, Map.of()), null, null,
				Map.of());
		LlmResult result = new LlmResult(List.of(List.of(generation)), LlmOutput.NONE, List.of());
		for (CallbackEvent event : List.of(new ToolStart(this.run, SampleEvents.AT, call),
				new AgentAction(this.run, SampleEvents.AT, call),
				new ChatModelStart(this.run, SampleEvents.AT, List.of(generation.message()), ChatOptions.NONE,
						List.of(), "openai"),
				new ChainStart(this.run, SampleEvents.AT, arguments), new LlmEnd(this.run, SampleEvents.AT,
						SampleEvents.TOOK, SampleEvents.request(), true, result, null, null))) {
			assertThat(EventJson.read(write(event))).as(event.getClass().getSimpleName()).isEqualTo(event);
		}
	}

	@Test
	@DisplayName("S14 a value that contains itself is cut off, not a lost event")
	void shouldCutOffValueThatContainsItself() {
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		endless.add(endless);
		ChainStart event = new ChainStart(this.run, SampleEvents.AT, endless);
		assertThat(write(event)).contains("(nested too deeply)");
		assertThat(EventJson.read(write(event))).isInstanceOf(ChainStart.class);
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
