package dev.llmcallbacks.feed;

import java.net.URI;
import java.security.Principal;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ChatClient;

@RestController
class AnswerController {

	private final ChatClient chatClient;

	private final RunFeeds feeds;

	AnswerController(ChatClient chatClient, RunFeeds feeds) {
		this.chatClient = chatClient;
		this.feeds = feeds;
	}

	@PostMapping("/answers")
	Mono<ResponseEntity<Void>> ask(@RequestBody String question, Principal user) {
		return Mono.deferContextual((context) -> {
			RunFeed feed = this.feeds.create(user.getName());
			Flux<String> answer = this.chatClient.prompt(question).runId(feed.runId()).content();
			feed.start(answer).contextWrite(context).subscribe();
			return Mono.just(ResponseEntity.accepted().location(URI.create("/answers/" + feed.runId())).build());
		});
	}

	@GetMapping("/answers/{id}")
	Mono<ResponseEntity<Flux<ServerSentEvent<String>>>> follow(@PathVariable UUID id, Principal user,
			@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastId) {
		return this.feeds.hasEnded(id, user.getName(), lastId)
			.map((ended) -> ended ? ResponseEntity.noContent().build()
					: ResponseEntity.ok()
						.contentType(MediaType.TEXT_EVENT_STREAM)
						.body(this.feeds.follow(id, user.getName(), lastId)));
	}

	@DeleteMapping("/answers/{id}")
	Mono<ResponseEntity<Void>> cancel(@PathVariable UUID id, Principal user) {
		return this.feeds.cancel(id, user.getName())
			.map((cancelled) -> cancelled ? ResponseEntity.noContent().build() : ResponseEntity.notFound().build());
	}

}
