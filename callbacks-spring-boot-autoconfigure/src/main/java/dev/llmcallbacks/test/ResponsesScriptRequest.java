package dev.llmcallbacks.test;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Reads requests of OpenAI's Responses API. Items of an answer are one message; reasoning
 * and items of other kinds are passed over.
 */
final class ResponsesScriptRequest {

	private final List<ChatMessage> messages = new ArrayList<>();

	private final StringBuilder text = new StringBuilder();

	private final List<ToolCall> calls = new ArrayList<>();

	private boolean answer;

	private ResponsesScriptRequest() {
	}

	static ScriptedQuestion read(JsonNode body) {
		String model = OpenAiScriptRequest.model(body);
		JsonNode input = body.path("input");
		if (!(input.isString() || input.isArray()) || input.isEmpty() && input.isArray()) {
			throw OpenAiScriptRequest.invalid("input", "missing_required_parameter",
					"Missing required parameter: 'input'.");
		}
		int limit = OpenAiScriptRequest.limit(body, "max_output_tokens");
		ChatOptions options = JsonContent.options(body, model)
			.maxTokens((limit != ScriptedQuestion.NO_LIMIT) ? limit : null)
			.toolChoice(JsonContent.toolChoice(body.path("tool_choice").asString("")))
			.build();
		ResponsesScriptRequest request = new ResponsesScriptRequest();
		request.addAll(body.path("instructions"), input);
		return new ScriptedQuestion(new ChatRequest(request.messages, options, tools(body)), model, limit,
				body.path("stream").asBoolean(false), true);
	}

	private void addAll(JsonNode instructions, JsonNode input) {
		if (instructions.isString()) {
			this.messages.add(new SystemMessage(instructions.stringValue()));
		}
		if (input.isString()) {
			this.messages.add(new HumanMessage(input.stringValue()));
		}
		else {
			input.forEach(this::add);
		}
		endAnswer();
	}

	private void add(JsonNode item) {
		switch (item.path("type").asString("message")) {
			case "function_call" -> {
				this.answer = true;
				this.calls.add(new ToolCall(item.path("call_id").asString(""), item.path("name").asString(""),
						item.path("arguments").asString("")));
			}
			case "function_call_output" -> {
				endAnswer();
				this.messages.add(new ToolMessage(item.path("call_id").asString(""),
						JsonContent.text(item.path("output")), JsonContent.media(item.path("output"))));
			}
			case "message" -> addMessage(item.path("role").asString("user"), item.path("content"));
			default -> {
			}
		}
	}

	private void addMessage(String role, JsonNode content) {
		String text = JsonContent.text(content);
		if (role.equals("assistant")) {
			this.answer = true;
			this.text.append(text);
			return;
		}
		endAnswer();
		boolean system = role.equals("system") || role.equals("developer");
		this.messages.add(system ? new SystemMessage(text) : new HumanMessage(text, JsonContent.media(content)));
	}

	private void endAnswer() {
		if (this.answer) {
			this.messages.add(new AiMessage(this.text.toString(), this.calls));
			this.answer = false;
			this.text.setLength(0);
			this.calls.clear();
		}
	}

	private static List<ToolDefinition> tools(JsonNode body) {
		List<ToolDefinition> tools = new ArrayList<>();
		body.path("tools").forEach((tool) -> tools.add(JsonContent.tool(tool, "parameters")));
		return tools;
	}

}
