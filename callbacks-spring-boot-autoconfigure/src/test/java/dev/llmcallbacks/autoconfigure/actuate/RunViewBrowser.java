package dev.llmcallbacks.autoconfigure.actuate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.logging.Level;

import org.awaitility.Awaitility;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Chromium with the page of a {@link RunViewApplication}, where it is installed.
 */
final class RunViewBrowser implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	private final ChromeDriver driver;

	private RunViewBrowser(ChromeDriver driver) {
		this.driver = driver;
	}

	static boolean isInstalled() {
		return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
	}

	static RunViewBrowser start() {
		return start(options(LogType.BROWSER));
	}

	/**
	 * Start a browser that records the tasks of its threads.
	 * @return the browser
	 */
	static RunViewBrowser startTraced() {
		ChromeOptions options = options(LogType.PERFORMANCE);
		options.setExperimentalOption("perfLoggingPrefs", Map.of("traceCategories", "toplevel,blink.user_timing"));
		return start(options);
	}

	private static ChromeOptions options(String log) {
		ChromeOptions options = new ChromeOptions();
		options.setBinary(CHROMIUM.toFile());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
				"--force-device-scale-factor=1", "--hide-scrollbars");
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(log, Level.ALL);
		options.setCapability("goog:loggingPrefs", logs);
		return options;
	}

	private static RunViewBrowser start(ChromeOptions options) {
		return new RunViewBrowser(new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(), options));
	}

	ChromeDriver driver() {
		return this.driver;
	}

	void resize(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	void open(RunViewApplication application) {
		this.driver.get("about:blank");
		this.driver.get(application.url("/index.html#token=" + application.bean(ContentAccess.class).token()));
		await("Live", () -> text("connection-text"));
	}

	void select(String name) {
		Awaitility.await().atMost(TIMEOUT).ignoreExceptions().until(() -> {
			this.driver.executeScript("[...document.querySelectorAll('#list li')].find((row) => "
					+ "row.querySelector('.name').textContent === arguments[0]).click()", name);
			return true;
		});
		await(name, () -> text("detail"));
	}

	String text(String id) {
		return Objects
			.requireNonNull(this.driver.executeScript("return document.getElementById(arguments[0]).textContent", id))
			.toString();
	}

	static void await(String part, Supplier<String> text) {
		Awaitility.await().atMost(TIMEOUT).ignoreExceptions().until(text::get, (found) -> found.contains(part));
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
