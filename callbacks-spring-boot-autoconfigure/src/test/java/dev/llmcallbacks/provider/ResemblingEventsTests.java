package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that resemble an earlier one are not parsed: here each answer is read twice, as
 * it is, and with blanks that make each of its events unlike all others.
 */
class ResemblingEventsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final int ANSWERS = 3000;

	private final MemoryExchange exchange = new MemoryExchange();

	@ParameterizedTest
	@EnumSource
	@DisplayName("G27 an event that resembles an earlier one means what it would have meant alone")
	void shouldMeanWhatAParserReads(Dialect dialect) {
		long seed = System.nanoTime();
		System.out.println("Seed of the resembling events: " + seed);
		Random random = new Random(seed);
		ChatModel model = dialect.model(this.exchange);
		for (int number = 0; number < ANSWERS; number++) {
			List<String> payloads = dialect.payloads(random);
			assertThat(read(model, dialect, payloads, 0)).as("answer %d of seed %d: %s", number, seed, payloads)
				.isEqualTo(read(model, dialect, payloads, 1));
		}
	}

	private List<String> read(ChatModel model, Dialect dialect, List<String> payloads, int blanks) {
		StringBuilder body = new StringBuilder();
		for (int i = 0; i < payloads.size(); i++) {
			body.append(dialect.eventLine).append("data: ").append(" ".repeat(blanks * (i + 1)));
			body.append(payloads.get(i)).append("\n\n");
		}
		this.exchange.answer(Response.stream(body.toString().getBytes(StandardCharsets.UTF_8)));
		return model.stream(ProviderFixture.REQUEST)
			.map(Object::toString)
			.onErrorResume((ex) -> Flux.just(ex.toString()))
			.collectList()
			.block(TIMEOUT);
	}

	enum Dialect {

		OPENAI("",
				List.of("""
						{"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"~"},"finish_reason":null}],"usage":null}
						""",
						"""
								{"id":"a","model":"m2","choices":[{"index":0,"delta":{"content":"~"},"finish_reason":null}],"usage":null}
								""",
						"""
								{"choices":[{"index":1,"delta":{"role":"assistant","content":"","reasoning":"~"}}],"obfuscation":"~"}
								""",
						"""
								{"choices":[{"index":0,"delta":{"content":"~"}}],"obfuscation":"~"}
								""", """
								{"choices":[{"index":0,"delta":{"content":"~","reasoning_content":"~"}}]}
								""", """
								{"choices":[{"index":0,"delta":{"reasoning_content":"~","reasoning":"~"}}]}
								""", """
								{"choices":[{"index":0,"delta":{"content":"~","refusal":"no"}}]}
								""",
						"""
								{"choices":[{"index":0,"delta":{"reasoning":"~","reasoning_details":[{"type":"reasoning.text","text":"a","index":0}]}}]}
								""",
						"""
								{"choices":[{"index":0,"message":{"content":"~"}}]}
								""", """
								{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"~"}]}}]}
								""", """
								{"choices":[{"index":0,"delta":{"content":"~","content":"~"}}]}
								""",
						"""
								{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"~"}}]}}]}
								""",
						"""
								{"choices":[{"index":0,"delta":{"content":"~"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}
								""",
						"""
								{"choices":[{"index":0,"delta":{"content":"~"}}],"usage":{"prompt_tokens":1,"completion_tokens":3}}
								""",
						"""
								{"choices":[{"index":0,"delta":{"content":"~"}},{"index":1,"delta":{"content":"~"}}]}
								""", """
								{"choices":[{"index":0,"delta":{"content":"~"},"finish_reason":"stop"}]}
								""", """
								{"choices":[{"index":0,"delta":{"content":"~"},"error":null}],"error":null}
								""", """
								{"model":"m3","choices":[]}
								""", """
								{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":4}}
								""")) {

			@Override
			ChatModel model(MemoryExchange exchange) {
				return OpenAiChatModel.builder()
					.webClientBuilder(exchange.webClientBuilder())
					.baseUrl("http://localhost")
					.defaultOptions(ChatOptions.builder().model("m").build())
					.build();
			}

		},

		ANTHROPIC("event: content_block_delta\n", List.of("""
				{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"~"}}
				""", """
				{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"~"}   }
				""", """
				{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"~"} }
				""", """
				{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"~"}}
				""", """
				{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"~","text":"~"}}
				""", """
				{"type":"content_block_delta","index":0,"delta":{"text":"~"},"usage":{"output_tokens":3}}
				""", """
				{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"~"}}
				""", """
				{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"~"}}
				""", """
				{"type":"content_block_stop","index":0}
				""", """
				{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}
				""")) {

			@Override
			ChatModel model(MemoryExchange exchange) {
				return AnthropicChatModel.builder()
					.webClientBuilder(exchange.webClientBuilder())
					.baseUrl("http://localhost")
					.defaultOptions(ChatOptions.builder().model("m").build())
					.build();
			}

		},

		RESPONSES("event: response.output_text.delta\n", List.of("""
				{"type":"response.output_text.delta","sequence_number":§,"output_index":0,"content_index":0,"delta":"~"}
				""", """
				{"type":"response.output_text.delta","delta":"~","logprobs":[],"output_index":0,"sequence_number":§}
				""", """
				{"type":"response.output_text.delta","delta":"~","obfuscation":"~","output_index":0,"sequence_number":§}
				""", """
				{"type":"response.output_text.delta","sequence_number":§,"delta":"~","obfuscation":"~","output_index":1}
				""", """
				{"delta":"~","sequence_number":§,"output_index":0,"type":"response.output_text.delta"}
				""", """
				{"type":"response.output_text.delta","sequence_number":§.5,"output_index":0,"delta":"~"}
				""", """
				{"type":"response.output_text.delta","sequence_number":"§","output_index":0,"delta":"~","delta":"~"}
				""", """
				{"type":"response.output_text.delta","sequence_number":§,"delta":"~","sequence_number":§}
				""", """
				{"type":"response.reasoning_summary_text.delta","output_index":2,"delta":"~","sequence_number":§}
				""", """
				{"type":"response.reasoning_text.delta","sequence_number":§,"output_index":2,"delta":"~"}
				""", """
				{"type":"response.refusal.delta","sequence_number":§,"output_index":0,"delta":"~"}
				""", """
				{"type":"response.function_call_arguments.delta","output_index":3,"delta":"~","sequence_number":§}
				""", """
				{"type":"response.brand_new.delta","output_index":0,"delta":"~","sequence_number":§}
				""",
				"""
						{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"~"}]}}
						""",
				"""
						{"type":"response.completed","response":{"id":"a","output":[]}}
						""")) {

			@Override
			ChatModel model(MemoryExchange exchange) {
				return OpenAiChatModel.builder()
					.api(OpenAiApi.RESPONSES)
					.webClientBuilder(exchange.webClientBuilder())
					.baseUrl("http://localhost")
					.defaultOptions(ChatOptions.builder().model("m").build())
					.build();
			}

		};

		private static final List<String> TEXTS = List.of("a", " word", "", "\\n", "\\\"", "ä🎉", "}", "\t",
				"x\",\"y\":\"z", "\\u0041");

		private final String eventLine;

		private final List<String> shapes;

		Dialect(String eventLine, List<String> shapes) {
			this.eventLine = eventLine;
			this.shapes = shapes;
		}

		abstract ChatModel model(MemoryExchange exchange);

		// A handful of shapes, so that they come again
		List<String> payloads(Random random) {
			List<String> some = IntStream.range(0, 3).mapToObj((i) -> pick(this.shapes, random)).toList();
			return IntStream.range(0, 1 + random.nextInt(12))
				.mapToObj((i) -> payload(pick(some, random), random))
				.toList();
		}

		private static String payload(String shape, Random random) {
			String payload = shape.strip();
			while (payload.contains("~")) {
				payload = payload.replaceFirst("~", Matcher.quoteReplacement(pick(TEXTS, random)));
			}
			while (payload.contains("§")) {
				payload = payload.replaceFirst("§", String.valueOf(random.nextInt(1 << random.nextInt(20))));
			}
			return (random.nextInt(40) == 0) ? payload.substring(0, random.nextInt(payload.length())) : payload;
		}

		private static String pick(List<String> list, Random random) {
			return list.get(random.nextInt(list.size()));
		}

	}

}
