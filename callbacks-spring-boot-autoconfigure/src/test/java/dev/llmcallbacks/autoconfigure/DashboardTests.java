package dev.llmcallbacks.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.yaml.snakeyaml.Yaml;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares every query of the dashboard, of the alerts and of
 * {@code docs/observability.md} with what an application exports to Prometheus after one
 * call of each kind.
 */
class DashboardTests {

	private static final Path DOCS = Path.of("..", "docs");

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final Pattern SELECTOR = Pattern.compile("\\{([^}]*)}");

	private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"");

	private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without) \\(([^)]*)\\)");

	private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");

	private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z_]\\w*\\b(?!\\s*\\()");

	private static final Pattern VARIABLE = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

	private static final Pattern PROMQL = Pattern.compile("^```promql\\R(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

	private static ConfigurableApplicationContext application;

	private static Disposable active;

	private static List<Sample> exported;

	@BeforeAll
	static void exportAfterOneCallOfEachKind() {
		application = new SpringApplicationBuilder(MeasuredApplication.class).web(WebApplicationType.NONE)
			.properties("callbacks.chat.model=any")
			.run();
		ChatClient client = application.getBean(ChatClient.class);
		ScriptedChatModel model = application.getBean(ScriptedChatModel.class);
		model.answer(ScriptedAnswer.text("one two three").withUsage(3, 3));
		client.prompt("complete").text().block(TIMEOUT);
		model.answer(ScriptedAnswer.failure(new IllegalStateException("no answer")));
		client.prompt("fail").text().onErrorComplete().block(TIMEOUT);
		model.answer(ScriptedAnswer.tokens("one").then(ScriptedAnswer.silence()));
		client.prompt("cancel").content().blockFirst(TIMEOUT);
		model.answer(ScriptedAnswer.toolCalls(new ToolCall("1", "clock", "{}")));
		model.answer(ScriptedAnswer.text("noon"));
		runAgentInChain(client);
		model.answer(ScriptedAnswer.tokens("one").then(ScriptedAnswer.silence()));
		active = client.prompt("stay").content().subscribe();
		String scrape = application.getBean(PrometheusMeterRegistry.class).scrape();
		exported = scrape.lines().filter((line) -> !line.startsWith("#")).map(Sample::parse).toList();
	}

	private static void runAgentInChain(ChatClient client) {
		CallbackManager manager = application.getBean(CallbackManager.class);
		Tool clock = Tool.of(new ToolDefinition("clock", "Returns the time.", "{\"type\": \"object\"}"),
				(arguments) -> "12:00");
		Agent agent = Agent.builder(client).tools(clock).callbackManager(manager).build();
		Retriever pages = Retriever.of("pages", (query) -> List.of(new Document("A page"))).withManager(manager);
		Chain.of("task", (String question) -> pages.retrieve(question).then(agent.text(question)))
			.withManager(manager)
			.invoke("What time is it?")
			.block(TIMEOUT);
	}

	@AfterAll
	static void close() {
		active.dispose();
		application.close();
	}

	static List<Query> queries() throws IOException {
		List<Query> queries = new ArrayList<>();
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DOCS.resolve("grafana/llm-callbacks.json")));
		dashboard.get("panels")
			.forEach((panel) -> panel.path("targets")
				.forEach((target) -> queries
					.add(new Query(panel.get("title").asString(), target.get("expr").asString()))));
		rules().forEach((rule) -> queries.add(new Query((String) rule.get("alert"), (String) rule.get("expr"))));
		PROMQL.matcher(Files.readString(DOCS.resolve("observability.md")))
			.results()
			.forEach((block) -> queries.add(new Query("observability.md", block.group(1))));
		return queries;
	}

	private static List<Map<String, Object>> rules() throws IOException {
		Map<String, List<Map<String, List<Map<String, Object>>>>> file = new Yaml()
			.load(Files.readString(DOCS.resolve("prometheus/llm-callbacks-alerts.yml")));
		return file.get("groups").stream().flatMap((group) -> group.get("rules").stream()).toList();
	}

	@Test
	void shouldFindTheQueries() throws IOException {
		assertThat(rules()).hasSize(3).allSatisfy((rule) -> assertThat(rule).containsKeys("labels", "annotations"));
		assertThat(queries()).extracting(Query::source)
			.contains("Calls by outcome", "LlmCallsFail", "observability.md")
			.hasSizeGreaterThan(30);
	}

	@ParameterizedTest
	@MethodSource("queries")
	void shouldAskForMetersThatAreExported(Query query) {
		assertThat(query.metrics()).isNotEmpty()
			.allSatisfy((metric) -> assertThat(exported).filteredOn((sample) -> sample.name().equals(metric))
				.extracting(Sample::labels)
				.as("labels of %s", metric)
				.anyMatch((labels) -> labels.keySet().containsAll(query.labels())
						&& labels.entrySet().containsAll(query.values().entrySet())));
	}

	@Test
	void shouldOfferTheModelsThatAreExported() throws IOException {
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DOCS.resolve("grafana/llm-callbacks.json")));
		Matcher variable = VARIABLE.matcher(dashboard.at("/templating/list/1/definition").asString());
		assertThat(variable.matches()).isTrue();
		assertThat(exported).filteredOn((sample) -> sample.name().equals(variable.group(1)))
			.extracting(Sample::labels)
			.anyMatch((labels) -> "any".equals(labels.get(variable.group(2))));
	}

	/**
	 * A query.
	 *
	 * @param source the panel, alert or page that contains it
	 * @param expression the expression in PromQL
	 */
	record Query(String source, String expression) {

		Set<String> metrics() {
			String names = RANGE
				.matcher(GROUPING.matcher(SELECTOR.matcher(this.expression).replaceAll("")).replaceAll(""))
				.replaceAll("");
			return NAME.matcher(names)
				.results()
				.map(MatchResult::group)
				.filter((name) -> !name.matches("sum|max|by|without"))
				.collect(Collectors.toCollection(LinkedHashSet::new));
		}

		Set<String> labels() {
			Stream<String> grouped = GROUPING.matcher(this.expression)
				.results()
				.flatMap((grouping) -> Stream.of(grouping.group(1).split(",\\s*")));
			return Stream.concat(grouped, matchers().map((matcher) -> matcher.group(1))).collect(Collectors.toSet());
		}

		Map<String, String> values() {
			return matchers().filter((matcher) -> matcher.group(2).equals("="))
				.collect(Collectors.toMap((matcher) -> matcher.group(1), (matcher) -> matcher.group(3),
						(one, other) -> one));
		}

		private Stream<MatchResult> matchers() {
			return SELECTOR.matcher(this.expression)
				.results()
				.flatMap((selector) -> MATCHER.matcher(selector.group(1)).results());
		}

		@Override
		public String toString() {
			return this.source + ": " + this.expression;
		}

	}

	/**
	 * A line that the application exports.
	 *
	 * @param name the name of the metric
	 * @param labels the labels with their values
	 */
	record Sample(String name, Map<String, String> labels) {

		static Sample parse(String line) {
			String name = line.split("[{ ]", 2)[0];
			Map<String, String> labels = MATCHER.matcher(line)
				.results()
				.collect(Collectors.toMap((label) -> label.group(1), (label) -> label.group(3)));
			return new Sample(name, labels);
		}

	}

	@EnableAutoConfiguration
	static class MeasuredApplication {

		@Bean
		ScriptedChatModel model() {
			return new ScriptedChatModel();
		}

		@Bean
		@LlmCallback
		CallbackHandler failing() {
			return CallbackHandler.on(LlmEnd.class, (end) -> {
				throw new IllegalStateException("a failure that the test expects");
			});
		}

	}

}
