package dev.llmcallbacks.benchmarks.process;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;

import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.StampedChunk;

/**
 * Answers token by token, each with the time at which it is sent. A token costs little
 * more than the system call, so that the machine is left to the client. Streams are
 * spread over the pause: each has its own millisecond of it. Used by one event loop.
 */
@Sharable
final class PacedAnswers extends SimpleChannelInboundHandler<FullHttpRequest> {

	/** Lets streams that begin one after the other send at different times. */
	private static final int STRIDE = 7919;

	private final Map<String, List<StampedChunk>> answers;

	/** The streams that send in each millisecond of the pause. */
	private final List<Collection<Answer>> slots;

	private int streams;

	private int now;

	PacedAnswers(int tokens, int pauseMillis) {
		this.answers = Stream.of(Protocol.values())
			.collect(Collectors.toMap(Protocol::path, (protocol) -> StampedChunk.chunks(protocol.stamped(tokens))));
		this.slots = IntStream.range(0, pauseMillis)
			.<Collection<Answer>>mapToObj((slot) -> new ArrayDeque<>())
			.toList();
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
		List<StampedChunk> answer = this.answers.get(request.uri());
		if (answer == null) {
			context.close();
			return;
		}
		int slot = (STRIDE * this.streams++ & Integer.MAX_VALUE) % this.slots.size();
		this.slots.get(slot).add(new Answer(context, answer.iterator()));
	}

	/**
	 * Another millisecond has passed.
	 */
	void tick() {
		this.slots.get(this.now).removeIf(Answer::isOver);
		this.now = (this.now + 1) % this.slots.size();
	}

	/**
	 * An answer that is being sent.
	 *
	 * @param context the connection
	 * @param chunks what is still to be sent
	 */
	private record Answer(ChannelHandlerContext context, Iterator<StampedChunk> chunks) {

		boolean isOver() {
			if (this.context.isRemoved()) {
				return true;
			}
			this.context.writeAndFlush(this.chunks.next().stamped(this.context.alloc()));
			return !this.chunks.hasNext();
		}

	}

}
