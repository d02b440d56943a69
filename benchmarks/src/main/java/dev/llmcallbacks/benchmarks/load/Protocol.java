package dev.llmcallbacks.benchmarks.load;

import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

/**
 * A provider's protocol, and what a measurement has to know of it. The answers have the
 * fields, and the order and spacing of fields, that the providers' own had in 2025.
 */
public enum Protocol {

	/** OpenAI's Chat Completions. */
	OPENAI("/v1/chat/completions") {

		@Override
		public ChatModel chatModel(WebClient.Builder webClientBuilder, String baseUrl) {
			return OpenAiChatModel.builder().webClientBuilder(webClientBuilder).baseUrl(baseUrl + "/v1").build();
		}

		@Override
		String textField() {
			return "content";
		}

		@Override
		String text(JsonNode event) {
			return event.path("choices").path(0).path("delta").path("content").asString("");
		}

		@Override
		String begin() {
			return openAiEvent(openAiChoice("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"),
					"null");
		}

		@Override
		String token(int index, String json) {
			return openAiEvent(openAiChoice("{\"content\":" + json + "}", "null"), "null");
		}

		@Override
		String end(int tokens, String json) {
			return openAiEvent(openAiChoice("{}", "\"stop\""), "null")
					+ openAiEvent("", "{\"prompt_tokens\":14,\"completion_tokens\":" + tokens + ",\"total_tokens\":"
							+ (14 + tokens) + ",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
							+ "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}")
					+ "data: [DONE]\n\n";
		}

	},

	/** OpenAI's Responses API. */
	RESPONSES("/v1/responses") {

		@Override
		public ChatModel chatModel(WebClient.Builder webClientBuilder, String baseUrl) {
			return OpenAiChatModel.builder()
				.webClientBuilder(webClientBuilder)
				.api(OpenAiApi.RESPONSES)
				.baseUrl(baseUrl + "/v1")
				.build();
		}

		@Override
		String textField() {
			return "delta";
		}

		@Override
		String text(JsonNode event) {
			return event.path("delta").asString("");
		}

		@Override
		String begin() {
			return responsesEvent("response.created", response("in_progress", "", "null") + ",\"sequence_number\":0")
					+ responsesEvent("response.in_progress",
							response("in_progress", "", "null") + ",\"sequence_number\":1")
					+ responsesEvent("response.output_item.added",
							"\"item\":" + responsesMessage("in_progress", "")
									+ ",\"output_index\":0,\"sequence_number\":2")
					+ responsesEvent("response.content_part.added", "\"content_index\":0,\"item_id\":\"" + MESSAGE
							+ "\",\"output_index\":0,\"part\":" + responsesText("") + ",\"sequence_number\":3");
		}

		@Override
		String token(int index, String json) {
			return responsesEvent("response.output_text.delta",
					"\"content_index\":0,\"delta\":" + json + ",\"item_id\":\"" + MESSAGE
							+ "\",\"logprobs\":[],\"obfuscation\":\"" + "9MQvKDiTZFjeXoPh".substring(index * 5 % 13)
							+ "\",\"output_index\":0,\"sequence_number\":" + (index + 4));
		}

		@Override
		String end(int tokens, String json) {
			String part = responsesText(json);
			String usage = "{\"input_tokens\":14,\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":"
					+ tokens + ",\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":" + (14 + tokens)
					+ "}";
			String place = "\"content_index\":0,\"item_id\":\"" + MESSAGE + "\",";
			int number = tokens + 4;
			return responsesEvent("response.output_text.done",
					place + "\"logprobs\":[],\"output_index\":0,\"sequence_number\":" + number + ",\"text\":\"" + json
							+ "\"")
					+ responsesEvent("response.content_part.done",
							place + "\"output_index\":0,\"part\":" + part + ",\"sequence_number\":" + (number + 1))
					+ responsesEvent("response.output_item.done",
							"\"item\":" + responsesMessage("completed", part)
									+ ",\"output_index\":0,\"sequence_number\":" + (number + 2))
					+ responsesEvent("response.completed",
							response("completed", responsesMessage("completed", part), usage) + ",\"sequence_number\":"
									+ (number + 3));
		}

	},

	/** Anthropic's Messages. */
	ANTHROPIC("/v1/messages") {

		@Override
		public ChatModel chatModel(WebClient.Builder webClientBuilder, String baseUrl) {
			return AnthropicChatModel.builder().webClientBuilder(webClientBuilder).baseUrl(baseUrl).build();
		}

		@Override
		String textField() {
			return "text";
		}

		@Override
		String text(JsonNode event) {
			return event.path("delta").path("text").asString("");
		}

		@Override
		String begin() {
			return anthropicEvent("message_start",
					"\"message\":{\"id\":\"msg_01N1s2vim6CWk85jtJPHcuea\",\"type\":\"message\",\"role\":\"assistant\","
							+ "\"model\":\"claude-sonnet-4-5\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
							+ "\"usage\":{\"input_tokens\":18,\"cache_creation_input_tokens\":0,"
							+ "\"cache_read_input_tokens\":0,\"output_tokens\":1,\"service_tier\":\"standard\"}}",
					4)
					+ anthropicEvent("content_block_start",
							"\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}", 10)
					+ "event: ping\ndata: {\"type\": \"ping\"}\n\n";
		}

		@Override
		String token(int index, String json) {
			return anthropicEvent("content_block_delta",
					"\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + json + "}", index * 7 % 13);
		}

		@Override
		String end(int tokens, String json) {
			return anthropicEvent("content_block_stop", "\"index\":0", 7)
					+ anthropicEvent("message_delta",
							"\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
									+ "\"usage\":{\"output_tokens\":" + tokens + "}",
							12)
					+ "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
		}

	};

	private static final String MESSAGE = "msg_03dde746326e8761006a03bcd853ac8190aed0655de792075a";

	private final String path;

	Protocol(String path) {
		this.path = path;
	}

	/**
	 * Make the library's model.
	 * @param webClientBuilder what its HTTP client is built from
	 * @param baseUrl scheme, host and port
	 * @return the model
	 */
	public abstract ChatModel chatModel(WebClient.Builder webClientBuilder, String baseUrl);

	/**
	 * Return the name of the field that holds a token's text.
	 * @return the name
	 */
	abstract String textField();

	/**
	 * Return the text of the token that an event holds.
	 * @param event the event's data
	 * @return the text, empty if the event holds none
	 */
	abstract String text(JsonNode event);

	abstract String begin();

	abstract String token(int index, String json);

	/**
	 * Write the last events.
	 * @param tokens how many tokens the answer has
	 * @param json its text, escaped, for a protocol that repeats it
	 * @return the events
	 */
	abstract String end(int tokens, String json);

	/**
	 * Return where requests are posted.
	 * @return the path below the base URL
	 */
	public String path() {
		return this.path;
	}

	/**
	 * Write an answer.
	 * @param tokens how many tokens it is to have, each in an event of its own
	 * @return the answer
	 */
	public Transcript transcript(int tokens) {
		StringBuilder plain = join(new StringBuilder(), tokens, Tokens::get);
		String json = join(new StringBuilder(), tokens, (index) -> unquoted(Tokens.json(index))).toString();
		return new Transcript(render(tokens, Tokens::json, json), tokens, plain.length());
	}

	/**
	 * Write an answer each of whose tokens is a stamp.
	 * @param tokens how many tokens it is to have
	 * @return the answer, with stamps that tell nothing yet
	 */
	public Transcript stamped(int tokens) {
		return new Transcript(render(tokens, (index) -> '"' + Stamp.BLANK + '"', ""), tokens,
				tokens * Stamp.BLANK.length());
	}

	private String render(int tokens, IntFunction<String> json, String whole) {
		StringBuilder text = new StringBuilder(begin());
		join(text, tokens, (index) -> token(index, json.apply(index)));
		return text.append(end(tokens, whole)).toString();
	}

	private static String unquoted(String json) {
		return json.substring(1, json.length() - 1);
	}

	private static StringBuilder join(StringBuilder target, int count, IntFunction<String> part) {
		IntStream.range(0, count).mapToObj(part).forEach(target::append);
		return target;
	}

	private static String openAiEvent(String choices, String usage) {
		return "data: {\"id\":\"chatcmpl-BpJBM4XqgLRpLxmTeun39ESCNhQwb\",\"object\":\"chat.completion.chunk\","
				+ "\"created\":1751568164,\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\","
				+ "\"system_fingerprint\":\"fp_07871e2ad8\",\"choices\":[" + choices + "],\"usage\":" + usage + "}\n\n";
	}

	private static String openAiChoice(String delta, String finishReason) {
		return "{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finishReason + "}";
	}

	private static String responsesEvent(String type, String fields) {
		return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
	}

	private static String response(String status, String output, String usage) {
		return "\"response\":{\"id\":\"resp_03dde746326e8761006a03bcd7a4788190a77488475871067d\","
				+ "\"object\":\"response\",\"created_at\":1778629847,\"status\":\"" + status
				+ "\",\"background\":false,\"error\":null,\"incomplete_details\":null,\"instructions\":null,"
				+ "\"max_output_tokens\":null,\"model\":\"gpt-4o-mini-2024-07-18\",\"output\":[" + output
				+ "],\"parallel_tool_calls\":true,\"previous_response_id\":null,"
				+ "\"reasoning\":{\"effort\":null,\"summary\":null},\"service_tier\":\"default\",\"store\":false,"
				+ "\"temperature\":1.0,\"text\":{\"format\":{\"type\":\"text\"}},\"tool_choice\":\"auto\","
				+ "\"tools\":[],\"top_p\":1.0,\"truncation\":\"disabled\",\"usage\":" + usage
				+ ",\"user\":null,\"metadata\":{}}";
	}

	private static String responsesMessage(String status, String part) {
		return "{\"id\":\"" + MESSAGE + "\",\"type\":\"message\",\"status\":\"" + status + "\",\"content\":[" + part
				+ "],\"role\":\"assistant\"}";
	}

	private static String responsesText(String json) {
		return "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"" + json + "\"}";
	}

	private static String anthropicEvent(String type, String fields, int padding) {
		return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + " ".repeat(padding) + "}\n\n";
	}

}
