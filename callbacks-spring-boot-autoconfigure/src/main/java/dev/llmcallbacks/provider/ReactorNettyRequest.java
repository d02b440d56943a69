package dev.llmcallbacks.provider;

import java.net.URI;
import java.util.Optional;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
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

	private static final String SKIPPER = "llmcallbacks.informationalResponses";

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
	 * Skip informational responses before the response, such as {@code 103 Early Hints},
	 * which the client would take for the response.
	 * @param nativeRequest the request, which has not been sent yet
	 */
	static void skipInformationalResponses(Object nativeRequest) {
		if (nativeRequest instanceof Connection connection) {
			ChannelPipeline pipeline = connection.channel().pipeline();
			if (pipeline.get(NettyPipeline.ReactiveBridge) != null && pipeline.get(SKIPPER) == null) {
				pipeline.addBefore(NettyPipeline.ReactiveBridge, SKIPPER, new Skipper());
			}
		}
	}

	/** Takes itself out of the pipeline when the response begins. */
	private static final class Skipper extends ChannelInboundHandlerAdapter {

		private static final int CONTINUE = 100;

		private boolean skipping;

		private boolean skipped;

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpResponse response) {
				int status = response.status().code();
				this.skipping = response.status().codeClass() == HttpStatusClass.INFORMATIONAL && status != CONTINUE;
				if (!this.skipping && status != CONTINUE) {
					context.pipeline().remove(this);
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
