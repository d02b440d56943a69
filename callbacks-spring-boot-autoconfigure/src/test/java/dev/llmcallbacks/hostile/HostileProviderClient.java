package dev.llmcallbacks.hostile;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.LoggerFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.client.TimeLimits;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.hostile.ProviderAttack.Kind;
import dev.llmcallbacks.hostile.ProviderAttack.Protocol;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

/**
 * The program that {@link HostileProviderTests} starts with little memory: it makes a
 * call for each {@link ProviderAttack}, all on one event loop, next to a calm stream, and
 * prints a line for each.
 */
public final class HostileProviderClient {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private static final TimeLimits LIMITS = new TimeLimits(Duration.ofSeconds(60), Duration.ofSeconds(60),
			Duration.ofSeconds(75));

	private static final TimeLimits SHORT_LIMITS = new TimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(2),
			Duration.ofSeconds(3));

	/** In the first round the JVM has not compiled the code yet. */
	private static final int ROUNDS = 2;

	private final ConnectionProvider connections = ConnectionProvider.newConnection();

	private final LoopResources loops = LoopResources.create("hostile", 1, true);

	private final WebClient.Builder webClient = WebClient.builder()
		.clientConnector(new ReactorClientHttpConnector(
				HttpClient.create(this.connections).runOn(this.loops).compress(true).followRedirect(true)));

	private final CallbackManager manager = CallbackManager.builder().build();

	private final String url;

	private final AtomicLong calmTokens = new AtomicLong();

	private final LongestTurn longestTurn;

	private HostileProviderClient(String url) throws InterruptedException {
		this.url = url;
		EventLoopGroup group = this.loops.onClient(LoopResources.DEFAULT_NATIVE);
		this.longestTurn = new LongestTurn((EventLoop) group.next());
	}

	public static void main(String[] args) throws Exception {
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
		new HostileProviderClient(args[0]).run();
		System.exit(0);
	}

	private void run() throws InterruptedException {
		AtomicReference<String> calmEnd = new AtomicReference<>("open");
		Disposable calm = model(Protocol.OPENAI, HostileProvider.CALM).stream(HostileProviderTests.REQUEST)
			.doFinally((signal) -> calmEnd.set(signal.toString()))
			.subscribe((chunk) -> this.calmTokens.incrementAndGet(), Throwable::printStackTrace);
		for (int round = 0; round < ROUNDS; round++) {
			ProviderAttack.values().stream().filter((attack) -> attack.kind() != Kind.TIMED).forEach(this::play);
		}
		Flux.fromIterable(ProviderAttack.values())
			.filter((attack) -> attack.kind() == Kind.TIMED)
			.flatMap((attack) -> Mono.fromRunnable(() -> play(attack)).subscribeOn(Schedulers.boundedElastic()), 20)
			.blockLast(PATIENCE);
		System.out.println("CALM\t" + calmEnd.get() + "\t" + this.calmTokens.get());
		calm.dispose();
	}

	private void play(ProviderAttack attack) {
		this.longestTurn.take();
		long start = System.nanoTime();
		String outcome = (attack.protocol() == Protocol.PAUSED) ? pause(attack) : call(attack);
		long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
		System.out.println(String.join("\t", "ATTACK", attack.name(), outcome, Long.toString(this.longestTurn.take()),
				Long.toString(millis)));
	}

	private String call(ProviderAttack attack) {
		AtomicReference<@Nullable String> received = new AtomicReference<>();
		CountDownLatch ended = new CountDownLatch(1);
		CallbackHandler listener = CallbackHandler.on(RunEnd.class, (end) -> {
			received.set(end.getClass().getSimpleName());
			ended.countDown();
		});
		Throwable error = client(attack).prompt("Hi")
			.callbacks(listener)
			.stream()
			.then()
			.materialize()
			.mapNotNull((signal) -> signal.getThrowable())
			.block(PATIENCE);
		await(ended);
		if (error == null) {
			return "completed\t0\t" + received.get();
		}
		if (!(error instanceof ChatModelException failure)) {
			return error + "\t-\t" + received.get();
		}
		return failure.getClass().getSimpleName() + "\t"
				+ (failure.toString().length() + failure.getProviderError().toString().length()) + "\t"
				+ received.get();
	}

	private String pause(ProviderAttack attack) {
		AtomicReference<@Nullable String> received = new AtomicReference<>();
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch ended = new CountDownLatch(1);
		CallbackHandler listener = CallbackHandler.on(RunEnd.class, (end) -> {
			received.set(end.getClass().getSimpleName());
			ended.countDown();
		});
		BaseSubscriber<ChatChunk> subscriber = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				subscription.request(1);
			}

			@Override
			protected void hookOnNext(ChatChunk chunk) {
				begun.countDown();
			}

		};
		client(attack).prompt("Hi").callbacks(listener).stream().subscribe(subscriber);
		await(begun);
		pause();
		subscriber.cancel();
		await(ended);
		return "cancelled\t0\t" + received.get();
	}

	private static void pause() {
		try {
			TimeUnit.SECONDS.sleep(1);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("Nothing happened");
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private ChatClient client(ProviderAttack attack) {
		return ChatClient.builder(model(attack.protocol(), attack.name()))
			.callbackManager(this.manager)
			.retryPolicy(new RetryPolicy(1, Duration.ZERO, Duration.ZERO))
			.timeLimits((attack.kind() == Kind.TIMED) ? SHORT_LIMITS : LIMITS)
			.build();
	}

	private ChatModel model(Protocol protocol, String path) {
		ChatOptions options = ChatOptions.builder().model("m").build();
		String baseUrl = this.url + "/" + path;
		return (protocol == Protocol.ANTHROPIC)
				? AnthropicChatModel.builder()
					.baseUrl(baseUrl)
					.apiKey(HostileProviderTests.KEY)
					.webClientBuilder(this.webClient)
					.defaultOptions(options)
					.build()
				: OpenAiChatModel.builder()
					.baseUrl(baseUrl)
					.apiKey(HostileProviderTests.KEY)
					.webClientBuilder(this.webClient)
					.defaultOptions(options)
					.build();
	}

	/**
	 * Measures the turns of an event loop: the CPU time of its thread between two runs of
	 * a periodic task. Other processes and garbage collection do not count.
	 */
	private static final class LongestTurn {

		private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

		private final AtomicLong longest = new AtomicLong();

		private long last;

		LongestTurn(EventLoop loop) {
			loop.execute(() -> this.last = this.threads.getCurrentThreadCpuTime());
			loop.scheduleAtFixedRate(this::measure, 5, 5, TimeUnit.MILLISECONDS);
		}

		private void measure() {
			long now = this.threads.getCurrentThreadCpuTime();
			this.longest.accumulateAndGet(now - this.last, Math::max);
			this.last = now;
		}

		long take() {
			return this.longest.getAndSet(0) / 1_000_000;
		}

	}

}
