package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.springframework.core.task.TaskExecutor;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Chunks;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random runs with random handlers, and what has to hold when all is over.
 */
final class StressSchedule {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Random random;

	private final TaskExecutor pool;

	private final List<StressHandler> handlers = new ArrayList<>();

	private final CallbackManager manager;

	private final ChatClient client;

	private final List<String> received = new CopyOnWriteArrayList<>();

	private volatile boolean over;

	StressSchedule(long seed, TaskExecutor pool) {
		this.random = new Random(seed);
		this.pool = pool;
		TaskExecutor executor = (this.random.nextInt(3) == 0) ? rejecting(this.random.nextLong()) : pool;
		int count = 1 + this.random.nextInt(4);
		for (int i = 0; i < count; i++) {
			this.handlers
				.add(new StressHandler(this.random, this.random.nextBoolean() ? executor : null, this::nestedCall));
		}
		this.manager = CallbackManager.builder()
			.executor(executor)
			.registrations(this.handlers.stream().map(StressHandler::registration).toList())
			.build();
		int burst = this.random.nextBoolean() ? 1 : 2 + this.random.nextInt(30);
		this.client = ChatClient
			.builder(
					new BurstModel(new ScriptedChatModel((request) -> answer(request.messages().get(0).text())), burst))
			.callbackManager(this.manager)
			.build();
	}

	private TaskExecutor rejecting(long seed) {
		Random dice = new Random(seed);
		return (task) -> {
			boolean rejects;
			synchronized (dice) {
				rejects = dice.nextInt(5) == 0;
			}
			if (rejects) {
				throw new RejectedExecutionException("not now");
			}
			this.pool.execute(task);
		};
	}

	private Mono<Void> nestedCall() {
		return this.over ? Mono.empty() : this.client.prompt("nested").result().onErrorComplete().then();
	}

	private static Flux<ChatChunk> answer(String prompt) {
		if (prompt.equals("nested")) {
			return Chunks.tokens("n ", "e ", "s ");
		}
		Random dice = new Random(prompt.hashCode());
		String[] tokens = IntStream.range(0, dice.nextInt(60)).mapToObj((i) -> i + " ").toArray(String[]::new);
		Flux<ChatChunk> answer = Chunks.tokens(tokens);
		answer = switch (dice.nextInt(5)) {
			case 0 -> answer.publishOn(Schedulers.parallel(), 1 + dice.nextInt(8));
			case 1 -> answer.delayElements(Duration.ofNanos(dice.nextInt(20_000)));
			case 2 -> answer.subscribeOn(Schedulers.parallel());
			default -> answer;
		};
		return switch (dice.nextInt(6)) {
			case 0 -> answer.take(dice.nextInt(20)).concatWith(Flux.error(new IllegalStateException("provider")));
			case 1 -> answer.take(dice.nextInt(20)).concatWith(Mono.<ChatChunk>never().timeout(Duration.ofMillis(5)));
			default -> answer;
		};
	}

	void run() {
		int runs = 1 + this.random.nextInt(5);
		CountDownLatch ended = new CountDownLatch(runs);
		for (int i = 0; i < runs; i++) {
			start(ended);
		}
		Awaitility.await("all callers").atMost(TIMEOUT).until(() -> ended.getCount() == 0);
		this.over = true;
		RunRegistry live = ((DefaultCallbackManager) this.manager).registry();
		Awaitility.await("no live runs").atMost(TIMEOUT).until(() -> live.count() == 0);
		this.handlers.forEach(this::check);
	}

	private void start(CountDownLatch ended) {
		Flux<?> work = call();
		if (this.random.nextInt(3) == 0) {
			List<Flux<?>> calls = IntStream.range(0, 1 + this.random.nextInt(3))
				.<Flux<?>>mapToObj((i) -> call())
				.toList();
			work = this.manager.run("tree", "in", Flux.merge(calls).cast(Object.class));
		}
		if (this.random.nextBoolean()) {
			work = work.limitRate(1 + this.random.nextInt(10));
		}
		Scheduler scheduler = this.random.nextBoolean() ? Schedulers.parallel() : Schedulers.boundedElastic();
		// in contrast to subscribeOn, no call has ended that may still open its run
		Disposable.Swap subscription = Disposables.swap();
		Flux<?> call = work.doFinally((signal) -> ended.countDown())
			.doOnSubscribe((upstream) -> subscription.update(upstream::cancel));
		scheduler.schedule(() -> call.subscribe((item) -> this.received.add(String.valueOf(item)), (ex) -> {
		}));
		if (this.random.nextInt(3) == 0) {
			Schedulers.parallel().schedule(subscription::dispose, this.random.nextInt(4_000_000), TimeUnit.NANOSECONDS);
		}
	}

	private Flux<?> call() {
		ChatClient.PromptSpec prompt = this.client.prompt("prompt " + this.random.nextInt());
		if (this.random.nextInt(4) == 0 && !this.handlers.get(0).isPerRootRun()) {
			LlmCallbackHandler again = this.handlers.get(0).registration().source().apply(Map.of()).handler();
			prompt.callbacks(again);
		}
		return this.random.nextBoolean() ? prompt.stream() : prompt.result().flux();
	}

	private void check(StressHandler handler) {
		assertThat(handler.probe().overlaps()).as("overlaps of %s", handler).isEmpty();
		if (handler.isSerial()) {
			assertThat(handler.probe().mostInside()).as("calls at one time of %s", handler).isLessThanOrEqualTo(1);
		}
		List<CallbackEvent> all = handler.probe().events();
		Map<UUID, List<CallbackEvent>> byRun = all.stream().collect(Collectors.groupingBy((event) -> event.run().id()));
		byRun.values().forEach((events) -> checkRun(handler, events));
		if (!handler.hangs()) {
			byRun.values().forEach((events) -> checkParent(handler, all, events, byRun));
		}
	}

	private static void checkRun(StressHandler handler, List<CallbackEvent> events) {
		List<CallbackEvent> ends = events.stream().filter(RunEnd.class::isInstance).toList();
		assertThat(events.get(0)).as("first event of %s", handler).isInstanceOf(RunStart.class);
		assertThat(events.stream().filter(RunStart.class::isInstance)).as("starts of %s", handler).hasSize(1);
		if (handler.hangs() && ends.isEmpty()) {
			return;
		}
		assertThat(ends).as("ends of %s in %s", handler, events).hasSize(1);
		assertThat(events.get(events.size() - 1)).as("last event of %s", handler).isSameAs(ends.get(0));
		LlmResult result = resultOf(ends.get(0));
		if (result != null) {
			String heard = events.stream()
				.filter(LlmNewToken.class::isInstance)
				.map((event) -> ((LlmNewToken) event).token())
				.collect(Collectors.joining());
			boolean complete = handler.hearsEveryToken() ? heard.equals(result.text())
					: isSubsequence(heard, result.text());
			assertThat(complete).as("'%s' of '%s' heard by %s", heard, result.text(), handler).isTrue();
		}
	}

	private static boolean isSubsequence(String heard, String all) {
		List<String> rest = new ArrayList<>(List.of(all.split(" ")));
		for (String token : heard.split(" ")) {
			int index = rest.indexOf(token);
			if (index < 0) {
				return token.isEmpty();
			}
			rest.subList(0, index + 1).clear();
		}
		return true;
	}

	private static LlmResult resultOf(CallbackEvent end) {
		if (end instanceof LlmEnd completed) {
			return completed.result();
		}
		if (end instanceof LlmError failed) {
			return failed.result();
		}
		return (end instanceof LlmCancel cancelled) ? cancelled.result() : null;
	}

	private static boolean isNested(CallbackEvent event) {
		return event instanceof ChatModelStart start && start.messages().get(0).text().equals("nested");
	}

	// events of a child are inside those of its parent
	private static void checkParent(StressHandler handler, List<CallbackEvent> all, List<CallbackEvent> events,
			Map<UUID, List<CallbackEvent>> byRun) {
		UUID parentId = events.get(0).run().parentId();
		List<CallbackEvent> parent = (parentId != null) ? byRun.get(parentId) : null;
		if (parent == null || events.get(0).run().type() != RunType.LLM || isNested(events.get(0))
				|| !parent.get(0).run().name().equals("tree")) {
			return;
		}
		assertThat(all.indexOf(events.get(0))).as("start inside the parent for %s", handler)
			.isGreaterThan(all.indexOf(parent.get(0)));
		assertThat(all.indexOf(events.get(events.size() - 1))).as("end inside the parent for %s", handler)
			.isLessThan(all.indexOf(parent.get(parent.size() - 1)));
	}

}
