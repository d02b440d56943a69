package dev.llmcallbacks.benchmarks.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.llmcallbacks.benchmarks.load.Consumption;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;

/**
 * Reads many slow streams at once for a while, half of which their subscriber cancels at
 * a random moment, and tells what that leaves behind: connections, threads, direct memory
 * and runs, before and after.
 */
public final class Soak {

	private static final Duration IDLE = Duration.ofSeconds(2);

	private static final int TOKENS = 40;

	private static final long PAUSE = 50;

	private final int streams;

	private final Duration duration;

	private final RunCounter runs = new RunCounter();

	private final PoolWatch pool = new PoolWatch();

	private final LongAdder completed = new LongAdder();

	private final LongAdder failed = new LongAdder();

	Soak(int streams, Duration duration) {
		this.streams = streams;
		this.duration = duration;
	}

	/**
	 * Soak, and print what was there before, in the midst of it, and after.
	 * @param args the number of streams at once, and the seconds; each may be left out
	 * from the end
	 */
	public static void main(String[] args) {
		Arguments arguments = new Arguments(args);
		System.out.println(new Soak(arguments.number(0, 2000), Duration.ofSeconds(arguments.number(1, 60))).run());
		System.exit(0);
	}

	Result run() {
		ConnectionProvider connections = ConnectionProvider.builder("soak")
			.maxConnections(this.streams)
			.pendingAcquireMaxCount(-1)
			.maxIdleTime(IDLE)
			.evictInBackground(IDLE)
			.metrics(true, () -> this.pool)
			.build();
		WebClient.Builder webClientBuilder = WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create(connections)));
		try (ProviderProcess provider = ProviderProcess.start(TOKENS, PAUSE)) {
			List<ChatClient> clients = Stream.of(Protocol.values())
				.map((protocol) -> client(protocol, webClientBuilder, provider.baseUrl()))
				.toList();
			// what is made once and kept, event loops and arenas, is made by now
			load(clients, this.duration.dividedBy(6));
			Traces before = settled();
			long calls = this.runs.ended();
			List<Consumption<Integer>> running = begin(clients, this.duration);
			LockSupport.parkNanos(this.duration.toNanos() / 2);
			Traces amid = traces();
			running.forEach(Consumption::await);
			return new Result(this.runs.ended() - calls, this.completed.sum(), this.runs.cancelled(), this.failed.sum(),
					before, amid, settled());
		}
		finally {
			connections.dispose();
		}
	}

	private ChatClient client(Protocol protocol, WebClient.Builder webClientBuilder, String baseUrl) {
		return ChatClient.builder(protocol.chatModel(webClientBuilder, baseUrl))
			.callbackManager(CallbackManager.builder().handlers(this.runs).build())
			.defaultOptions(ChatOptions.builder().model("model").build())
			.build();
	}

	private void load(List<ChatClient> clients, Duration time) {
		begin(clients, time).forEach(Consumption::await);
	}

	private List<Consumption<Integer>> begin(List<ChatClient> clients, Duration time) {
		long deadline = System.nanoTime() + time.toNanos();
		return IntStream.range(0, this.streams)
			.mapToObj((number) -> Flux.defer(() -> call(clients.get(number % clients.size())))
				.repeat(() -> System.nanoTime() < deadline))
			.map((stream) -> Consumption.<Integer>begin(stream, (length) -> {
			}))
			.toList();
	}

	private Flux<Integer> call(ChatClient client) {
		Flux<Integer> answer = client.prompt("Tell me a joke")
			.stream()
			.map((chunk) -> chunk.text().length())
			.doOnComplete(this.completed::increment)
			.onErrorResume((error) -> {
				this.failed.increment();
				return Flux.empty();
			});
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long span = TOKENS * PAUSE;
		return random.nextBoolean() ? answer : answer.take(Duration.ofMillis(random.nextLong(span)));
	}

	private Traces traces() {
		return Traces.now(this.pool.allocated(), this.runs.live());
	}

	// Waits until idle connections have been closed, which takes as long as they may
	// idle.
	private Traces settled() {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (System.nanoTime() < deadline && (this.pool.allocated() > 0 || this.runs.live() > 0)) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
		}
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
		return traces();
	}

	record Result(long calls, long completed, long cancelled, long failed, Traces before, Traces amid, Traces after) {

		@Override
		public String toString() {
			return "%d calls: %d completed, %d cancelled, %d failed (the warm-up counted)%n".formatted(this.calls,
					this.completed, this.cancelled, this.failed) + "before " + this.before + System.lineSeparator()
					+ "amid   " + this.amid + System.lineSeparator() + "after  " + this.after;
		}

	}

}
