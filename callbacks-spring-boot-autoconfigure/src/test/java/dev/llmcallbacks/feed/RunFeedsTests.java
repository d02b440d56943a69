package dev.llmcallbacks.feed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.handlers.CallbackEventJson;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for feeds in the memory of one node.
 */
class RunFeedsTests {

	private final Answers answers = new Answers();

	private final RunFeeds feeds = RunFeeds.builder().build();

	@Test
	void shouldEmitTokensAndTheEnd() {
		RunFeed feed = this.feeds.create("alice");
		List<ServerSentEvent<String>> events = Answers
			.all(feed.start(Answers.clientOf("Say \"", " hi\"\n", "").prompt("Hi").content()));
		assertThat(Answers.lines(events)).containsExactly("1:token:{\"text\":\"Say \\\"\"}",
				"2:token:{\"text\":\" hi\\\"\\n\"}", "3:end:{\"outcome\":\"COMPLETED\"}");
		assertThat(events.get(0).retry()).isPositive();
		assertThat(events.get(1).retry()).isNull();
	}

	@Test
	void shouldEmitAResponseThatWasNotStreamedAsOneToken() {
		RunFeed feed = this.feeds.create("alice");
		Mono<String> answer = Answers.clientOf("Hi ", "there").prompt("Hi").streaming(false).text();
		assertThat(Answers.lines(Answers.all(feed.start(answer)))).containsExactly("1:token:{\"text\":\"Hi there\"}",
				"2:end:{\"outcome\":\"COMPLETED\"}");
	}

	@Test
	@DisplayName("G39 the work goes on without followers, and is done once")
	void shouldGoOnWhenTheFollowerHasGone() {
		RunFeed feed = this.feeds.create("alice");
		Flux<ServerSentEvent<String>> started = feed.start(this.answers.client().prompt("Hi").content());
		Disposable follower = started.subscribe();
		this.answers.tokens(0, 3);
		follower.dispose();
		this.answers.tokens(3, 6);
		this.answers.complete();
		assertThat(Answers.shown(Answers.all(started))).isEqualTo(Answers.text(6));
		assertThat(Answers.shown(Answers.all(this.feeds.follow(feed.runId(), "alice", null))))
			.isEqualTo(Answers.text(6));
		assertThat(this.answers.subscriptions()).isOne();
		assertThat(this.answers.cancellations()).isZero();
		assertThatIllegalStateException().isThrownBy(() -> feed.start(Mono.empty()));
	}

	@Test
	@DisplayName("G39 a follower continues after the entry that it names")
	void shouldContinueAfterAnEntry() {
		RunFeed feed = this.feeds.create("alice");
		List<ServerSentEvent<String>> all = Answers
			.all(feed.start(Answers.clientOf("a", "b", "c").prompt("Hi").content()));
		for (int number = 1; number <= all.size(); number++) {
			List<ServerSentEvent<String>> rest = Answers
				.all(this.feeds.follow(feed.runId(), "alice", Integer.toString(number)));
			assertThat(Answers.lines(rest)).isEqualTo(Answers.lines(all.subList(number, all.size())));
			assertThat(this.feeds.hasEnded(feed.runId(), "alice", Integer.toString(number)).block(Answers.TIMEOUT))
				.isEqualTo(number == all.size());
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.feeds.follow(feed.runId(), "alice", "x").blockLast(Answers.TIMEOUT));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.feeds.follow(feed.runId(), "alice", "-1").blockLast(Answers.TIMEOUT));
	}

	@Test
	@DisplayName("G39 nobody follows or cancels the run of another owner")
	void shouldNotServeAnotherOwner() {
		RunFeed feed = this.feeds.create("alice");
		feed.start(this.answers.client().prompt("Hi").content()).subscribe();
		this.answers.token("secret");
		for (UUID id : List.of(feed.runId(), UUID.randomUUID())) {
			assertThatExceptionOfType(FeedNotFoundException.class)
				.isThrownBy(() -> this.feeds.follow(id, "mallory", null).blockFirst(Answers.TIMEOUT))
				.withMessageContaining("No feed found for run " + id)
				.matches((ex) -> ex.getStatusCode().value() == 404);
			assertThatExceptionOfType(FeedNotFoundException.class)
				.isThrownBy(() -> this.feeds.hasEnded(id, "mallory", null).block(Answers.TIMEOUT));
			assertThat(this.feeds.cancel(id, "mallory").block(Answers.TIMEOUT)).isFalse();
		}
		assertThat(this.answers.cancellations()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> this.feeds.create(" "));
	}

	@Test
	@DisplayName("G39 a cancelled run ends its feed")
	void shouldCancel() {
		EventRecorder recorder = new EventRecorder();
		RunFeed feed = this.feeds.create("alice", FeedView.events(RunEnd.class));
		List<ServerSentEvent<String>> events = new ArrayList<>();
		CountDownLatch completed = new CountDownLatch(1);
		feed.start(this.answers.client().prompt("Hi").callbacks(recorder).content())
			.subscribe(events::add, (ex) -> completed.countDown(), completed::countDown);
		Answers.await("the call", () -> this.answers.subscriptions() == 1);
		this.answers.tokens(0, 2);
		Answers.await("the tokens", () -> recorder.events(LlmNewToken.class).size() == 2);
		assertThat(this.feeds.cancel(feed.runId(), "alice").block(Answers.TIMEOUT)).isTrue();
		assertThat(this.answers.cancellations()).isOne();
		Answers.await("the end", () -> completed.getCount() == 0);
		assertThat(events).extracting(ServerSentEvent::event).containsExactly("LlmCancel", "end");
		assertThat(events.get(1).data()).isEqualTo("{\"outcome\":\"CANCELLED\"}");
		assertThat(this.feeds.cancel(feed.runId(), "alice").block(Answers.TIMEOUT)).isFalse();
		Answers.await("no open feed", () -> this.feeds.statistics().open() == 0);
	}

	@Test
	@DisplayName("G37 the text of a call is filtered whole, and emitted when the call has ended")
	void shouldEmitWhatTheFilterShows() {
		RunFeeds filtered = RunFeeds.builder()
			.contentFilter(
					(run, kind, text) -> kind.equals(RunContentFilter.PROMPT) ? null : text.replace("s3cret", "***"))
			.build();
		Supplier<Flux<String>> work = () -> Answers.clientOf("a s3", "cret", " text").prompt("s3cret prompt").content();
		assertThat(Answers.lines(Answers.all(filtered.create("alice").start(work.get()))))
			.containsExactly("1:token:{\"text\":\"a *** text\"}", "2:end:{\"outcome\":\"COMPLETED\"}");
		List<ServerSentEvent<String>> events = Answers
			.all(filtered.create("alice", FeedView.events()).start(work.get()));
		assertThat(events).extracting(ServerSentEvent::event).containsExactly("ChatModelStart", "LlmEnd", "end");
		assertThat(events).noneMatch((event) -> String.valueOf(event.data()).contains("s3cret"));
		assertThat(((LlmEnd) CallbackEventJson.read(events.get(1).data())).result().text()).isEqualTo("a *** text");
		List<ServerSentEvent<String>> tokens = Answers
			.all(filtered.create("alice", FeedView.events(LlmNewToken.class)).start(work.get()));
		assertThat(tokens).as("in place of tokens").extracting(ServerSentEvent::event).containsExactly("LlmEnd", "end");
		assertThat(((LlmEnd) CallbackEventJson.read(tokens.get(0).data())).result().text()).isEqualTo("a *** text");
		FeedView own = FeedView.tokens()::write;
		assertThat(Answers.lines(Answers.all(filtered.create("alice", own).start(work.get()))))
			.as("a view of the application's own")
			.startsWith("1:token:{\"text\":\"a s3\"}", "2:token:{\"text\":\"cret\"}");
	}

	@Test
	@DisplayName("G37 a feed of texts asks the filter for the text of each response only")
	void shouldFilterOnlyTheTextOfAResponse() {
		Queue<String> asked = new ConcurrentLinkedQueue<>();
		RunFeeds filtered = RunFeeds.builder().contentFilter((run, kind, text) -> {
			asked.add(kind);
			return text;
		}).build();
		Answers.all(filtered.create("alice").start(Answers.clientOf("a", "b").prompt("Hi").content()));
		assertThat(asked).containsExactly(RunContentFilter.RESPONSE);
	}

	@Test
	@DisplayName("G37 a follower that is too late receives the filtered text, also of a call that was cancelled")
	void shouldResetToWhatTheFilterShows() {
		RunFeeds filtered = RunFeeds.builder()
			.memory(new MemoryFeedStore(1, 1 << 20))
			.store(new MemoryFeedStore(1, 1 << 20))
			.contentFilter((run, kind, text) -> text.replace("<0><1>", "***"))
			.build();
		EventRecorder recorder = new EventRecorder();
		RunFeed feed = filtered.create("alice", FeedView.events());
		Chain<String, String> work = Chain.of("outer",
				(String question) -> this.answers.client().prompt(question).callbacks(recorder).text());
		Chain<String, String> chain = work.withManager(this.answers.manager());
		feed.start(chain.invoke("Hi")).subscribe();
		Answers.await("the call", () -> this.answers.subscriptions() == 1);
		this.answers.tokens(0, 2);
		Answers.await("the tokens", () -> recorder.events(LlmNewToken.class).size() == 2);
		assertThat(filtered.cancel(feed.runId(), "alice").block(Answers.TIMEOUT)).isTrue();
		Answers.await("the end", () -> filtered.statistics().open() == 0);
		List<ServerSentEvent<String>> late = Answers.all(filtered.follow(feed.runId(), "alice", null));
		assertThat(late.get(0).event()).isEqualTo("reset");
		assertThat(late.get(0).data()).isEqualTo("{\"text\":\"***\"}");
	}

	@Test
	void shouldEmitAnErrorBeforeTheEnd() {
		RunFeed feed = this.feeds.create("alice");
		Flux<ServerSentEvent<String>> started = feed.start(this.answers.client().prompt("Hi").content());
		started.subscribe();
		this.answers.token("a");
		this.answers.fail(new IllegalStateException("internal address 10.0.0.1"));
		assertThat(Answers.lines(Answers.all(started))).containsExactly("1:token:{\"text\":\"a\"}",
				"2:error:{\"type\":\"IllegalStateException\"}", "3:end:{\"outcome\":\"FAILED\"}");
	}

	@Test
	void shouldEndWhenNoRunWasOpened() {
		assertThat(Answers.lines(Answers.all(this.feeds.create("alice").start(Flux.empty()))))
			.containsExactly("1:end:{\"outcome\":\"COMPLETED\"}");
		assertThat(Answers.all(this.feeds.create("alice").start(Mono.error(new ShutdownException("stopping")))))
			.extracting(ServerSentEvent::event)
			.containsExactly("interrupted");
	}

	@Test
	void shouldEndWhenTheApplicationStops() {
		RunFeed feed = this.feeds.create("alice");
		Flux<ServerSentEvent<String>> started = feed.start(this.answers.client().prompt("Hi").content());
		started.subscribe();
		this.answers.token("a");
		this.feeds.shutdown(Answers.TIMEOUT).block(Answers.TIMEOUT);
		assertThat(Answers.lines(Answers.all(started))).containsExactly("1:token:{\"text\":\"a\"}",
				"2:interrupted:{\"reason\":\"shutdown\"}");
		assertThat(this.answers.cancellations()).isOne();
	}

	@Test
	void shouldReplaceOldEntriesByTheTextSoFar() {
		RunFeeds small = RunFeeds.builder().store(new MemoryFeedStore(4_000, 1 << 20)).build();
		RunFeed feed = small.create("alice");
		Flux<ServerSentEvent<String>> started = feed.start(this.answers.client().prompt("Hi").content());
		List<ServerSentEvent<String>> live = new CopyOnWriteArrayList<>();
		CountDownLatch completed = new CountDownLatch(1);
		started.subscribe(live::add, (ex) -> completed.countDown(), completed::countDown);
		for (int i = 0; i < 500; i++) {
			this.answers.tokens(i, i + 1);
			int count = i + 1;
			Answers.await("token " + i, () -> Answers.shown(live).equals(Answers.text(count)));
		}
		this.answers.complete();
		Answers.await("the end", () -> completed.getCount() == 0);
		assertThat(live).extracting(ServerSentEvent::event).doesNotContain("reset");
		List<ServerSentEvent<String>> late = Answers.all(started);
		assertThat(late).hasSizeLessThan(400);
		assertThat(late.get(0).event()).isEqualTo("reset");
		assertThat(late.stream().filter((event) -> "reset".equals(event.event()))).hasSize(1);
		assertThat(Answers.shown(late)).isEqualTo(Answers.text(500));
		assertThat(small.statistics().keptBytes()).isLessThan(40_000);
	}

	@Test
	void shouldRemoveEndedFeedsWhenTheMemoryIsFull() {
		RunFeeds small = RunFeeds.builder().store(new MemoryFeedStore(1 << 20, 10_000)).build();
		List<UUID> ids = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			RunFeed feed = small.create("alice");
			Answers.all(feed.start(Answers.clientOf("a", "b").prompt("Hi").content()));
			ids.add(feed.runId());
		}
		assertThat(small.statistics().keptBytes()).isLessThan(12_000);
		assertThat(small.statistics().kept()).isBetween(1, 20);
		assertThatExceptionOfType(FeedNotFoundException.class)
			.isThrownBy(() -> small.follow(ids.get(0), "alice", null).blockLast(Answers.TIMEOUT));
		assertThat(Answers.all(small.follow(ids.get(99), "alice", null))).isNotEmpty();
	}

	@Test
	@DisplayName("G39 a slow follower holds up neither the run nor other followers")
	void shouldNotWaitForASlowFollower() throws InterruptedException {
		RunFeed feed = this.feeds.create("alice");
		Flux<ServerSentEvent<String>> started = feed.start(this.answers.client().prompt("Hi").content());
		List<ServerSentEvent<String>> slow = new ArrayList<>();
		CountDownLatch completed = new CountDownLatch(1);
		BaseSubscriber<ServerSentEvent<String>> follower = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				request(1);
			}

			@Override
			protected void hookOnNext(ServerSentEvent<String> event) {
				slow.add(event);
			}

			@Override
			protected void hookOnComplete() {
				completed.countDown();
			}

		};
		started.subscribe(follower);
		this.answers.tokens(0, 1_000);
		this.answers.complete();
		assertThat(Answers.shown(Answers.all(started))).isEqualTo(Answers.text(1_000));
		while (completed.getCount() > 0) {
			follower.request(1);
			completed.await(1, TimeUnit.MILLISECONDS);
		}
		assertThat(Answers.shown(slow)).isEqualTo(Answers.text(1_000));
	}

	@Test
	void shouldContainTheRunsOfAgentsAndChains() {
		ChatClient client = Answers.clientOf("Hi ", "there");
		Agent agent = Agent.builder(client).build();
		Chain<String, String> chain = Chain.of("chain", (String question) -> client.prompt(question).text());
		RunFeed ofAgent = this.feeds.create("alice");
		RunFeed ofChain = this.feeds.create("alice", FeedView.events(RunStart.class, RunEnd.class));
		assertThat(Answers.shown(Answers.all(ofAgent.start(agent.stream("Hi"))))).isEqualTo("Hi there");
		CallbackManager manager = CallbackManager.builder().build();
		List<ServerSentEvent<String>> events = Answers
			.all(ofChain.start(chain.withManager(manager).withOptions(ofChain.options()).invoke("Hi")));
		assertThat(events).extracting(ServerSentEvent::event)
			.containsExactly("ChainStart", "ChatModelStart", "LlmEnd", "ChainEnd", "end");
		assertThat(CallbackEventJson.read(events.get(0).data())).isInstanceOfSatisfying(ChainStart.class,
				(start) -> assertThat(start.run().id()).isEqualTo(ofChain.runId()));
	}

	@Test
	void shouldReceiveARunThatTheApplicationStarts() {
		RunFeed feed = this.feeds.create("alice");
		Answers.clientOf("a", "b").prompt("Hi").runId(feed.runId()).callbacks(feed.handler()).text().block();
		assertThat(Answers.lines(Answers.all(this.feeds.follow(feed.runId(), "alice", null)))).containsExactly(
				"1:token:{\"text\":\"a\"}", "2:token:{\"text\":\"b\"}", "3:end:{\"outcome\":\"COMPLETED\"}");
	}

	@Test
	void shouldGoOnWhenTheRunAroundItIsCancelled() {
		RunFeed feed = this.feeds.create("alice", FeedView.events(RunStart.class));
		CallbackManager manager = this.answers.manager();
		Flux<ServerSentEvent<String>> started = feed.start(this.answers.client().prompt("Hi").content());
		Disposable request = manager.run("request", "GET /", started).subscribe();
		Answers.await("the call", () -> this.answers.subscriptions() == 1);
		UUID outer = manager.openRuns().get(0).id();
		request.dispose();
		this.answers.tokens(0, 2);
		this.answers.complete();
		List<ServerSentEvent<String>> events = Answers.all(started);
		assertThat(events).extracting(ServerSentEvent::event).containsExactly("ChatModelStart", "end");
		assertThat(CallbackEventJson.read(events.get(0).data()).run().parentId()).isEqualTo(outer);
		assertThat(this.answers.cancellations()).isZero();
	}

	@Test
	void shouldLeaveOutWhatTheViewDoesNotContain() {
		FeedView view = (event) -> (event instanceof RunEnd) ? new FeedItem("done", "line 1\nline 2") : null;
		List<ServerSentEvent<String>> events = Answers
			.all(this.feeds.create("alice", view).start(Answers.clientOf("a").prompt("Hi").content()));
		assertThat(Answers.lines(events)).containsExactly("1:done:line 1\nline 2", "2:end:{\"outcome\":\"COMPLETED\"}");
		for (String reserved : Arrays.asList("end", "interrupted", "reset", "", "a\nb")) {
			assertThatIllegalArgumentException().isThrownBy(() -> new FeedItem(reserved, ""));
		}
	}

	@Test
	void shouldCount() {
		RunFeed feed = this.feeds.create("alice");
		Disposable follower = feed.start(this.answers.client().prompt("Hi").content()).subscribe();
		this.answers.tokens(0, 2);
		Answers.await("two tokens", () -> this.feeds.statistics().appended() == 2);
		assertThat(this.feeds.statistics().open()).isOne();
		assertThat(this.feeds.statistics().followers()).isOne();
		follower.dispose();
		Answers.await("no follower", () -> this.feeds.statistics().followers() == 0);
		this.answers.complete();
		Answers.await("the end", () -> this.feeds.statistics().open() == 0);
		assertThat(this.feeds.statistics().kept()).isOne();
	}

}
