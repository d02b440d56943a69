package dev.llmcallbacks.benchmarks.process;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.benchmarks.load.Consumption;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.startup.EmptyApplication;
import dev.llmcallbacks.client.ChatClient;

/**
 * Many calls at the same time in a Spring Boot application without any property but the
 * address, the key and the model: how many of them end well, and what the others fail
 * with.
 */
public final class ManyStreams {

	private static final long PAUSE = 1000;

	private final int streams;

	private final int tokens;

	private final AtomicInteger active = new AtomicInteger();

	private final AtomicInteger mostActive = new AtomicInteger();

	private final LongAdder completed = new LongAdder();

	private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

	ManyStreams(int streams, int tokens) {
		this.streams = streams;
		this.tokens = tokens;
	}

	/**
	 * Begin all calls, wait until they have ended, and print how.
	 * @param args the number of calls, and of tokens of an answer, one of which is sent a
	 * second; each may be left out from the end
	 */
	public static void main(String[] args) {
		Arguments arguments = new Arguments(args);
		Result result = new ManyStreams(arguments.number(0, 10_000), arguments.number(1, 60)).run();
		System.out.println(result);
		System.exit(result.failures().isEmpty() ? 0 : 1);
	}

	Result run() {
		try (ProviderProcess provider = ProviderProcess.start(this.tokens, PAUSE);
				ConfigurableApplicationContext context = SpringApplication.run(EmptyApplication.class,
						"--callbacks.openai.base-url=" + provider.baseUrl() + "/v1", "--callbacks.openai.api-key=key",
						"--callbacks.chat.model=model", "--spring.main.banner-mode=off")) {
			ChatClient client = context.getBean(ChatClient.class);
			int characters = Protocol.OPENAI.stamped(this.tokens).characters();
			long start = System.nanoTime();
			List<Consumption<Integer>> running = IntStream.range(0, this.streams)
				.mapToObj((number) -> Consumption.<Integer>begin(call(client, characters), (length) -> {
				}))
				.toList();
			running.forEach(Consumption::await);
			long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
			Map<String, Long> failed = new TreeMap<>();
			this.failures.forEach((failure, count) -> failed.put(failure, count.sum()));
			return new Result(this.streams, this.completed.sum(), this.mostActive.get(), failed, millis);
		}
	}

	private Flux<Integer> call(ChatClient client, int characters) {
		Flux<Integer> lengths = client.prompt("Tell me a joke").content().map(String::length);
		return lengths
			.doOnSubscribe((subscription) -> this.mostActive.accumulateAndGet(this.active.incrementAndGet(), Math::max))
			.reduce(0, Integer::sum)
			.flux()
			.doOnNext((sum) -> {
				if (sum != characters) {
					throw new IllegalStateException(sum + " instead of " + characters + " characters");
				}
				this.completed.increment();
			})
			.doOnTerminate(this.active::decrementAndGet)
			.onErrorResume((error) -> {
				this.failures.computeIfAbsent(error.toString(), (failure) -> new LongAdder()).increment();
				return Flux.empty();
			});
	}

	record Result(int calls, long completed, int mostAtATime, Map<String, Long> failures, long millis) {

		@Override
		public String toString() {
			return "%d calls: %d ended well, %d at a time at most, in %.1f s; failures: %s".formatted(this.calls,
					this.completed, this.mostAtATime, this.millis / 1000.0, this.failures);
		}

	}

}
