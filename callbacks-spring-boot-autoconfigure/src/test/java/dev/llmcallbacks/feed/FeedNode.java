package dev.llmcallbacks.feed;

import java.time.Duration;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.feed.redis.RedisFeedStore;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * A node in a process of its own, with an answer that does not end. Prints the id of its
 * run. Its arguments are the port of Redis and the lease in milliseconds.
 */
public final class FeedNode {

	private FeedNode() {
	}

	public static void main(String[] arguments) {
		LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1",
				Integer.parseInt(arguments[0]));
		connections.afterPropertiesSet();
		RunFeeds feeds = RunFeeds.builder()
			.store(new RedisFeedStore(connections, "llm-callbacks:"))
			.lease(Duration.ofMillis(Long.parseLong(arguments[1])))
			.build();
		ChatClient client = ChatClient
			.builder(new ScriptedChatModel(
					(request) -> Flux.interval(Duration.ofMillis(20)).map((tick) -> ChatChunk.text("<" + tick + ">"))))
			.build();
		RunFeed feed = feeds.create("alice");
		System.out.println("run " + feed.runId());
		feed.start(client.prompt("Hi").content()).blockLast();
	}

}
