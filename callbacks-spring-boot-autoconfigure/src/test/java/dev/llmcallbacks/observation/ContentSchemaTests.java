package dev.llmcallbacks.observation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.micrometer.common.KeyValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks attributes of random conversations against the JSON schemas of OpenTelemetry's
 * conventions.
 */
class ContentSchemaTests {

	private static final int ROUNDS = 60;

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final String[] FRAGMENTS = { "", " ", "text", "\n", "\"", "\\", "\u0000", "\u009b", "漢", "😀",
			"\ud83d", "\ude00", "{\"a\":[1,null]}", "[", "\u202e", "type", "role" };

	private static final Map<String, String> SCHEMAS = Map.of("gen_ai.system_instructions",
			"gen-ai-system-instructions.json", "gen_ai.input.messages", "gen-ai-input-messages.json",
			"gen_ai.output.messages", "gen-ai-output-messages.json");

	private static final Instant AT = Instant.EPOCH;

	private final Map<String, Schema> schemas = new HashMap<>();

	private Random random = new Random(0);

	@ParameterizedTest
	@ValueSource(ints = { 256, 400, 2_000, 16_384, 0 })
	void shouldMatchTheSchemasWhateverIsCut(int limit) {
		long seed = System.nanoTime();
		this.random = new Random(seed);
		int checked = 0;
		for (int round = 0; round < ROUNDS; round++) {
			boolean media = this.random.nextBoolean();
			boolean hiding = this.random.nextInt(4) == 0;
			SpanContent settings = SpanContent.builder()
				.inputs(true)
				.outputs(true)
				.maxLength(limit)
				.filter(hiding ? (run, kind, text) -> (text.hashCode() % 2 == 0) ? null : text : null)
				.build();
			List<ChatMessage> conversation = list(1, (this.random.nextInt(8) == 0) ? 300 : 8, () -> message(media));
			boolean chain = this.random.nextInt(4) == 0;
			RunStart start = chain ? new ChainStart(run(), AT, this.random.nextBoolean() ? conversation : text())
					: new ChatModelStart(run(), AT, conversation, ChatOptions.NONE, List.of(), "openai");
			RunEnd end = chain ? new ChainEnd(run(), AT, Duration.ZERO, this.random.nextBoolean() ? answer() : text())
					: end(new ChatRequest(conversation));
			for (KeyValue attribute : new ContentAttributes(settings).content(start, end)) {
				assertThat(problems(attribute, media))
					.as("seed %d, round %d, limit %d: %s is %s", seed, round, limit, attribute.getKey(),
							attribute.getValue())
					.isEmpty();
				checked++;
			}
		}
		assertThat(checked).isGreaterThan(ROUNDS);
	}

	@Test
	void shouldFindWhatDoesNotMatch() {
		for (String broken : List.of("{}", "[{\"parts\":[]}]", "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\"}]}]",
				"[{\"role\":\"user\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"c\"}]}]",
				"[{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"c\"}]}]")) {
			assertThat(problems(KeyValue.of("gen_ai.input.messages", broken), false)).as(broken).isNotEmpty();
			assertThat(problems(KeyValue.of("gen_ai.output.messages", broken), false)).as(broken).isNotEmpty();
		}
		assertThat(problems(KeyValue.of("gen_ai.output.messages", "[{\"role\":\"assistant\",\"parts\":[]}]"), true))
			.isNotEmpty();
	}

	// The part of any type lets every part pass. It is needed for files of which only the
	// type is recorded
	private List<?> problems(KeyValue attribute, boolean anyType) {
		String file = Objects.requireNonNull(SCHEMAS.get(attribute.getKey()), attribute.getKey());
		return this.schemas.computeIfAbsent(file + anyType, (key) -> schema(file, anyType))
			.validate(MAPPER.readTree(attribute.getValue()));
	}

	private static Schema schema(String file, boolean anyType) {
		JsonNode json;
		try (InputStream resource = ContentSchemaTests.class.getResourceAsStream("/otel-gen-ai-v1.41/" + file)) {
			json = MAPPER.readTree(resource);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (!anyType) {
			json.findValues("anyOf").forEach((types) -> removeAnyType((ArrayNode) types));
		}
		return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(json);
	}

	private static void removeAnyType(ArrayNode types) {
		for (int i = types.size() - 1; i >= 0; i--) {
			if (types.get(i).path("$ref").asString("").endsWith("/GenericPart")) {
				types.remove(i);
			}
		}
	}

	private static Run run() {
		UUID id = Run.newId();
		return new Run(id, null, id, RunType.LLM, "chat", Set.of(), Map.of(), AT);
	}

	private RunEnd end(ChatRequest request) {
		LlmResult result = new LlmResult(List.of(list(0, 3, this::generation)), LlmOutput.NONE, List.of());
		return switch (this.random.nextInt(3)) {
			case 0 -> new LlmEnd(run(), AT, Duration.ZERO, request, true, result, null, null);
			case 1 -> new LlmError(run(), AT, Duration.ZERO, new IllegalStateException(text()), request, true, result,
					null, null);
			default -> new LlmCancel(run(), AT, Duration.ZERO, request, true, result, null, null);
		};
	}

	private ChatGeneration generation() {
		int reason = this.random.nextInt(FinishReason.values().length + 1);
		return new ChatGeneration(answer(),
				(reason < FinishReason.values().length) ? FinishReason.values()[reason] : null, null, Map.of());
	}

	private ChatMessage message(boolean media) {
		Supplier<List<Media>> files = () -> media
				? list(0, 3, () -> Media.of("image/png", new byte[] { 1 }).named(text())) : List.of();
		return switch (this.random.nextInt(4)) {
			case 0 -> new SystemMessage(text());
			case 1 -> new HumanMessage(text(), files.get());
			case 2 -> answer();
			default -> new ToolMessage(text(), text(), this.random.nextBoolean(), files.get());
		};
	}

	private AiMessage answer() {
		@Nullable String reasoning = this.random.nextBoolean() ? text() : null;
		return new AiMessage(text(), list(0, (this.random.nextInt(20) == 0) ? 200 : 4, this::toolCall), reasoning,
				Map.of());
	}

	private ToolCall toolCall() {
		String valid = MAPPER.writeValueAsString(Map.of("a", text(), "b", List.of(1, true)));
		return new ToolCall(text(), text(), this.random.nextBoolean() ? valid : text());
	}

	private String text() {
		StringBuilder text = new StringBuilder();
		for (int i = this.random.nextInt((this.random.nextInt(10) == 0) ? 5_000 : 6); i > 0; i--) {
			text.append(FRAGMENTS[this.random.nextInt(FRAGMENTS.length)]);
		}
		return text.toString();
	}

	private <T> List<T> list(int fewest, int most, Supplier<T> element) {
		List<T> list = new ArrayList<>();
		for (int i = fewest + this.random.nextInt(most - fewest + 1); i > 0; i--) {
			list.add(element.get());
		}
		return list;
	}

}
