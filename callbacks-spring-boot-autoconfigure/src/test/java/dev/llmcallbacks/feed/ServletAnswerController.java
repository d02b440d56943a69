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

import dev.llmcallbacks.client.ChatClient;

@RestController
class ServletAnswerController {

	private final ChatClient chatClient;

	private final RunFeeds feeds;

	ServletAnswerController(ChatClient chatClient, RunFeeds feeds) {
		this.chatClient = chatClient;
		this.feeds = feeds;
	}

	@PostMapping("/answers")
	ResponseEntity<Void> ask(@RequestBody String question, Principal user) {
		RunFeed feed = this.feeds.create(user.getName());
		Flux<String> answer = this.chatClient.prompt(question).runId(feed.runId()).content();
		feed.start(answer).subscribe();
		return ResponseEntity.accepted().location(URI.create("/answers/" + feed.runId())).build();
	}

	@GetMapping("/answers/{id}")
	ResponseEntity<Flux<ServerSentEvent<String>>> follow(@PathVariable UUID id, Principal user,
			@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastId) {
		if (Boolean.TRUE.equals(this.feeds.hasEnded(id, user.getName(), lastId).block())) {
			return ResponseEntity.noContent().build();
		}
		return ResponseEntity.ok()
			.contentType(MediaType.TEXT_EVENT_STREAM)
			.body(this.feeds.follow(id, user.getName(), lastId));
	}

	@DeleteMapping("/answers/{id}")
	ResponseEntity<Void> cancel(@PathVariable UUID id, Principal user) {
		boolean cancelled = Boolean.TRUE.equals(this.feeds.cancel(id, user.getName()).block());
		return cancelled ? ResponseEntity.noContent().build() : ResponseEntity.notFound().build();
	}

}
