package dev.llmcallbacks.provider;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

/**
 * Plays mutated answers, one after the other, and checks of each what must hold of all.
 * Each answer depends on the seed and its own number alone.
 */
final class FuzzWorker implements Callable<FuzzWorker.Tally> {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final int MAX_EVENT_SIZE = 32 * 1024;

	private final FuzzCorpus corpus;

	private final long seed;

	private final int from;

	private final int to;

	private final MemoryExchange exchange = new MemoryExchange();

	private final ChatClient client;

	private int completed;

	private int failed;

	private int cancelled;

	FuzzWorker(FuzzCorpus corpus, long seed, int from, int to) {
		this.corpus = corpus;
		this.seed = seed;
		this.from = from;
		this.to = to;
		this.client = ChatClient
			.builder(corpus.fixture()
				.model("http://localhost", this.exchange.webClientBuilder(), MAX_EVENT_SIZE,
						ChatOptions.builder().model("m").build()))
			.callbackManager(CallbackManager.builder().build())
			.retryPolicy(new RetryPolicy(1, Duration.ZERO, Duration.ZERO))
			.build();
	}

	@Override
	public Tally call() {
		for (int number = this.from; number < this.to; number++) {
			Random random = new Random(this.seed * 1_000_003 + number);
			random.nextInt();
			try {
				play(random);
			}
			catch (RuntimeException | Error ex) {
				throw new AssertionError("Answer " + number + " of seed " + this.seed + " in "
						+ this.corpus.fixture().protocol() + "'s protocol: " + ex, ex);
			}
		}
		return new Tally(this.completed, this.failed, this.cancelled);
	}

	private void play(Random random) {
		List<byte[]> answers = this.corpus.answers();
		byte[] bytes = new FuzzMutator(random).mutate(answers.get(random.nextInt(answers.size())),
				answers.get(random.nextInt(answers.size())));
		int status = (random.nextInt(16) == 0) ? 400 + random.nextInt(200) : 200;
		Ending ending = (random.nextInt(16) == 0) ? Ending.RESET : Ending.CLEAN;
		boolean threads = random.nextInt(32) == 0;
		this.exchange.answer(
				new Response(status, Map.of("Content-Type", random.nextBoolean() ? "text/event-stream" : "text/plain"),
						pieces(bytes, random), ending),
				(body) -> threads ? body.publishOn(Schedulers.parallel()) : body);
		FuzzListener listener = new FuzzListener();
		Flux<ChatChunk> stream = this.client.prompt("Hi").callbacks(listener).stream();
		if (random.nextInt(8) == 0) {
			stream.take(1 + random.nextInt(4)).onErrorComplete().blockLast(TIMEOUT);
			listener.awaitEnd();
			this.cancelled++;
		}
		else {
			check(stream, listener);
		}
		listener.check();
		long leaks = this.exchange.takeLeaks();
		if (leaks > 0) {
			throw new AssertionError(leaks + " buffers were not released");
		}
	}

	private static List<byte[]> pieces(byte[] bytes, Random random) {
		if (random.nextInt(4) == 0) {
			return SocketServer.randomPieces(bytes, random);
		}
		int cut = random.nextInt(bytes.length + 1);
		return List.of(Arrays.copyOfRange(bytes, 0, cut), Arrays.copyOfRange(bytes, cut, bytes.length));
	}

	private void check(Flux<ChatChunk> stream, FuzzListener listener) {
		AnswerAssembler assembler = new AnswerAssembler();
		Signal<?> end = stream.doOnNext(assembler::add).then().materialize().block(TIMEOUT);
		Throwable error = end.getThrowable();
		if (error != null
				&& (!(error instanceof ChatModelException) || error.toString().contains("report it to the library"))) {
			throw new AssertionError("Not a typed failure", error);
		}
		this.failed += (error != null) ? 1 : 0;
		this.completed += (error != null) ? 0 : 1;
		LlmResult result = listener.result();
		String told = (result != null) ? text(result.generations().get(0)) : null;
		if (!text(assembler.toResponse().generations()).equals(told)) {
			throw new AssertionError("The subscriber and the handler were told different texts");
		}
	}

	private static String text(List<ChatGeneration> generations) {
		return generations.stream().map(ChatGeneration::text).collect(Collectors.joining("|"));
	}

	record Tally(int completed, int failed, int cancelled) {

		Tally plus(Tally other) {
			return new Tally(this.completed + other.completed, this.failed + other.failed,
					this.cancelled + other.cancelled);
		}

		int total() {
			return this.completed + this.failed + this.cancelled;
		}

	}

}
