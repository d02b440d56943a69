package dev.llmcallbacks.handlers;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Conversations with anything in them that a message can hold.
 */
final class RandomConversation {

	private static final String[] FRAGMENTS = { "", " ", "\n", "Grüße", "🦅", "\ud83e", "\udd85", "\u0000", "\u2028",
			"\u202e", "\"\\/", "{\"role\":\"AiMessage\"}", "@type", "null", "<b>&amp;</b>", "\t\r", "text:3" };

	private static final String[] MEDIA_TYPES = { "image/png", "application/pdf", "text/plain; charset=utf-8",
			"audio/wav" };

	private final Random random;

	RandomConversation(long seed) {
		this.random = new Random(seed);
	}

	List<ChatMessage> next() {
		return list(6, this::message);
	}

	private ChatMessage message() {
		return switch (this.random.nextInt(4)) {
			case 0 -> new SystemMessage(text());
			case 1 -> new HumanMessage(text(), list(3, this::media));
			case 2 ->
				new AiMessage(text(), list(3, this::toolCall), this.random.nextBoolean() ? text() : null, details());
			default -> new ToolMessage(text(), text(), this.random.nextBoolean(), list(2, this::media));
		};
	}

	private ToolCall toolCall() {
		return new ToolCall(text(), text(), text(), values(3), values(2));
	}

	// Content as a provider sent it, which goes back byte for byte, or anything else
	private Map<String, Object> details() {
		if (this.random.nextBoolean()) {
			return values(3);
		}
		return Map.of("origin", "anthropic", "content", list(4, () -> switch (this.random.nextInt(3)) {
			case 0 -> "tool_call";
			case 1 -> "text:" + this.random.nextInt(9) + "{ \"citations\" : [ ] }";
			default -> "{\"type\":\"thinking\", \"n\":1.0e-7,\"thinking\":\"\\u00fc" + text() + "\"}";
		}));
	}

	private Media media() {
		String type = MEDIA_TYPES[this.random.nextInt(MEDIA_TYPES.length)];
		Media media;
		if (this.random.nextBoolean()) {
			byte[] bytes = new byte[1 + this.random.nextInt(50)];
			this.random.nextBytes(bytes);
			media = Media.of(type, bytes);
		}
		else {
			media = Media.of(type, URI.create("https://files.test/%C3%BC?n=" + this.random.nextInt(9)));
		}
		return this.random.nextBoolean() ? media.named(text()) : media;
	}

	private String text() {
		StringBuilder text = new StringBuilder();
		for (int i = this.random.nextInt(4); i > 0; i--) {
			text.append(FRAGMENTS[this.random.nextInt(FRAGMENTS.length)]);
		}
		return text.toString();
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> values(int depth) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (int i = this.random.nextInt(4); i > 0; i--) {
			Object value = value(depth - 1);
			values.put(text(), (value != null) ? value : "");
		}
		return (Map<String, Object>) (Map<?, ?>) values;
	}

	private @Nullable Object value(int depth) {
		return switch (this.random.nextInt((depth > 0) ? 8 : 6)) {
			case 0 -> null;
			case 1 -> this.random.nextBoolean();
			case 2 -> this.random.nextInt();
			case 3 -> this.random.nextLong();
			case 4 -> this.random.nextDouble();
			case 5 -> text();
			case 6 -> values(depth);
			default -> {
				List<@Nullable Object> values = new ArrayList<>();
				IntStream.range(0, this.random.nextInt(4)).forEach((i) -> values.add(value(depth - 1)));
				yield values;
			}
		};
	}

	private <T> List<T> list(int max, Supplier<? extends T> element) {
		List<T> list = new ArrayList<>();
		for (int i = this.random.nextInt(max + 1); i > 0; i--) {
			list.add(element.get());
		}
		return list;
	}

}
