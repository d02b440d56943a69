package dev.llmcallbacks.benchmarks.load;

import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
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
		String end(int tokens) {
			return openAiEvent(openAiChoice("{}", "\"stop\""), "null")
					+ openAiEvent("", "{\"prompt_tokens\":14,\"completion_tokens\":" + tokens + ",\"total_tokens\":"
							+ (14 + tokens) + ",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
							+ "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}")
					+ "data: [DONE]\n\n";
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
		String end(int tokens) {
			return anthropicEvent("content_block_stop", "\"index\":0", 7)
					+ anthropicEvent("message_delta",
							"\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
									+ "\"usage\":{\"output_tokens\":" + tokens + "}",
							12)
					+ "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
		}

	};

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

	abstract String end(int tokens);

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
		return new Transcript(render(tokens, Tokens::json), tokens, plain.length());
	}

	/**
	 * Write an answer each of whose tokens is a stamp.
	 * @param tokens how many tokens it is to have
	 * @return the answer, with stamps that tell nothing yet
	 */
	public Transcript stamped(int tokens) {
		return new Transcript(render(tokens, (index) -> '"' + Stamp.BLANK + '"'), tokens,
				tokens * Stamp.BLANK.length());
	}

	private String render(int tokens, IntFunction<String> json) {
		StringBuilder text = new StringBuilder(begin());
		join(text, tokens, (index) -> token(index, json.apply(index)));
		return text.append(end(tokens)).toString();
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

	private static String anthropicEvent(String type, String fields, int padding) {
		return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + " ".repeat(padding) + "}\n\n";
	}

}
