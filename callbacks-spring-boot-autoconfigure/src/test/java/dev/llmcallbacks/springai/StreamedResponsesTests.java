package dev.llmcallbacks.springai;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

import dev.llmcallbacks.message.ChatChunk;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StreamedResponses}.
 */
class StreamedResponsesTests {

	private final StreamedResponses responses = new StreamedResponses();

	@Test
	void shouldKeepFragmentsOfReasoning() {
		assertThat(reasoning("Time ", "flies ", "Time ", "like")).containsExactly("Time ", "flies ", "Time ", "like");
	}

	@Test
	void shouldLeaveOutRepeatedReasoning() {
		assertThat(reasoning("Time ", "Time flies ", "Time flies ", "Time flies like")).containsExactly("Time ",
				"flies ", "like");
		assertThat(this.responses.isBegun()).isTrue();
	}

	@Test
	void shouldLeaveOutReasoningThatIsRepeatedAsAWhole() {
		assertThat(reasoning("Time ", "flies ", "like", "Time flies like")).containsExactly("Time ", "flies ", "like");
	}

	@Test
	@DisplayName("G41 long reasoning takes linear time")
	@Timeout(value = 60, unit = TimeUnit.SECONDS)
	void shouldNotCopyLongReasoning() {
		String fragment = " Time flies like an arrow, fruit flies like a banana.";
		for (int i = 0; i < 300_000; i++) {
			assertThat(chunk(i + fragment).reasoning()).isEqualTo(i + fragment);
		}
	}

	private List<String> reasoning(String... fragments) {
		return Stream.of(fragments).map((fragment) -> chunk(fragment).reasoning()).filter(Objects::nonNull).toList();
	}

	private ChatChunk chunk(String reasoning) {
		AssistantMessage message = AssistantMessage.builder()
			.content("")
			.properties(Map.of("reasoningContent", reasoning))
			.build();
		return this.responses.toChunks(new ChatResponse(List.of(new Generation(message)))).get(0);
	}

}
