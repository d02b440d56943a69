package dev.llmcallbacks.sample.chat;

import java.net.URI;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.feed.RunFeed;
import dev.llmcallbacks.feed.RunFeeds;

/**
 * Answers that go on when their connection is lost, for {@code answers.html}. As there is
 * no login, the owner of an answer is the session.
 */
@RestController
class AnswerController {

	private final ChatClient chatClient;

	private final RunFeeds feeds;

	AnswerController(ChatClient chatClient, RunFeeds feeds) {
		this.chatClient = chatClient;
		this.feeds = feeds;
	}

	@PostMapping("/answers")
	Mono<ResponseEntity<Void>> ask(@RequestBody String question, WebSession session) {
		RequestText.check("question", question);
		session.start();
		return Mono.deferContextual((context) -> {
			RunFeed feed = this.feeds.create(session.getId());
			Flux<String> answer = this.chatClient.prompt(question).runId(feed.runId()).content();
			feed.start(answer).contextWrite(context).subscribe();
			return Mono.just(ResponseEntity.accepted().location(URI.create("/answers/" + feed.runId())).build());
		});
	}

	@GetMapping("/answers/{id}")
	Mono<ResponseEntity<Flux<ServerSentEvent<String>>>> follow(@PathVariable UUID id, WebSession session,
			@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastId) {
		String owner = session.getId();
		return this.feeds.hasEnded(id, owner, lastId)
			.map((ended) -> ended ? ResponseEntity.noContent().build()
					: ResponseEntity.ok()
						.contentType(MediaType.TEXT_EVENT_STREAM)
						.body(this.feeds.follow(id, owner, lastId)));
	}

	@DeleteMapping("/answers/{id}")
	Mono<ResponseEntity<Void>> cancel(@PathVariable UUID id, WebSession session) {
		return this.feeds.cancel(id, session.getId())
			.map((cancelled) -> cancelled ? ResponseEntity.noContent().build() : ResponseEntity.notFound().build());
	}

}
