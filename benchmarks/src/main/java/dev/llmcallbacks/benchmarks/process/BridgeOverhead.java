package dev.llmcallbacks.benchmarks.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import org.reactivestreams.Publisher;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.autoconfigure.LangChain4jAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.SpringAiAutoConfiguration;
import dev.llmcallbacks.benchmarks.load.AsyncTokenCounter;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.TokenCounter;
import dev.llmcallbacks.benchmarks.load.Transcript;
import dev.llmcallbacks.callback.LlmCallback;

/**
 * What the starter costs an application that calls a model with Spring AI's client or
 * with LangChain4j's: in the same application without the starter, with it and no
 * handler, and with a blocking and a reactive handler. Answers of one token show the cost
 * of a call, and long ones that of a token. The candidates take turns; what is reported
 * are medians, and of ratios the medians of those within one round.
 */
public final class BridgeOverhead {

	private static final String PROMPT = "Tell me a joke";

	private static final String MODEL = "model";

	private static final int WARM_UP_ROUNDS = 20;

	private final int rounds;

	private final int tokens;

	private final ClosedLoop loop;

	BridgeOverhead(int rounds, int streams, int tokens, long millis) {
		this.rounds = rounds;
		this.tokens = tokens;
		this.loop = new ClosedLoop(streams, TimeUnit.MILLISECONDS.toNanos(millis));
	}

	/**
	 * Measure, and print a table for each library.
	 * @param args the number of rounds, of streams at once, of tokens of a long answer,
	 * and the milliseconds of a turn; each may be left out from the end
	 */
	public static void main(String[] args) {
		Arguments arguments = new Arguments(args);
		BridgeOverhead measurement = new BridgeOverhead(arguments.number(0, 15), arguments.number(1, 4),
				arguments.number(2, 1000), arguments.number(3, 500));
		measurement.run().forEach((library, table) -> System.out.println("\n" + library + "\n\n" + table));
		System.exit(0);
	}

	Map<String, String> run() {
		Map<String, String> tables = new LinkedHashMap<>();
		for (Library library : Library.values()) {
			StringBuilder table = new StringBuilder(
					"| | | microseconds | of without | CPU microseconds | of without |\n"
							+ "|---|---|--:|--:|--:|--:|\n");
			table.append(rows(library, 1, "a call of one token"));
			table.append(rows(library, this.tokens, "a token of " + this.tokens));
			tables.put(library.title, table.toString());
		}
		return tables;
	}

	private String rows(Library library, int answer, String unit) {
		Transcript transcript = Protocol.OPENAI.transcript(answer);
		List<Application> applications = new ArrayList<>();
		try (ProviderProcess provider = ProviderProcess.start(answer)) {
			for (Setting setting : Setting.values()) {
				applications.add(new Application(library, setting, provider.baseUrl() + "/v1"));
			}
			Map<String, Candidate> candidates = new LinkedHashMap<>();
			applications.forEach((application) -> candidates.put(application.setting.title,
					application.candidate(transcript.characters())));
			Rounds<Sample> measured = Rounds.of(candidates, Math.min(WARM_UP_ROUNDS, this.rounds), this.rounds,
					(candidate) -> this.loop.run(candidate, transcript));
			StringBuilder rows = new StringBuilder();
			for (Setting setting : Setting.values()) {
				rows.append(String.format(Locale.ROOT, "| %s | %s | %.2f | %.3f | %.2f | %.3f |%n", unit, setting.title,
						measured.median(setting.title, BridgeOverhead::micros),
						measured.medianRatio(setting.title, Setting.WITHOUT.title, BridgeOverhead::micros),
						measured.median(setting.title, Sample::cpuNanos) / 1e3,
						measured.medianRatio(setting.title, Setting.WITHOUT.title, Sample::cpuNanos)));
			}
			return rows.toString();
		}
		finally {
			applications.forEach((application) -> application.context.close());
		}
	}

	private static double micros(Sample sample) {
		return 1e6 / sample.tokensPerSecond();
	}

	private enum Library {

		SPRING_AI("Spring AI"), LANGCHAIN4J("LangChain4j");

		private final String title;

		Library(String title) {
			this.title = title;
		}

	}

	private enum Setting {

		WITHOUT("without the starter"), STARTER("with it, no handler"), HANDLERS("with it, one sync, one async");

		private final String title;

		Setting(String title) {
			this.title = title;
		}

	}

	/** An application with one client. */
	private static final class Application {

		private final Library library;

		private final Setting setting;

		private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

		Application(Library library, Setting setting, String baseUrl) {
			this.library = library;
			this.setting = setting;
			if (setting != Setting.WITHOUT) {
				this.context.register(WithStarter.class);
			}
			if (setting == Setting.HANDLERS) {
				this.context.register(Handlers.class);
			}
			this.context.registerBean(ChatClient.class, () -> springAi(baseUrl));
			this.context.registerBean(StreamingChatModel.class, () -> langChain4j(baseUrl));
			this.context.refresh();
		}

		private static ChatClient springAi(String baseUrl) {
			return ChatClient.create(OpenAiChatModel.builder()
				.options(OpenAiChatOptions.builder().apiKey("none").baseUrl(baseUrl).model(MODEL).build())
				.build());
		}

		private static StreamingChatModel langChain4j(String baseUrl) {
			return OpenAiStreamingChatModel.builder().apiKey("none").baseUrl(baseUrl).modelName(MODEL).build();
		}

		Candidate candidate(int characters) {
			boolean handlers = this.setting == Setting.HANDLERS;
			return new Candidate(this.setting.title, this::answer, characters, handlers ? 2 : 0,
					() -> handlers ? this.context.getBean(TokenCounter.class).takeCharacters()
							+ this.context.getBean(AsyncTokenCounter.class).takeCharacters() : 0);
		}

		private Publisher<Integer> answer() {
			return switch (this.library) {
				case SPRING_AI ->
					this.context.getBean(ChatClient.class).prompt(PROMPT).stream().content().map(String::length);
				case LANGCHAIN4J -> stream(this.context.getBean(StreamingChatModel.class));
			};
		}

		private static Flux<Integer> stream(StreamingChatModel model) {
			return Flux.create((sink) -> model.chat(PROMPT, new StreamingChatResponseHandler() {

				@Override
				public void onPartialResponse(String partialResponse) {
					sink.next(partialResponse.length());
				}

				@Override
				public void onCompleteResponse(ChatResponse completeResponse) {
					sink.complete();
				}

				@Override
				public void onError(Throwable error) {
					sink.error(error);
				}

			}));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TaskExecutionAutoConfiguration.class, LlmCallbacksAutoConfiguration.class,
			SpringAiAutoConfiguration.class, LangChain4jAutoConfiguration.class })
	static class WithStarter {

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@LlmCallback
		TokenCounter sync() {
			return new TokenCounter();
		}

		@Bean
		@LlmCallback
		AsyncTokenCounter async() {
			return new AsyncTokenCounter();
		}

	}

}
