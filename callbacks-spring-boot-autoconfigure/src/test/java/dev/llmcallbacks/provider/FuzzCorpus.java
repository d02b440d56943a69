package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

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

	private static final String RESPONSES_ITEMS = """
			event: response.created
			data: {"type":"response.created","sequence_number":0,"response":{"id":"a","model":"m","status":"in_progress","error":null,"output":[]}}

			event: response.output_item.added
			data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"rs","type":"reasoning","encrypted_content":"eA==","summary":[]}}

			event: response.reasoning_summary_text.delta
			data: {"type":"response.reasoning_summary_text.delta","sequence_number":2,"output_index":0,"summary_index":0,"delta":"hm","obfuscation":"abc"}

			event: response.output_item.done
			data: {"type":"response.output_item.done","sequence_number":3,"output_index":0,"item":{"id":"rs","type":"reasoning","status":"completed","encrypted_content":"eQ==","summary":[{"type":"summary_text","text":"hm"}]}}

			event: response.output_item.done
			data: {"type":"response.output_item.done","sequence_number":4,"output_index":1,"item":{"id":"ws","type":"web_search_call","status":"completed","action":{"type":"search"}}}

			event: response.refusal.delta
			data: {"type":"response.refusal.delta","sequence_number":5,"output_index":2,"content_index":0,"delta":"No"}

			event: response.output_item.added
			data: {"type":"response.output_item.added","sequence_number":6,"output_index":3,"item":{"id":"fc","type":"function_call","call_id":"c","name":"f","arguments":""}}

			event: response.function_call_arguments.delta
			data: {"type":"response.function_call_arguments.delta","sequence_number":7,"output_index":3,"delta":"{\\"a\\":[1]}"}

			event: response.output_item.done
			data: {"type":"response.output_item.done","sequence_number":8,"output_index":3,"item":{"id":"fc","type":"function_call","call_id":"c","name":"f","arguments":"{\\"a\\":[1]}"}}

			event: response.incomplete
			data: {"type":"response.incomplete","sequence_number":9,"response":{"id":"a","model":"m","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"id":"rs","type":"reasoning"},{"id":"m","type":"message","content":[{"type":"output_text","text":"x"}]}],"usage":{"input_tokens":3,"output_tokens":4}}}

			""";

	private static final Map<String, String> ACCENTS = Map.of("openai", OPENAI_ACCENTS, "anthropic", ANTHROPIC_BLOCKS,
			"responses", RESPONSES_ITEMS);

	static FuzzCorpus of(ProviderFixture fixture) {
		String accents = ACCENTS.get(fixture.protocol());
		String stream = String.join("", fixture.transcript());
		List<String> answers = List.of(stream, stream, stream.replace("\n", "\r\n"), accents, accents,
				fixture.wholeAnswer(), fixture.error("overloaded_error", "Busy"),
				fixture.transcript().get(0) + "event: error\ndata: " + fixture.error("api_error", "No") + "\n\n");
		return new FuzzCorpus(fixture,
				answers.stream().map((answer) -> answer.getBytes(StandardCharsets.UTF_8)).toList());
	}

}
