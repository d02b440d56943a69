package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.autoconfigure.LangChain4jAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmFeedsAutoConfiguration;
import dev.llmcallbacks.autoconfigure.SpringAiAutoConfiguration;
import dev.llmcallbacks.dispatch.CallbackManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for feeds of several applications, which have their beans from
 * auto-configurations, and one Redis.
 */
class FeedApplicationsTests {

	private static RedisProcess redis;

	private final List<ConfigurableApplicationContext> applications = new ArrayList<>();

	private final Answers answers = new Answers();

	@BeforeAll
	static void startRedis() {
		redis = new RedisProcess();
	}

	@AfterAll
	static void stopRedis() {
		redis.close();
	}

	@AfterEach
	void stop() {
		this.answers.complete();
		this.applications.forEach(ConfigurableApplicationContext::close);
	}

	private ConfigurableApplicationContext application() {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.main.banner-mode=off", "spring.data.redis.port=" + redis.port(),
					"callbacks.feeds.store=redis", "callbacks.feeds.lease=30s",
					"spring.lifecycle.timeout-per-shutdown-phase=2s")
			.run();
		this.applications.add(context);
		return context;
	}

	private static RunFeeds feeds(ConfigurableApplicationContext application) {
		return application.getBean(RunFeeds.class);
	}

	private RunFeed start(ConfigurableApplicationContext application, Publisher<?> work) {
		RunFeed feed = feeds(application).create("alice");
		feed.start(work).subscribe();
		Answers.await("the feed in Redis",
				() -> redis.answer("EXISTS llm-callbacks:{" + feed.runId() + "}:owner").equals(":1"));
		redis.awaitSubscribers(this.applications.size());
		return feed;
	}

	private static List<ServerSentEvent<String>> follow(ConfigurableApplicationContext application, UUID runId,
			CompletableFuture<Void> completed) {
		List<ServerSentEvent<String>> events = new CopyOnWriteArrayList<>();
		Answers.withoutComments(feeds(application).follow(runId, "alice", null))
			.subscribe(events::add, completed::completeExceptionally, () -> completed.complete(null));
		return events;
	}

	@Test
	@DisplayName("G39 a run of one application is followed in a second one and cancelled by a third one")
	void shouldFollowAndCancelInOtherApplications() {
		RunFeed feed = start(application(), this.answers.client().prompt("Hi").content());
		CompletableFuture<Void> completed = new CompletableFuture<>();
		List<ServerSentEvent<String>> events = follow(application(), feed.runId(), completed);
		this.answers.tokens(0, 3);
		Answers.await("the tokens", () -> events.size() == 3);
		assertThat(feeds(application()).cancel(feed.runId(), "alice").block(Answers.TIMEOUT)).isTrue();
		assertThat(completed).succeedsWithin(Answers.TIMEOUT);
		assertThat(Answers.lines(events)).last().isEqualTo("4:end:{\"outcome\":\"CANCELLED\"}");
		assertThat(this.answers.cancellations()).isOne();
	}

	@Test
	@DisplayName("G38 G39 feeds contain what models of Spring AI and of LangChain4j answer")
	void shouldContainTheCallsOfOtherLibraries() {
		ConfigurableApplicationContext application = application();
		ChatModel springAi = application.getBean(ChatModel.class);
		dev.langchain4j.model.chat.ChatModel langChain4j = application
			.getBean(dev.langchain4j.model.chat.ChatModel.class);
		RunFeed streamed = start(application, springAi.stream(new Prompt("Hi")));
		CallbackManager manager = application.getBean(CallbackManager.class);
		RunFeed whole = start(application, manager.run("ask", "Hi", () -> langChain4j.chat("Hi")));
		RunFeeds other = feeds(application());
		assertThat(Answers.lines(Answers.all(other.follow(streamed.runId(), "alice", null)))).containsExactly(
				"1:token:{\"text\":\"one \"}", "2:token:{\"text\":\"two\"}", "3:end:{\"outcome\":\"COMPLETED\"}");
		assertThat(Answers.lines(Answers.all(other.follow(whole.runId(), "alice", null))))
			.containsExactly("1:token:{\"text\":\"all\"}", "2:end:{\"outcome\":\"COMPLETED\"}");
	}

	@Test
	@DisplayName("G20 G39 in a rolling restart, followers are handed over, and runs that last longer are interrupted")
	void shouldHandOverInARollingRestart() throws Exception {
		ConfigurableApplicationContext first = application();
		ConfigurableApplicationContext second = application();
		ConfigurableApplicationContext third = application();
		RunFeed feed = start(first, this.answers.client().prompt("Hi").content());
		CompletableFuture<Void> left = new CompletableFuture<>();
		List<ServerSentEvent<String>> begin = follow(second, feed.runId(), left);
		this.answers.tokens(0, 3);
		Answers.await("the tokens", () -> begin.size() == 3);
		second.close();
		assertThat(left).succeedsWithin(Answers.TIMEOUT);
		assertThat(begin).hasSize(3);
		CompletableFuture<List<ServerSentEvent<String>>> rest = Answers
			.withoutComments(feeds(third).follow(feed.runId(), "alice", begin.get(2).id()))
			.collectList()
			.toFuture();
		this.answers.tokens(3, 5);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(first::close);
		List<ServerSentEvent<String>> end = rest.get(Answers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(Answers.lines(end)).containsExactly("4:token:{\"text\":\"<3>\"}", "5:token:{\"text\":\"<4>\"}",
				"6:interrupted:{\"reason\":\"shutdown\"}");
		closed.get(Answers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(feeds(third).hasEnded(feed.runId(), "alice", "6").block(Duration.ofSeconds(30))).isTrue();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LlmCallbacksAutoConfiguration.class, LlmFeedsAutoConfiguration.class,
			SpringAiAutoConfiguration.class, LangChain4jAutoConfiguration.class, DataRedisAutoConfiguration.class,
			DataRedisReactiveAutoConfiguration.class })
	static class Application {

		@Bean
		ChatModel springAiModel() {
			return new ChatModel() {

				@Override
				public ChatResponse call(Prompt prompt) {
					throw new IllegalStateException("is streamed");
				}

				@Override
				public Flux<ChatResponse> stream(Prompt prompt) {
					return Flux.just("one ", "two")
						.map((text) -> new ChatResponse(List.of(new Generation(new AssistantMessage(text)))));
				}

			};
		}

		@Bean
		dev.langchain4j.model.chat.ChatModel langChain4jModel() {
			return new dev.langchain4j.model.chat.ChatModel() {

				@Override
				public dev.langchain4j.model.chat.response.ChatResponse doChat(ChatRequest request) {
					return dev.langchain4j.model.chat.response.ChatResponse.builder()
						.aiMessage(AiMessage.from("all"))
						.build();
				}

			};
		}

	}

}
