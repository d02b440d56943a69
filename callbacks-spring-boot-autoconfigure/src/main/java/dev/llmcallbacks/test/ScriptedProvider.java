package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import dev.llmcallbacks.model.ChatModel;

/**
 * HTTP server on the loopback interface that speaks the protocols of OpenAI, Chat
 * Completions and the Responses API, and of Anthropic, and responds with what a chat
 * model, as a rule a {@link ScriptedChatModel}, responds. For tests of what lies between
 * the application and a provider: HTTP settings, proxies, headers, retries, time limits.
 * <p>
 * A {@link dev.llmcallbacks.model.ChatModelException} of the model becomes the provider's
 * error: an HTTP status with the advised wait before the first chunk, an event of the
 * stream after it. Every other exception closes the connection, except that a call for
 * which nothing is scripted is a status 500. A response with more tokens than the request
 * allows is cut off, and a usage that the model does not report is counted. A client that
 * disconnects cancels the model. Thread-safe.
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
	 * Start a server on a free port.
	 * @param model responds to the requests; it receives them as the protocol allows to
	 * read them
	 * @return the server, which responds until it is closed
	 */
	public static ScriptedProvider start(ChatModel model) {
		return start(0, model);
	}

	/**
	 * Start a server.
	 * @param port the port to listen on, {@code 0} for a free one
	 * @param model responds to the requests
	 * @return the server, which responds until it is closed
	 */
	public static ScriptedProvider start(int port, ChatModel model) {
		AtomicInteger openStreams = new AtomicInteger();
		OpenAiScriptProtocol completions = new OpenAiScriptProtocol();
		ScriptedExchange openAi = new ScriptedExchange(completions, model, openStreams);
		ScriptedExchange responses = new ScriptedExchange(new ResponsesScriptProtocol(completions), model, openStreams);
		ScriptedExchange anthropic = new ScriptedExchange(new AnthropicScriptProtocol(), model, openStreams);
		ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
		DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(port)
			.channelGroup(connections)
			.route((routes) -> routes.post(openAi.path(), openAi)
				.post(responses.path(), responses)
				.post(anthropic.path(), anthropic))
			.bindNow();
		return new ScriptedProvider(server, connections, openStreams);
	}

	/**
	 * Return the base URL for clients of OpenAI's protocols. A client uses Chat
	 * Completions unless {@code callbacks.openai.api} is {@code responses}.
	 * @return the value of {@code callbacks.openai.base-url}
	 */
	public String openAiBaseUrl() {
		return anthropicBaseUrl() + "/v1";
	}

	/**
	 * Return the base URL for clients of Anthropic's protocol.
	 * @return the value of {@code callbacks.anthropic.base-url}
	 */
	public String anthropicBaseUrl() {
		return "http://127.0.0.1:" + this.server.port();
	}

	/**
	 * Return how many streamed responses are being written.
	 * @return the number of streams
	 */
	public int openStreams() {
		return this.openStreams.get();
	}

	/**
	 * Stop listening, and close all connections.
	 */
	@Override
	public void close() {
		this.connections.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
		this.server.disposeNow(CLOSE_TIMEOUT);
	}

}
