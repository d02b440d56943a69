package dev.llmcallbacks.client;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

import dev.llmcallbacks.message.ChatMessage;

/**
 * Limits of the media in the messages of a call. A call beyond them fails before a run
 * begins and before anything is sent.
 *
 * @param maxCount how many files there may be
 * @param maxSize how many bytes all of them together may have; files by URL do not count
 */
public record MediaLimits(int maxCount, DataSize maxSize) {

	/**
	 * A hundred files of 32 MB together.
	 */
	public static final MediaLimits DEFAULT = new MediaLimits(100, DataSize.ofMegabytes(32));

	public MediaLimits {
		if (maxCount < 0) {
			throw new IllegalArgumentException("'max-media-count' must not be negative, but is " + maxCount);
		}
		if (Objects.requireNonNull(maxSize, "max-media-size").isNegative()) {
			throw new IllegalArgumentException("'max-media-size' must not be negative, but is " + maxSize);
		}
	}

	/**
	 * Check messages.
	 * @param messages the messages
	 * @return what is wrong with them, or {@code null}
	 */
	@Nullable String check(List<ChatMessage> messages) {
		long count = 0;
		long size = 0;
		for (ChatMessage message : messages) {
			count += message.media().size();
			size += message.media().stream().mapToLong((media) -> (media.uri() == null) ? media.size() : 0).sum();
		}
		if (count > this.maxCount) {
			return "The messages have %d files, more than the client's limit ('max-media-count') of %d".formatted(count,
					this.maxCount);
		}
		return (size <= this.maxSize.toBytes()) ? null
				: "The files of the messages have %d bytes, more than the client's limit ('max-media-size') of %d"
					.formatted(size, this.maxSize.toBytes());
	}

}
