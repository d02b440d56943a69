package dev.llmcallbacks.sample.scripted;

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

/**
 * Reads a request of one protocol and writes the answer.
 */
final class ScriptedExchange implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {

	private static final JsonMapper json = JsonMapper.builder().build();

	private final Protocol protocol;

	private final Duration pace;

	private final AtomicInteger openStreams;

	ScriptedExchange(Protocol protocol, Duration pace, AtomicInteger openStreams) {
		this.protocol = protocol;
		this.pace = pace;
		this.openStreams = openStreams;
	}

	String path() {
		return this.protocol.path();
	}

	@Override
	public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
		String requestId = "req_" + UUID.randomUUID().toString().replace("-", "");
		response.header(this.protocol.requestIdHeader(), requestId);
		return request.receive()
			.aggregate()
			.asString()
			.defaultIfEmpty("")
			.map((body) -> read(request, body))
			.flatMap((question) -> answer(response, Reply.to(question)))
			.onErrorResume(Refusal.class, (refusal) -> refuse(response, refusal, requestId));
	}

	private Question read(HttpServerRequest request, String body) {
		this.protocol.authenticate(request.requestHeaders());
		Question question = this.protocol.read(parse(body));
		Mishap.wishedFor(question.prompt())
			.filter((mishap) -> mishap != Mishap.BROKEN_OFF || !question.stream())
			.ifPresent((mishap) -> {
				throw this.protocol.refusal(mishap);
			});
		return question;
	}

	private JsonNode parse(String body) {
		try {
			JsonNode node = json.readTree(body);
			if (node.isObject()) {
				return node;
			}
		}
		catch (JacksonException ex) {
			// said below
		}
		throw this.protocol.notJson();
	}

	private Mono<Void> answer(HttpServerResponse response, Reply reply) {
		if (!reply.question().stream()) {
			Duration thinking = this.pace.multipliedBy(reply.outputTokens());
			return Mono.delay(thinking).then(send(response, this.protocol.whole(reply)));
		}
		Flux<String> events = Flux.concat(Flux.fromIterable(this.protocol.opening(reply)), tokens(reply), end(reply))
			.map(ScriptedExchange::write)
			.doOnSubscribe((subscription) -> this.openStreams.incrementAndGet())
			.doFinally((signal) -> this.openStreams.decrementAndGet());
		return response.sse().header(HttpHeaderNames.CACHE_CONTROL, "no-cache").sendString(events).then();
	}

	private Flux<ServerEvent> tokens(Reply reply) {
		Flux<ServerEvent> calls = Flux.range(0, reply.calls().size())
			.concatMapIterable((index) -> this.protocol.call(reply, index));
		Flux<ServerEvent> tokens = Flux
			.fromIterable(reply.breaksOff() ? reply.tokensBeforeBreakingOff() : reply.tokens())
			.map((token) -> this.protocol.token(reply, token))
			.concatWith(calls);
		return (this.pace.isZero()) ? tokens : tokens.delayElements(this.pace);
	}

	private Flux<ServerEvent> end(Reply reply) {
		return (reply.breaksOff()) ? Flux.just(this.protocol.breakingOff())
				: Flux.fromIterable(this.protocol.closing(reply));
	}

	private Mono<Void> refuse(HttpServerResponse response, Refusal refusal, String requestId) {
		response.status(refusal.status());
		if (refusal.status() == 429) {
			response.header(HttpHeaderNames.RETRY_AFTER, "1");
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
