package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

class OpenAiContractTests extends ChatModelContractTests {

	@Override
	String provider() {
		return "openai";
	}

	@Override
	ChatModel model(String url, WebClient.Builder webClientBuilder, int maxEventSize, ChatOptions options) {
		return OpenAiChatModel.builder()
			.baseUrl(url)
			.apiKey(KEY)
			.webClientBuilder(webClientBuilder)
			.maxEventSize(maxEventSize)
			.defaultOptions(options)
			.build();
	}

	@Override
	List<String> transcript() {
		return List.of(
				event("{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}"),
				event("{\"index\":0,\"delta\":{\"content\":\"Grüße\"},\"finish_reason\":null}"), textEvent(" 🦅!"),
				event("{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
						+ "\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}}"),
				event("{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}]}}"),
				event("{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Köln\\\"}\"}}]}}"),
				event("{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}"),
				"data: {\"id\":\"answer_1\",\"model\":\"test-model-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
						+ "\"completion_tokens\":5,\"total_tokens\":15,\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n",
				"data: [DONE]\n\n");
	}

	private static String event(String choice) {
		return "data: {\"id\":\"answer_1\",\"object\":\"chat.completion.chunk\",\"model\":\"test-model-1\",\"choices\":["
				+ choice + "]}\n\n";
	}

	@Override
	int completeAfter() {
		return 7;
	}

	@Override
	String textEvent(String text) {
		return event("{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}");
	}

	@Override
	String wholeAnswer() {
		return """
				{"id":"answer_1","object":"chat.completion","model":"test-model-1","choices":[{"index":0,"message":
				{"role":"assistant","content":"Grüße 🦅!","tool_calls":[{"id":"call_1","type":"function",
				"function":{"name":"weather","arguments":"{\\"city\\":\\"Köln\\"}"}}]},"finish_reason":"tool_calls"}],
				"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,
				"prompt_tokens_details":{"cached_tokens":4}}}""";
	}

	private ChatResponse read(String... payloads) {
		return answer(chunks(payloads));
	}

	private List<ChatChunk> chunks(String... payloads) {
		StringBuilder stream = new StringBuilder();
		for (String payload : payloads) {
			stream.append("data: ").append(payload).append("\n\n");
		}
		return model(server(Response.stream(stream.toString().getBytes(StandardCharsets.UTF_8)))).stream(REQUEST)
			.collectList()
			.block(TIMEOUT);
	}

	@Test
	void shouldKeepChoicesApart() {
		ChatResponse response = read(
				"{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}},{\"delta\":{\"content\":\"b\"},\"index\":1}]}",
				"{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"B\",\"tool_calls\":[{\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}",
				"{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}",
				"{\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]}");
		assertThat(response.generations()).extracting(ChatGeneration::text).containsExactly("a", "bB");
		assertThat(response.generations()).extracting(ChatGeneration::finishReason)
			.containsExactly(FinishReason.STOP, FinishReason.LENGTH);
		assertThat(response.generations())
			.allSatisfy((generation) -> assertThat(generation.message().toolCalls()).extracting(ToolCall::id)
				.containsExactly("x"));
	}

	@Test
	@DisplayName("G26 without [DONE], every choice must have a finish reason")
	void shouldFailWhenOneOfTwoChoicesIsUnfinished() {
		String stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"},"
				+ "{\"index\":1,\"delta\":{\"content\":\"b\"}}]}\n\n";
		assertThat(failure(Response.stream(stream.getBytes(StandardCharsets.UTF_8))))
			.isInstanceOf(StreamTruncatedException.class);
	}

	@Test
	@DisplayName("G26 [DONE] completes an answer without finish reason")
	void shouldCompleteWhenOnlyDoneIsSent() {
		assertThat(read("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", "[DONE]").generations().get(0).text())
			.isEqualTo("a");
	}

	@Test
	void shouldReadAccents() {
		ChatResponse response = read("{\"choices\":[],\"id\":\"\",\"model\":\"\",\"prompt_filter_results\":[{}]}", "{}",
				"{\"id\":null,\"choices\":null}", "{\"choices\":[{\"index\":0,\"finish_reason\":null}]}",
				"{\"choices\":[{\"delta\":null}],\"model\":\"m\"}",
				"{\"choices\":[{\"delta\":{\"reasoning\":\"th\",\"reasoning_content\":\"th\",\"content\":null}}]}",
				"{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"ink\"}]}]}}]}",
				"{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"he\"},\"l\",{\"type\":\"text\",\"text\":\"lo\"}]}}]}",
				"{\"choices\":[{\"delta\":{\"content\":\"!\"},\"finish_reason\":\"eos\"}],"
						+ "\"x_groq\":{\"id\":\"r\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}}");
		assertThat(response.generations().get(0).text()).isEqualTo("hello!");
		assertThat(response.generations().get(0).message().reasoning()).isEqualTo("think");
		assertThat(response.llmOutput().tokenUsage().total()).isEqualTo(5);
		assertThat(response.llmOutput().modelName()).isEqualTo("m");
	}

	@Test
	void shouldReadToolCallsWhenTheyAreNumberedBadly() {
		ChatResponse response = read(
				"{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1}}}]}}]}",
				"{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":null}}]}}]}",
				"{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"{}\"}}]}}]}",
				"{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"h\"}}]}}]}",
				"{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"d\",\"function\":{\"name\":\"i\",\"arguments\":\"{\"}}]}}]}",
				"{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"d\",\"function\":{\"name\":\"i\",\"arguments\":\"}\"}}]},\"finish_reason\":\"tool_calls\"}]}");
		List<ToolCall> calls = response.generations().get(0).message().toolCalls();
		assertThat(calls).extracting((call) -> call.id() + call.name() + call.arguments())
			.containsExactly("af{\"x\":1}", "bg{}", "ch{}", "di{}");
	}

	@Test
	void shouldCollectRefusal() {
		ChatGeneration generation = read("{\"choices\":[{\"delta\":{\"content\":null,\"refusal\":\"\"}}]}",
				"{\"choices\":[{\"delta\":{\"refusal\":\"I can't\"}}]}",
				"{\"choices\":[{\"delta\":{\"refusal\":\" do it\"}}]}",
				"{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", "[DONE]")
			.generations()
			.get(0);
		assertThat(generation.details()).containsEntry("refusal", "I can't do it");
	}

	@Test
	@DisplayName("G28 an error beside the choices fails the answer after its text")
	void shouldFailWhenErrorStandsBesideChoices() {
		for (String error : List.of(
				"{\"error\":{\"code\":502,\"message\":\"Gone\"},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"error\"}]}",
				"{\"error\":\"Gone\"}",
				"{\"object\":\"error\",\"message\":\"Gone\",\"type\":\"InternalServerError\",\"code\":500}",
				"{\"detail\":\"Gone\"}")) {
			assertThat(failure(Response.stream(("data: " + error + "\n\n").getBytes(StandardCharsets.UTF_8))))
				.isExactlyInstanceOf(ServerErrorException.class)
				.hasMessageContaining("Gone");
		}
	}

	@Test
	void shouldIgnoreErrorThatIsNone() {
		assertThat(read("{\"error\":null,\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}",
				"{\"error\":{},\"choices\":[]}", "{\"error\":\"\"}")
			.generations()).hasSize(1);
	}

	@Test
	void shouldReuseModelAndIdAndTellNothingTwice() {
		List<ChatChunk> chunks = chunks(
				"{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}",
				"{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"\"}}]}",
				"{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
				"{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"b\"}}]}", "[DONE]",
				"{\"choices\":[{\"delta\":{\"content\":\"after the end\"}}]}");
		assertThat(chunks).extracting(ChatChunk::text).containsExactly("", "a", "b");
		assertThat(chunks.get(2).model()).isSameAs(chunks.get(0).model());
		assertThat(chunks.get(2).id()).isSameAs(chunks.get(0).id());
	}

	@Test
	void shouldNotRepeatWholeMessageBesideDeltas() {
		List<String> texts = new ArrayList<>();
		texts.add(read("{\"choices\":[{\"delta\":{\"content\":\"1 \"},\"message\":{\"content\":\"1 \"}}]}",
				"{\"choices\":[{\"message\":{\"content\":\"1 2\"},\"delta\":{\"content\":\"2\"}}]}",
				"{\"choices\":[{\"message\":{\"content\":\"1 2\"},\"finish_reason\":\"stop\"}]}")
			.generations()
			.get(0)
			.text());
		texts.add(read("{\"choices\":[{\"message\":{\"content\":\"whole\"},\"finish_reason\":\"stop\"}]}").generations()
			.get(0)
			.text());
		assertThat(texts).containsExactly("1 2", "whole");
	}

}
