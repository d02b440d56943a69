package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

class WireLoggingTests {

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Level level = this.root.getLevel();

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.lines.list = Collections.synchronizedList(new ArrayList<>());
		this.lines.start();
		this.root.setLevel(Level.DEBUG);
		this.root.addAppender(this.lines);
	}

	@AfterEach
	void restore() {
		this.root.detachAppender(this.lines);
		this.root.setLevel(this.level);
	}

	@Test
	@DisplayName("G31 at DEBUG, prompts, answers and keys are logged by nothing")
	void shouldLogNeitherPromptNorAnswerNorKey() {
		String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"THE-ANSWER\"},\"finish_reason\":\"stop\"}]}\n\n";
		String whole = "{\"choices\":[{\"message\":{\"content\":\"THE-ANSWER\"},\"finish_reason\":\"stop\"}]}";
		String error = "{\"error\":{\"message\":\"THE-ANSWER\"}}";
		for (Response response : List.of(Response.stream(chunk.getBytes(StandardCharsets.UTF_8)),
				Response.json(200, whole), Response.json(500, error))) {
			try (SocketServer server = SocketServer.answering(response)) {
				ChatModel model = OpenAiChatModel.builder()
					.baseUrl(server.url())
					.apiKey("THE-SECRET-KEY")
					.defaultOptions(ChatOptions.builder().model("m").build())
					.build();
				ChatRequest request = new ChatRequest(List.of(new HumanMessage("THE-PROMPT")));
				model.stream(request).onErrorComplete().blockLast(ProviderFixture.TIMEOUT);
				model.call(request).onErrorComplete().block(ProviderFixture.TIMEOUT);
			}
		}
		String logged = List.copyOf(this.lines.list)
			.stream()
			.map(ILoggingEvent::getFormattedMessage)
			.collect(Collectors.joining("\n"));
		assertThat(logged).contains("HTTP POST").doesNotContain("THE-PROMPT", "THE-ANSWER", "THE-SECRET-KEY");
	}

}
