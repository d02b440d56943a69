package dev.llmcallbacks.autoconfigure.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.logging.Level;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.springframework.boot.WebApplicationType;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.handlers.JsonLinesRecorder;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the page that shows runs, in a real browser where Chromium and its driver are
 * installed. Screenshots are written to {@code target/run-view}.
 */
@EnabledIf("isBrowserInstalled")
@TestMethodOrder(OrderAnnotation.class)
class RunViewBrowserTests {

	private static final Duration TIMEOUT = RunViewBrowser.TIMEOUT;

	private static RunViewApplication application;

	private static RunViewBrowser page;

	private static ChromeDriver browser;

	private final RunViewScene scene = new RunViewScene(application.bean(CallbackManager.class));

	static boolean isBrowserInstalled() {
		return RunViewBrowser.isInstalled();
	}

	@BeforeAll
	static void start() {
		application = RunViewApplication.start(WebApplicationType.REACTIVE, false, "/actuator/llmruns",
				new String[] { RunViewApplication.ON[0], RunViewApplication.ON[1],
						"management.endpoint.llmruns.show-content=when-authorized",
						"callbacks.prices[gpt-4.1-nano].input=0.10", "callbacks.prices[gpt-4.1-nano].output=0.40" },
				RunViewScene.Handlers.class);
		page = RunViewBrowser.start();
		browser = page.driver();
	}

	@AfterAll
	static void stop() {
		if (page != null) {
			page.close();
		}
		application.close();
	}

	@AfterEach
	void shouldHaveNoErrorInTheConsole() {
		assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).as("console of the browser")
			.filteredOn((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.isEmpty();
	}

	private static void open(int width, int height) {
		page.resize(width, height);
		page.open(application);
		assertThat(browser.getCurrentUrl()).as("address in the history").doesNotContain("token");
	}

	private static void await(String part, Supplier<String> text) {
		RunViewBrowser.await(part, text);
	}

	private static String text(String id) {
		return page.text(id);
	}

	private static WebElement element(String selector) {
		return browser.findElement(By.cssSelector(selector));
	}

	private static void select(String name) {
		page.select(name);
	}

	@Test
	@DisplayName("G40 a token is on the page within 300 ms")
	void shouldShowTokensAsTheyCome() {
		open(1280, 800);
		Sinks.Many<String> tokens = Sinks.many().unicast().onBackpressureBuffer();
		ChatClient client = this.scene.client((request) -> tokens.asFlux().map(ChatChunk::text));
		client.prompt("Count").runName("count").content().subscribe();
		select("count");
		tokens.tryEmitNext("zero ");
		await("zero", () -> text("detail"));
		browser.executeScript("""
				window.shifts = [];
				new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.shifts.push(entry.value)))
					.observe({ type: "layout-shift" });
				window.seen = {};
				new MutationObserver(() => {
					for (const [token] of document.getElementById("detail").textContent.matchAll(/token-\\d+/g)) {
						window.seen[token] ??= Date.now();
					}
				}).observe(document.getElementById("detail"), { subtree: true, characterData: true, childList: true });
				""");
		long best = Long.MAX_VALUE;
		for (int i = 0; i < 20; i++) {
			String token = "token-" + i;
			long sent = System.currentTimeMillis();
			tokens.tryEmitNext(token + " ");
			Awaitility.await()
				.atMost(TIMEOUT)
				.until(() -> browser.executeScript("return window.seen[arguments[0]] || 0", token) instanceof Long seen
						&& seen > 0);
			best = Math.min(best,
					(Long) Objects.requireNonNull(browser.executeScript("return window.seen[arguments[0]]", token))
							- sent);
		}
		assertThat(best).as("milliseconds from a token to the page, at best, on a machine under load").isLessThan(300);
		assertThat((Number) browser.executeScript("return window.shifts.reduce((sum, value) => sum + value, 0)"))
			.as("score of layout shifts while tokens come, good up to 0.1")
			.satisfies((score) -> assertThat(score.doubleValue()).isLessThan(0.01));
		tokens.tryEmitComplete();
		await("completed", () -> text("detail"));
	}

	@Test
	void shouldShowRetries() {
		open(1280, 800);
		this.scene
			.client(ScriptedAnswer.failure(new OverloadedException("Overloaded", ProviderError.of("scripted"), null)),
					ScriptedAnswer.tokens("at last").withUsage(3, 2))
			.prompt("Try")
			.runName("retried")
			.retryPolicy(new RetryPolicy(3, Duration.ofMillis(200), Duration.ofMillis(200)))
			.text()
			.block(TIMEOUT);
		select("retried");
		await("attempt 1, OverloadedException", () -> text("detail"));
		assertThat(element("#tree .retry").getAttribute("title")).isEqualTo("retry after OverloadedException");
		assertThat(element("#tree .retry").getSize().getWidth()).isGreaterThan(10);
	}

	@Test
	@DisplayName("G2 G40 cancelling a run closes the connection to the provider")
	void shouldCancelARun() {
		open(1280, 800);
		ScriptedChatModel endless = new ScriptedChatModel(
				ScriptedAnswer.tokens("endless").then(ScriptedAnswer.silence()));
		try (ScriptedProvider provider = ScriptedProvider.start(endless)) {
			ChatClient.builder(OpenAiChatModel.builder().baseUrl(provider.openAiBaseUrl()).apiKey("key").build())
				.callbackManager(application.bean(CallbackManager.class))
				.build()
				.prompt("Never end")
				.model("gpt-m")
				.runName("endless")
				.content()
				.subscribe((token) -> {
				}, (ex) -> {
				});
			select("endless");
			Awaitility.await().atMost(TIMEOUT).until(() -> provider.openStreams() == 1);
			element(".danger").click();
			Awaitility.await().atMost(TIMEOUT).until(() -> provider.openStreams() == 0);
			await("cancelled", () -> text("detail"));
		}
	}

	@Test
	void shouldSwitchAHandler() {
		open(1280, 800);
		element("#handlers-toggle").click();
		await("usageLog", () -> text("handlers"));
		element("input[aria-label='Handler usageLog']").click();
		Awaitility.await()
			.atMost(TIMEOUT)
			.until(() -> !application.json("").at("/handlers/usageLog/enabled").asBoolean());
		element("input[aria-label='Handler usageLog']").click();
		Awaitility.await()
			.atMost(TIMEOUT)
			.until(() -> application.json("").at("/handlers/usageLog/enabled").asBoolean());
	}

	@Test
	void shouldTakeMarkupForText() {
		open(1280, 800);
		String markup = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
		this.scene.client(ScriptedAnswer.tokens(markup).withUsage(1, 1))
			.prompt(markup)
			.runName("<b>markup</b>")
			.tags("<i>tag</i>")
			.text()
			.block(TIMEOUT);
		select("<b>markup</b>");
		await("onerror", () -> text("detail"));
		assertThat(browser.findElements(By.cssSelector("main img, main script, main b, main i"))).isEmpty();
		assertThat(browser.getTitle()).doesNotContain("taken");
	}

	@Test
	void shouldBeUsedWithTheKeyboard() {
		this.scene.ended();
		open(1280, 800);
		select("story");
		element("#list").sendKeys(Keys.HOME, Keys.ARROW_DOWN);
		Awaitility.await().atMost(TIMEOUT).until(() -> browser.executeScript("""
				const second = document.querySelectorAll("#list li")[1];
				return second.getAttribute("aria-selected") === "true"
					&& second.id === document.getElementById("list").getAttribute("aria-activedescendant");
				""").equals(true));
		element("body").sendKeys("/");
		browser.switchTo().activeElement().sendKeys("translate");
		Awaitility.await()
			.atMost(TIMEOUT)
			.until(() -> browser.findElements(By.cssSelector("#list li"))
				.stream()
				.allMatch((row) -> row.getText().contains("translate")));
		browser.switchTo().activeElement().sendKeys(Keys.ESCAPE);
		assertThat(browser.switchTo().activeElement().getAttribute("id")).isEqualTo("list");
	}

	@Test
	void shouldOpenARecording(@TempDir Path folder) throws IOException {
		StringWriter lines = new StringWriter();
		JsonLinesRecorder recorder = JsonLinesRecorder.to(lines);
		ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.tokens("recorded ", "answer").withUsage(3, 2)))
			.callbackManager(CallbackManager.builder().handlers(recorder).build())
			.build()
			.prompt("What was recorded?")
			.runName("recorded-run")
			.text()
			.block(TIMEOUT);
		recorder.close();
		Path file = Files.writeString(folder.resolve("night.jsonl"), lines.toString());
		open(1280, 800);
		element("#file").sendKeys(file.toString());
		await("night.jsonl", () -> text("recording-text"));
		await("recorded answer", () -> text("detail"));
		element("#recording-close").click();
		await("Live", () -> text("connection-text"));
		browser.executeScript("""
				window.drag = (type, ...files) => {
					const dataTransfer = new DataTransfer();
					files.forEach((file) => dataTransfer.items.add(file));
					document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
				};
				drag("dragover");
				""");
		assertThat(element("#drop").isDisplayed()).isTrue();
		browser.executeScript("""
				drag("drop", new File([arguments[0]], "dropped.jsonl"));
				window.requests = performance.getEntriesByType("resource").length;
				""", lines.toString());
		await("dropped.jsonl", () -> text("recording-text"));
		await("recorded answer", () -> text("detail"));
		assertThat(element("#drop").isDisplayed()).isFalse();
		save("recording");
		assertThat(browser.executeScript(
				"return performance.getEntriesByType('resource').slice(window.requests).map((entry) => entry.name)"))
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.as("requests after the drop, but for one that was waiting")
			.hasSizeLessThanOrEqualTo(1);
		assertThat(text("connection-text")).isEqualTo("Recording");
		element("#recording-close").click();
		await("Live", () -> text("connection-text"));
	}

	// before the others have made many runs
	@Order(1)
	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void shouldLookAsItShould(String theme) throws IOException {
		browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
		application.json("");
		this.scene.ended();
		Sinks.Many<String> rest = Sinks.many().unicast().onBackpressureBuffer();
		var subscription = this.scene.agent(rest.asFlux());
		open(1280, 800);
		Awaitility.await().atMost(TIMEOUT).until(() -> browser.findElements(By.cssSelector("#tree > div")).size() >= 7);
		browser.executeScript("[...document.querySelectorAll('#tree [data-type=LLM]')].at(-1).click()");
		rest.tryEmitNext("account. It should arrive by Thursday.");
		await("by Thursday", () -> text("detail"));
		look(theme + "-wide");
		page.resize(1120, 640);
		look(theme + "-picture");
		assertThat((Boolean) browser.executeScript("const detail = document.getElementById('detail');"
				+ "return detail.scrollHeight - detail.scrollTop - detail.clientHeight < 2"))
			.as("the end of the response stays in view in a smaller window")
			.isTrue();
		browser.executeScript("document.querySelector('#tree [data-type=TOOL]').click()");
		element("#handlers-toggle").click();
		await("ledger", () -> text("handlers"));
		await("orders", () -> text("detail"));
		look(theme + "-handlers");
		page.resize(400, 800);
		look(theme + "-narrow-handlers");
		page.resize(1120, 640);
		element("#handlers-toggle").click();
		select("translate");
		await("529", () -> text("detail"));
		look(theme + "-error");
		page.resize(400, 800);
		look(theme + "-narrow-error");
		element("#back").click();
		look(theme + "-narrow-list");
		select("answer-ticket");
		await("INPUT", () -> element("#detail").getText());
		assertThat(element("#detail").getText()).doesNotContain("OUTPUT");
		look(theme + "-narrow-run");
		subscription.dispose();
	}

	private static void look(String name) throws IOException {
		save(name);
		assertThat(overflow()).as("pixels beyond the width").isZero();
		assertThat(flaws()).as("flaws of the layout").isEmpty();
		assertThat(violations()).isEmpty();
	}

	// a text node is a word, which has one box for each line that it is on
	private static List<?> flaws() {
		return (List<?>) Objects.requireNonNull(browser.executeScript("""
				const found = [];
				const right = (element) => Math.round(element.getBoundingClientRect().right);
				for (const group of document.querySelectorAll(".group:not([hidden])")) {
					if (group.offsetParent && group.lastElementChild.childElementCount === 0) {
						found.push("heading without content: " + group.textContent);
					}
				}
				for (const label of document.querySelectorAll(".part-label, h2, .pairs dt")) {
					for (const word of label.childNodes) {
						const range = document.createRange();
						range.selectNodeContents(word);
						if (word.nodeType === Node.TEXT_NODE && range.getClientRects().length > 1) {
							found.push("line breaks inside a word: " + word.data);
						}
					}
				}
				for (const row of document.querySelectorAll("#list > li, #tree > div")) {
					const container = row.closest("section");
					if (row.offsetParent && Math.abs(right(row) - right(container)) > 1) {
						found.push("row ends at " + right(row) + " of " + right(container));
					}
				}
				const detail = document.getElementById("detail");
				if (detail.scrollWidth > detail.clientWidth) {
					found.push("details have " + detail.scrollWidth + " of " + detail.clientWidth);
				}
				return found;
				"""));
	}

	private static long overflow() {
		return (Long) Objects.requireNonNull(browser
			.executeScript("return document.documentElement.scrollWidth - document.documentElement.clientWidth"));
	}

	private static void save(String name) throws IOException {
		browser.executeAsyncScript("const done = arguments[0]; requestAnimationFrame(() => setTimeout(done, 300))");
		Path folder = Files.createDirectories(Path.of("target/run-view"));
		Files.write(folder.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
	}

	// the script comes with a library for Selenium, whose own parts are not needed
	private static List<?> violations() throws IOException {
		try (InputStream script = RunViewBrowserTests.class.getResourceAsStream("/axe.min.js")) {
			browser.executeScript(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
		}
		@Nullable Object violations = browser.executeAsyncScript("""
				const done = arguments[0];
				axe.run().then((results) => done(results.violations.map((violation) =>
					violation.id + ": " + violation.nodes.map((node) => node.html.slice(0, 120)).join(" | "))));
				""");
		return (List<?>) Objects.requireNonNull(violations);
	}

}
