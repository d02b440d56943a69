package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

import io.netty.handler.codec.http.HttpHeaderNames;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModel;

/**
 * Reads requests of one protocol and writes the responses of a model.
 */
final class ScriptedExchange implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {

	private static final JsonMapper json = JsonMapper.builder().build();

	private final ScriptProtocol protocol;

	private final ChatModel model;

	private final AtomicInteger openStreams;

	ScriptedExchange(ScriptProtocol protocol, ChatModel model, AtomicInteger openStreams) {
		this.protocol = protocol;
		this.model = model;
		this.openStreams = openStreams;
	}

	String path() {
		return this.protocol.path();
	}

	@Override
	public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
		String requestId = "req_" + id();
		response.header(this.protocol.requestIdHeader(), requestId);
		return request.receive()
			.aggregate()
			.asString()
			.defaultIfEmpty("")
			.map((body) -> read(request, body))
			.flatMap((question) -> respond(response, new ScriptedReply(id(), question)))
			.onErrorResume((failure) -> (failure instanceof ScriptRefusal refusal)
					? refuse(response, refusal, requestId) : disconnect(response));
	}

	// the server itself would respond with status 500
	private static Mono<Void> disconnect(HttpServerResponse response) {
		return Mono.fromRunnable(() -> response.withConnection((connection) -> connection.channel().close()))
			.then(Mono.never());
	}

	private static String id() {
		return UUID.randomUUID().toString().replace("-", "");
	}

	private ScriptedQuestion read(HttpServerRequest request, String body) {
		this.protocol.authenticate(request.requestHeaders());
		try {
			JsonNode node = json.readTree(body);
			if (node.isObject()) {
				return this.protocol.read(node);
			}
		}
		catch (JacksonException ex) {
			// the protocol has an error for it
		}
		throw this.protocol.notJson();
	}

	private Mono<Void> respond(HttpServerResponse response, ScriptedReply reply) {
		Flux<ChatChunk> chunks = this.model.stream(reply.question().request()).takeWhile(reply::accept);
		if (!reply.question().stream()) {
			return chunks.then(Mono.defer(() -> send(response, this.protocol.whole(reply))))
				.onErrorMap((failure) -> ScriptFailure.refusal(failure, this.protocol));
		}
		return chunks.switchOnFirst((first, all) -> {
			if (first.isOnError()) {
				return all.onErrorMap((failure) -> ScriptFailure.refusal(failure, this.protocol))
					.thenMany(Flux.<Void>empty());
			}
			return response.sse().header(HttpHeaderNames.CACHE_CONTROL, "no-cache").sendString(events(reply, all));
		}).then();
	}

	private Flux<String> events(ScriptedReply reply, Flux<ChatChunk> chunks) {
		return Flux
			.concat(Flux.defer(() -> Flux.fromIterable(this.protocol.opening(reply))),
					chunks.concatMapIterable((chunk) -> this.protocol.events(reply, chunk), 1),
					Flux.defer(() -> Flux.fromIterable(this.protocol.closing(reply))))
			.onErrorResume((failure) -> Mono
				.fromSupplier(() -> this.protocol.failure(ScriptFailure.refusal(failure, this.protocol))))
			.map(ScriptedExchange::write)
			.doOnSubscribe((subscription) -> this.openStreams.incrementAndGet())
			.doFinally((signal) -> this.openStreams.decrementAndGet());
	}

	private Mono<Void> refuse(HttpServerResponse response, ScriptRefusal refusal, String requestId) {
		response.status(refusal.status());
		Duration retryAfter = refusal.retryAfter();
		if (retryAfter != null) {
			response.header(HttpHeaderNames.RETRY_AFTER, String.valueOf(retryAfter.plusMillis(999).toSeconds()));
		}
		return send(response, this.protocol.error(refusal, requestId));
	}

	private static Mono<Void> send(HttpServerResponse response, Object body) {
		return response.header(HttpHeaderNames.CONTENT_TYPE, "application/json")
			.sendString(Mono.just(json.writeValueAsString(body)))
			.then();
	}

	private static String write(ServerEvent event) {
		String data = (event.data() instanceof String text) ? text : json.writeValueAsString(event.data());
		return ((event.name() != null) ? "event: " + event.name() + "\n" : "") + "data: " + data + "\n\n";
	}

}
