package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Answers of one protocol to begin with: streams, whole answers, errors.
 *
 * @param fixture the protocol
 * @param answers the bodies
 */
record FuzzCorpus(ProviderFixture fixture, List<byte[]> answers) {

	private static final String OPENAI_ACCENTS = """
			data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]}

			data: {"id":"a","model":"m","choices":[{"index":0,"delta":{"content":[{"type":"text","text":"x"},{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}},{"index":1,"delta":{"content":"two"}}]}

			data: {"choices":[{"index":1,"delta":{"refusal":"No","reasoning_content":"because"},"finish_reason":"length"}]}

			data: {"choices":[{"index":0,"delta":{"tool_calls":[{"id":"x","function":{"name":"f","arguments":null}},{"id":"x","function":{"name":"g","arguments":"{}"}}]}}]}

			data: {"choices":[{"index":0,"delta":{"function_call":{"name":"f","arguments":"{\\"a\\":1}"}},"finish_reason":"function_call"}],"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":4}}}

			data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9,"total_tokens":16,"completion_tokens_details":{"reasoning_tokens":2}}}

			data: [DONE]

			""";

	private static final String ANTHROPIC_BLOCKS = """
			event: message_start
			data: {"type":"message_start","message":{"id":"a","model":"m","usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1}}}

			event: content_block_start
			data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}

			event: content_block_stop
			data: {"type":"content_block_stop","index":0}

			event: content_block_start
			data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"eHg="}}

			event: content_block_start
			data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":[1]}"}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"cited_text":"x"}}}

			event: message_delta
			data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":12}}

			event: message_stop
			data: {"type":"message_stop"}

			""";

	static FuzzCorpus of(ProviderFixture fixture) {
		boolean anthropic = fixture.provider().equals("anthropic");
		String stream = String.join("", fixture.transcript());
		List<String> answers = List.of(stream, stream, stream.replace("\n", "\r\n"),
				anthropic ? ANTHROPIC_BLOCKS : OPENAI_ACCENTS, anthropic ? ANTHROPIC_BLOCKS : OPENAI_ACCENTS,
				fixture.wholeAnswer(), fixture.error("overloaded_error", "Busy"),
				fixture.transcript().get(0) + "event: error\ndata: " + fixture.error("api_error", "No") + "\n\n");
		return new FuzzCorpus(fixture,
				answers.stream().map((answer) -> answer.getBytes(StandardCharsets.UTF_8)).toList());
	}

}
