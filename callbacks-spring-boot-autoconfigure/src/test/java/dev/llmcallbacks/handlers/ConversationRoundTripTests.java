package dev.llmcallbacks.handlers;

import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ToolMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random conversations through JSON and back.
 */
class ConversationRoundTripTests {

	private static final int ROUNDS = 2_000;

	@Test
	@DisplayName("G34 any conversation survives being written with its media and read")
	void shouldReadAnyConversationThatItWrites() {
		long seed = System.nanoTime();
		System.out.println("seed of the conversations: " + seed);
		RandomConversation conversations = new RandomConversation(seed);
		for (int round = 0; round < ROUNDS; round++) {
			List<ChatMessage> messages = conversations.next();
			String json = CallbackEventJson.writeWithMedia(messages);
			assertThat(json).as("seed %d, round %d", seed, round).doesNotContain("\n", "\r", "\u2028");
			assertThat(CallbackEventJson.readMessages(json)).as("seed %d, round %d", seed, round).isEqualTo(messages);
			for (ChatMessage message : messages) {
				assertThat(CallbackEventJson.readMessage(CallbackEventJson.writeWithMedia(message)))
					.as("seed %d, round %d", seed, round)
					.isEqualTo(message);
			}
		}
	}

	@Test
	@DisplayName("a conversation that is written without the bytes of its media differs in nothing else")
	void shouldLeaveNothingOutButBytes() {
		long seed = System.nanoTime();
		System.out.println("seed of the conversations: " + seed);
		RandomConversation conversations = new RandomConversation(seed);
		for (int round = 0; round < ROUNDS; round++) {
			List<ChatMessage> messages = conversations.next();
			String json = CallbackEventJson.write(messages);
			assertThat(CallbackEventJson.readMessages(json)).as("seed %d, round %d", seed, round)
				.isEqualTo(messages.stream().map(ConversationRoundTripTests::withoutData).toList());
		}
	}

	@Test
	@DisplayName("a Jackson of the application reads a message with media as it writes it")
	void shouldBeReadByPlainJackson() {
		HumanMessage message = new HumanMessage("Look",
				List.of(Media.of("image/png", new byte[] { 1, 2, 3 }).named("a.png")));
		JsonMapper mapper = JsonMapper.shared();
		assertThat(mapper.readValue(mapper.writeValueAsString(message), HumanMessage.class)).isEqualTo(message);
		assertThat(mapper.readValue("{\"text\":\"Hi\"}", HumanMessage.class)).isEqualTo(new HumanMessage("Hi"));
	}

	private static ChatMessage withoutData(ChatMessage message) {
		List<Media> media = message.media().stream().map(Media::withoutData).toList();
		if (message instanceof HumanMessage human) {
			return new HumanMessage(human.text(), media);
		}
		return (message instanceof ToolMessage result)
				? new ToolMessage(result.toolCallId(), result.text(), result.error(), media) : message;
	}

}
