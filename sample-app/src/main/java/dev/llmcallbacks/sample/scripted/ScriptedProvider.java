package dev.llmcallbacks.sample.scripted;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * A provider on this machine's loopback interface that answers from a script, token by
 * token at a pace that people can follow, in OpenAI's and in Anthropic's protocol. A
 * client that goes away is written to no more.
 */
public final class ScriptedProvider implements AutoCloseable {

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final DisposableServer server;

	private final ChannelGroup connections;

	private final AtomicInteger openStreams;

	private ScriptedProvider(DisposableServer server, ChannelGroup connections, AtomicInteger openStreams) {
		this.server = server;
		this.connections = connections;
		this.openStreams = openStreams;
	}

	/**
	 * Start a provider.
	 * @param port the port to listen on, {@code 0} for any that is free
	 * @param pace the time from one token to the next, {@link Duration#ZERO} for none
	 * @return the provider, which answers until it is closed
	 */
	public static ScriptedProvider start(int port, Duration pace) {
		AtomicInteger openStreams = new AtomicInteger();
		ScriptedExchange openAi = new ScriptedExchange(new OpenAiProtocol(), pace, openStreams);
		ScriptedExchange anthropic = new ScriptedExchange(new AnthropicProtocol(), pace, openStreams);
		ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
		DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(port)
			.channelGroup(connections)
			.route((routes) -> routes.post(openAi.path(), openAi).post(anthropic.path(), anthropic))
			.bindNow();
		return new ScriptedProvider(server, connections, openStreams);
	}

	/**
	 * What a client of OpenAI's protocol is to be configured with.
	 * @return the base URL
	 */
	public String openAiBaseUrl() {
		return anthropicBaseUrl() + "/v1";
	}

	/**
	 * What a client of Anthropic's protocol is to be configured with.
	 * @return the base URL
	 */
	public String anthropicBaseUrl() {
		return "http://127.0.0.1:" + this.server.port();
	}

	/**
	 * How many answers are being written at this moment.
	 * @return the number of streams
	 */
	public int openStreams() {
		return this.openStreams.get();
	}

	/**
	 * Stop listening, and break off the answers that are being written.
	 */
	@Override
	public void close() {
		this.connections.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
		this.server.disposeNow(CLOSE_TIMEOUT);
	}

}
