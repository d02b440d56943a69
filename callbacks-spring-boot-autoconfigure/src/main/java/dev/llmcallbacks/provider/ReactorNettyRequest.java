package dev.llmcallbacks.provider;

import java.net.URI;
import java.util.Optional;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.springframework.util.ClassUtils;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClientInfos;

/**
 * Access to a request of Reactor Netty's client, if that is the client in use. Other
 * clients do not offer what is needed here.
 */
final class ReactorNettyRequest {

	private static final boolean PRESENT = ClassUtils.isPresent("reactor.netty.http.client.HttpClientInfos",
			ReactorNettyRequest.class.getClassLoader());

	private static final String RESPONSE_START = "llmcallbacks.responseStart";

	private static final String PACER = "llmcallbacks.decompressionPacer";

	private ReactorNettyRequest() {
	}

	/**
	 * Whether a request is one of Reactor Netty's client.
	 * @param nativeRequest the request
	 * @return whether the other methods may be called with it
	 */
	static boolean isOne(Object nativeRequest) {
		return PRESENT && nativeRequest instanceof HttpClientInfos;
	}

	/**
	 * Return where a request goes because of a redirect.
	 * @param nativeRequest the request, which has not been sent yet
	 * @return the URL, or nothing if the request is the first one
	 */
	static Optional<URI> redirectTarget(Object nativeRequest) {
		HttpClientInfos infos = (HttpClientInfos) nativeRequest;
		return (infos.redirectedFrom().length > 0) ? Optional.of(URI.create(infos.resourceUrl())) : Optional.empty();
	}

	/**
	 * Prepare the connection for the response: informational responses before it, such as
	 * {@code 103 Early Hints}, which the client would take for the response, are skipped,
	 * and if it is compressed, the event loop decompresses it in turns.
	 * @param nativeRequest the request, which has not been sent yet
	 */
	static void prepareForResponse(Object nativeRequest) {
		if (nativeRequest instanceof Connection connection) {
			ChannelPipeline pipeline = connection.channel().pipeline();
			String next = (pipeline.get(NettyPipeline.HttpDecompressor) != null) ? NettyPipeline.HttpDecompressor
					: NettyPipeline.ReactiveBridge;
			if (pipeline.get(next) != null && pipeline.get(RESPONSE_START) == null) {
				pipeline.addBefore(next, RESPONSE_START, new ResponseStart());
			}
		}
	}

	/** Leaves the pipeline when the response begins. */
	private static final class ResponseStart extends ChannelInboundHandlerAdapter {

		private static final int CONTINUE = 100;

		private boolean skipping;

		private boolean skipped;

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpResponse response) {
				int status = response.status().code();
				this.skipping = response.status().codeClass() == HttpStatusClass.INFORMATIONAL && status != CONTINUE;
				if (!this.skipping && status != CONTINUE) {
					begin(context.pipeline(), response);
				}
			}
			if (this.skipping) {
				this.skipping = !(message instanceof LastHttpContent);
				this.skipped = true;
				ReferenceCountUtil.release(message);
			}
			else {
				context.fireChannelRead(message);
			}
		}

		// Without a decompressor the body is handed on as it is
		private void begin(ChannelPipeline pipeline, HttpResponse response) {
			boolean compressed = response.headers().contains(HttpHeaderNames.CONTENT_ENCODING)
					|| response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING, "gzip", true);
			if (compressed && pipeline.get(NettyPipeline.HttpDecompressor) != null && pipeline.get(PACER) == null) {
				pipeline.addBefore(NettyPipeline.HttpDecompressor, PACER, new DecompressionPacer());
			}
			pipeline.remove(this);
		}

		// Nothing downstream knows of what was skipped, nor reads on after it
		@Override
		public void channelReadComplete(ChannelHandlerContext context) {
			if (this.skipped) {
				this.skipped = false;
				context.read();
			}
			context.fireChannelReadComplete();
		}

	}

}
