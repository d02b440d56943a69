package dev.llmcallbacks.provider;

import java.util.Iterator;
import java.util.List;

import dev.llmcallbacks.message.ChatChunk;

/**
 * What was read before a failure, to be handed on before it.
 */
final class ChunksThenFailure implements Iterable<ChatChunk> {

	private final List<ChatChunk> chunks;

	private final RuntimeException failure;

	ChunksThenFailure(List<ChatChunk> chunks, RuntimeException failure) {
		this.chunks = chunks;
		this.failure = failure;
	}

	@Override
	public Iterator<ChatChunk> iterator() {
		Iterator<ChatChunk> iterator = this.chunks.iterator();
		return new Iterator<>() {

			@Override
			public boolean hasNext() {
				if (iterator.hasNext()) {
					return true;
				}
				throw ChunksThenFailure.this.failure;
			}

			@Override
			public ChatChunk next() {
				return iterator.next();
			}

		};
	}

}
