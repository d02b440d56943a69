package dev.llmcallbacks.provider;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.NettyPipeline;

/**
 * Bounds what one turn of the event loop decompresses of a response. A single read of the
 * socket may bring 64 KB, which may be 64 MB of events once they are decompressed; all
 * other connections of the event loop would wait until they are decoded. The pacer sits
 * in front of the decompressor, hands compressed bytes on in small slices, counts what
 * they become, and continues in a later turn of the event loop, after other connections,
 * when that is enough. What it holds back is compressed, and no more is read from the
 * socket in the meantime. A subscriber without demand gets nothing decompressed.
 * <p>
 * Belongs to one response, after whose end it removes itself, and is used on the event
 * loop of its channel only.
 */
final class DecompressionPacer extends ChannelDuplexHandler {

	private static final String COUNTER = "llmcallbacks.decompressedBytes";

	/** Becomes a thousand times as much at most. */
	private static final int SLICE = 64;

	/** Decompressed bytes after which a turn ends. */
	private static final long BYTES_PER_TURN = 64 * 1024;

	/**
	 * Decompressed bytes for which a closed channel, which has no further turn, is read
	 * to its end in any case. What follows them is lost unless it takes little time.
	 */
	private static final long BYTES_AFTER_CLOSE = 4 * 1024 * 1024;

	private static final long NANOS_AFTER_CLOSE = TimeUnit.MILLISECONDS.toNanos(50);

	private final Counter counter = new Counter();

	private final Queue<HttpContent> held = new ArrayDeque<>();

	private boolean inTurn;

	private int slicesOfTurn;

	private boolean scheduled;

	/** Whether {@code autoRead} was enabled before the pacer disabled it. */
	private boolean autoRead;

	/** Whether a read of the socket was requested while content was held. */
	private boolean readRequested;

	@Override
	public void handlerAdded(ChannelHandlerContext context) {
		context.pipeline().addAfter(NettyPipeline.HttpDecompressor, COUNTER, this.counter);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext context) {
		releaseHeld();
		if (context.pipeline().context(this.counter) != null) {
			context.pipeline().remove(this.counter);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		if (!(message instanceof HttpContent content)) {
			context.fireChannelRead(message);
			return;
		}
		boolean holding = !this.held.isEmpty();
		this.held.add(content);
		if (!holding) {
			beginTurn();
			handOn(context);
		}
	}

	private void beginTurn() {
		if (!this.inTurn) {
			this.inTurn = true;
			this.slicesOfTurn = 0;
			this.counter.bytes = 0;
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		this.inTurn = false;
		context.fireChannelReadComplete();
	}

	private void handOn(ChannelHandlerContext context) {
		while (!this.held.isEmpty() && mayHandOn(context)) {
			handOnSlice(context);
		}
		if (this.held.isEmpty()) {
			if (this.readRequested) {
				this.readRequested = false;
				context.read();
			}
			return;
		}
		if (context.channel().config().isAutoRead()) {
			this.autoRead = true;
			context.channel().config().setAutoRead(false);
		}
		if (this.autoRead || this.readRequested) {
			schedule(context);
		}
	}

	// Without demand only one slice is handed on, which may begin an answer
	private boolean mayHandOn(ChannelHandlerContext context) {
		return this.slicesOfTurn == 0
				|| (context.channel().config().isAutoRead() && this.counter.bytes < BYTES_PER_TURN);
	}

	private void handOnSlice(ChannelHandlerContext context) {
		this.slicesOfTurn++;
		HttpContent next = this.held.element();
		ByteBuf bytes = next.content();
		if (bytes.readableBytes() > SLICE) {
			context.fireChannelRead(new DefaultHttpContent(bytes.readRetainedSlice(SLICE)));
			return;
		}
		this.held.remove();
		if (next instanceof LastHttpContent) {
			context.pipeline().remove(this);
		}
		context.fireChannelRead(next);
	}

	// With a delay, because an event loop executes all other tasks, up to 64 of them, one
	// after the other
	private void schedule(ChannelHandlerContext context) {
		if (!this.scheduled) {
			this.scheduled = true;
			context.executor().schedule(() -> {
				this.scheduled = false;
				if (!this.held.isEmpty()) {
					nextTurn(context);
				}
			}, 1, TimeUnit.NANOSECONDS);
		}
	}

	// The reader of the body enables and disables 'autoRead' by its demand, so it must
	// find it as it has left it
	private void nextTurn(ChannelHandlerContext context) {
		this.inTurn = false;
		beginTurn();
		if (this.autoRead) {
			this.autoRead = false;
			context.channel().config().setAutoRead(true);
		}
		this.readRequested = false;
		handOn(context);
		this.inTurn = false;
		context.fireChannelReadComplete();
		if (this.held.isEmpty() && context.channel().config().isAutoRead()) {
			context.read();
		}
	}

	@Override
	public void read(ChannelHandlerContext context) {
		if (this.held.isEmpty()) {
			context.read();
			return;
		}
		this.readRequested = true;
		if (!this.inTurn) {
			schedule(context);
		}
	}

	@Override
	public void close(ChannelHandlerContext context, ChannelPromise promise) {
		releaseHeld();
		context.close(promise);
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		long closed = System.nanoTime();
		this.counter.bytes = 0;
		while (!this.held.isEmpty()
				&& (this.counter.bytes < BYTES_AFTER_CLOSE || System.nanoTime() - closed < NANOS_AFTER_CLOSE)) {
			handOnSlice(context);
		}
		releaseHeld();
		context.fireChannelInactive();
	}

	private void releaseHeld() {
		for (HttpContent content = this.held.poll(); content != null; content = this.held.poll()) {
			content.release();
		}
	}

	/** Sits behind the decompressor and counts what it has decompressed. */
	private static final class Counter extends ChannelInboundHandlerAdapter {

		private long bytes;

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpContent content) {
				this.bytes += content.content().readableBytes();
			}
			context.fireChannelRead(message);
		}

	}

}
