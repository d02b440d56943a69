package dev.llmcallbacks.handlers;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RetrieverCancel;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolCancel;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunInfo;
import dev.llmcallbacks.run.RunType;

/**
 * Events with something in every component.
 */
final class SampleEvents {

	static final Instant AT = Instant.parse("2026-01-02T03:04:05.123456789Z");

	static final Duration TOOK = Duration.ofNanos(1_234_567_891);

	static final RecordedException ERROR = new RecordedException("java.io.IOException", "line one\nline \"two\"");

	private SampleEvents() {
	}

	static List<CallbackEvent> all() {
		Run llm = run(RunType.LLM, "chat", run(RunType.CHAIN, "step", null));
		ToolCall call = new ToolCall("call-1", "weather", "{\"city\":null}", nullValue("city"));
		return List.of(chatModelStart(llm), new LlmStart(llm, AT, List.of("Human: Hi\nAI: Ho"), ChatOptions.NONE),
				token(llm), new Retry(llm, AT, 1, TOOK, ERROR),
				new LlmEnd(llm, AT, TOOK, request(), true, result(llm), TOOK, TOOK),
				new LlmError(llm, AT, TOOK, ERROR, request(), true, result(llm), TOOK, null),
				new LlmCancel(llm, AT, TOOK, request(), false, nothing(llm), null, null),
				new ChainStart(llm, AT, Map.of("question", "Why?", "history", List.of(new HumanMessage("Hi")))),
				new AgentAction(llm, AT, call), new AgentFinish(llm, AT, new AiMessage("Because")),
				new ToolProgress(llm, AT, "call-1", Map.of("percent", 50)), new Text(llm, AT, "a text"),
				new ChainEnd(llm, AT, TOOK, List.of("a", 1, 2.5, true, new Document("d"))),
				new ChainError(llm, AT, TOOK, new RecordedException("X", null)), new ChainCancel(llm, AT, TOOK),
				new ToolStart(llm, AT, call), new ToolEnd(llm, AT, TOOK, new ToolMessage("call-1", "rain", true)),
				new ToolError(llm, AT, TOOK, "call-1", ERROR), new ToolCancel(llm, AT, TOOK, "call-1"),
				new RetrieverStart(llm, AT, "a query"),
				new RetrieverEnd(llm, AT, TOOK, List.of(new Document("id", "text", Map.of("page", 3), 0.5))),
				new RetrieverError(llm, AT, TOOK, ERROR), new RetrieverCancel(llm, AT, TOOK),
				new CustomEvent(llm, AT, "progress", nullValue("done")));
	}

	static Run run(RunType type, String name, @Nullable Run parent) {
		UUID id = Run.newId();
		return new Run(id, (parent != null) ? parent.id() : null, (parent != null) ? parent.rootId() : id, type, name,
				Set.of("tag"), Map.of("user", "u1", "count", 3), AT);
	}

	static ChatModelStart chatModelStart(Run run) {
		ChatOptions options = ChatOptions.builder()
			.model("m")
			.maxTokens(5)
			.temperature(0.5)
			.topP(0.25)
			.stopSequences(List.of("END"))
			.seed(7L)
			.streaming(true)
			.toolChoice(ToolChoice.tool("weather"))
			.extraBody(Map.of("user", "u"))
			.build();
		AiMessage answer = new AiMessage("Ho", List.of(new ToolCall("c", "t", "{}")), "thinking", Map.of("sig", "s"));
		return new ChatModelStart(run, AT,
				List.of(new SystemMessage("Be brief"), new HumanMessage("Hi"), answer, new ToolMessage("c", "done")),
				options, List.of(tool()), "openai");
	}

	static LlmNewToken token(Run run) {
		ChatChunk chunk = new ChatChunk(1, "Ho", "hm", List.of(new ToolCallChunk(0, "c", "t", "{")), FinishReason.STOP,
				"stop", new TokenUsage(1, 2, 3, 4, 5, 6), "m", "id", Map.of("k", "v"));
		return new LlmNewToken(run, AT, "Ho", 1, chunk);
	}

	static LlmEnd llmEnd(Run run, @Nullable String model, TokenUsage usage) {
		return new LlmEnd(run, AT, TOOK, request(), true, result(run, model, usage), null, null);
	}

	static LlmResult result(Run run, @Nullable String model, TokenUsage usage) {
		ChatGeneration generation = new ChatGeneration(new AiMessage("THE-ANSWER"), FinishReason.STOP, "stop",
				Map.of("logprobs", List.of(0.5)));
		return new LlmResult(List.of(List.of(generation)), new LlmOutput(model, usage, "id"),
				List.of(new RunInfo(run.id())));
	}

	private static LlmResult result(Run run) {
		return result(run, "m", new TokenUsage(5, 7, 12, 1, 2, 3));
	}

	static ChatRequest request() {
		return new ChatRequest(List.of(new HumanMessage("Hi")), ChatOptions.NONE, List.of(tool()));
	}

	private static ToolDefinition tool() {
		return new ToolDefinition("weather", "Tells the weather", "{\"type\":\"object\"}");
	}

	static LlmResult nothing(Run run) {
		return new LlmResult(List.of(List.of()), LlmOutput.NONE, List.of(new RunInfo(run.id())));
	}

	private static Map<String, Object> nullValue(String key) {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		map.put(key, null);
		@SuppressWarnings("unchecked")
		Map<String, Object> typed = (Map<String, Object>) (Map<?, ?>) map;
		return typed;
	}

}
