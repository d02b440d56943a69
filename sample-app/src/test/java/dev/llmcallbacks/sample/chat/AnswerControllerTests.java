package dev.llmcallbacks.sample.chat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnswerController}, over HTTP.
 */
@Timeout(60)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "callbacks.openai.api-key=", "callbacks.anthropic.api-key=", "sample.scripted.pace=10ms",
				"callbacks.retry.max-attempts=1" })
@AutoConfigureWebTestClient(timeout = "20s")
class AnswerControllerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final ParameterizedTypeReference<ServerSentEvent<String>> EVENT = new ParameterizedTypeReference<>() {
	};

	@Autowired
	private WebTestClient client;

	private String session = "";

	@Test
	void shouldContinueWhereTheConnectionWasLost() {
		URI answer = ask("Tell me a joke");
		List<ServerSentEvent<String>> begin = follow(answer, "").take(2).collectList().block(PATIENCE);
		List<ServerSentEvent<String>> rest = follow(answer, begin.get(1).id()).collectList().block(PATIENCE);
		List<ServerSentEvent<String>> whole = follow(answer, "").collectList().block(PATIENCE);
		assertThat(begin).hasSize(2);
		assertThat(rest).extracting(ServerSentEvent::event).containsOnlyOnce("end").endsWith("end");
		assertThat(Flux.fromIterable(begin)
			.concatWith(Flux.fromIterable(rest))
			.map(ServerSentEvent::data)
			.collectList()
			.block(PATIENCE)).isEqualTo(whole.stream().map(ServerSentEvent::data).toList());
		this.client.get()
			.uri(answer.toString())
			.cookie("SESSION", this.session)
			.header("Last-Event-ID", Objects.requireNonNull(rest.get(rest.size() - 1).id()))
			.exchange()
			.expectStatus()
			.isNoContent();
	}

	@Test
	void shouldNotServeAnotherSession() {
		URI answer = ask("Tell me a joke");
		this.client.get().uri(answer.toString()).exchange().expectStatus().isNotFound();
		this.client.delete().uri(answer.toString()).exchange().expectStatus().isNotFound();
	}

	@Test
	void shouldServeThePage() {
		this.client.get()
			.uri("/answers.html")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.value((page) -> assertThat(page).contains("EventSource"));
	}

	private URI ask(String question) {
		EntityExchangeResult<Void> asked = this.client.post()
			.uri("/answers")
			.contentType(MediaType.TEXT_PLAIN)
			.bodyValue(question)
			.exchange()
			.expectStatus()
			.isAccepted()
			.expectBody()
			.isEmpty();
		this.session = Objects.requireNonNull(asked.getResponseCookies().getFirst("SESSION")).getValue();
		return Objects.requireNonNull(asked.getResponseHeaders().getLocation());
	}

	private Flux<ServerSentEvent<String>> follow(URI answer, String lastId) {
		return this.client.get()
			.uri(answer.toString())
			.cookie("SESSION", this.session)
			.header("Last-Event-ID", lastId)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(EVENT)
			.getResponseBody()
			.filter((event) -> event.data() != null);
	}

}
