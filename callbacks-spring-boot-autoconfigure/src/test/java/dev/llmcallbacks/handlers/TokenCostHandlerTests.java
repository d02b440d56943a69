package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TokenCostHandler}.
 */
class TokenCostHandlerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final TokenPrice PRICE = new TokenPrice(new BigDecimal("2.50"), new BigDecimal("10"));

	private final ScriptedChatModel model = new ScriptedChatModel(
			ScriptedAnswer.text("Hi").withUsage(new TokenUsage(1_000, 100, 1_100, 0, 0, 0)));

	@Test
	void shouldPriceEachKindOfTokenExactly() {
		TokenPrice price = new TokenPrice(new BigDecimal("3"), new BigDecimal("15"), new BigDecimal("0.30"),
				new BigDecimal("3.75"));
		TokenUsage usage = new TokenUsage(1_000, 7, 1_007, 600, 300, 0);
		assertThat(price.cost(usage)).isEqualByComparingTo("0.00171")
			.isEqualByComparingTo(new BigDecimal("0.0003").add(new BigDecimal("0.00018"))
				.add(new BigDecimal("0.001125"))
				.add(new BigDecimal("0.000105")));
		assertThat(PRICE.cost(usage)).as("cached tokens have the price of others").isEqualByComparingTo("0.00257");
		assertThat(price.cost(new TokenUsage(10, 0, 10, 600, 300, 0))).as("more cached than there are")
			.isEqualByComparingTo("0.000003");
	}

	@Test
	void shouldAddUpByModelAndTagWithoutRounding() {
		TokenCostHandler handler = TokenCostHandler.builder().price("m", PRICE).build();
		ChatClient client = client(handler);
		Flux.range(0, 100)
			.flatMap((i) -> client.prompt("Go").tags((i % 2 == 0) ? "even" : "odd", "all").text())
			.blockLast(TIMEOUT);
		assertThat(handler.total()).isEqualByComparingTo("0.35");
		assertThat(handler.byModel()).containsOnlyKeys("m");
		assertThat(handler.byTag()).containsOnlyKeys("all", "even", "odd");
		assertThat(handler.byTag().get("even")).isEqualByComparingTo("0.175");
		assertThat(handler.byTag().get("all")).isEqualByComparingTo("0.35");
		assertThat(handler.reset()).isEqualByComparingTo("0.35");
		assertThat(handler.total()).isZero();
		assertThat(handler.byTag()).isEmpty();
	}

	@Test
	void shouldPreferNamesToPatternsAndLongerPatternsToShorterOnes() {
		ModelPrices prices = new ModelPrices(Map.of("*", PRICE, "gpt-4*", PRICE, "gpt-4.1-*", PRICE, "gpt-4.1", PRICE));
		assertThat(prices.find("gpt-4.1-2025-04-14", "gpt-4.1").model()).isEqualTo("gpt-4.1");
		assertThat(prices.find("gpt-4.1-mini", null).model()).isEqualTo("gpt-4.1-*");
		assertThat(prices.find(null, "gpt-4o").model()).isEqualTo("gpt-4*");
		assertThat(prices.find("claude", "auto").model()).isEqualTo("*");
		assertThat(new ModelPrices(Map.of("m", PRICE)).find("n", null)).isNull();
	}

	@Test
	void shouldCountCallsOfModelsWithoutAPriceAndWarnOnce() {
		Logger logger = (Logger) LoggerFactory.getLogger(TokenCostHandler.class);
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		try {
			TokenCostHandler handler = TokenCostHandler.builder().price("other", PRICE).build();
			ChatClient client = client(handler);
			for (int i = 0; i < 3; i++) {
				client.prompt("Go").text().block(TIMEOUT);
			}
			for (int i = 0; i < 150; i++) {
				client.prompt("Go").model("m\n" + i).text().block(TIMEOUT);
			}
			assertThat(handler.unpricedCalls()).isEqualTo(153);
			assertThat(handler.total()).isZero();
			assertThat(lines.list).hasSize(100)
				.allSatisfy((line) -> assertThat(line.getFormattedMessage()).doesNotContain("\n"));
		}
		finally {
			logger.detachAppender(lines);
		}
	}

	@Test
	void shouldStopTheNextCallWhenTheBudgetIsUsedUp() {
		TokenCostHandler handler = TokenCostHandler.builder().price("m", PRICE).budget(new BigDecimal("0.007")).build();
		ChatClient client = client(handler);
		client.prompt("Go").text().block(TIMEOUT);
		client.prompt("Go").text().block(TIMEOUT);
		StepVerifier.create(client.prompt("Go").text())
			.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(CallbackException.class)
				.cause()
				.isInstanceOfSatisfying(BudgetExhaustedException.class, (cause) -> {
					assertThat(cause.getBudget()).isEqualByComparingTo("0.007");
					assertThat(cause.getSpent()).isEqualByComparingTo("0.007");
				}))
			.verify(TIMEOUT);
		assertThat(this.model.requests()).as("the third was not sent").hasSize(2);
		handler.reset();
		assertThat(client.prompt("Go").text().block(TIMEOUT)).isEqualTo("Hi");
	}

	@Test
	void shouldCountCallsThatFail() {
		TokenCostHandler handler = TokenCostHandler.builder().price("m", PRICE).build();
		ScriptedChatModel failing = new ScriptedChatModel(ScriptedAnswer.failure(new IllegalStateException("broken")));
		StepVerifier.create(ChatClient.builder(failing).build().prompt("Go").model("m").callbacks(handler).text())
			.expectError()
			.verify(TIMEOUT);
		assertThat(handler.total()).as("nothing is known of it").isZero();
		assertThat(handler.unpricedCalls()).isZero();
	}

	@Test
	void shouldBoundTheNumberOfTags() {
		TokenCostHandler handler = TokenCostHandler.builder().price("m", PRICE).build();
		ChatClient client = client(handler);
		Flux.range(0, TokenCostHandler.MAX_TAGS + 50)
			.concatMap((i) -> client.prompt("Go").tags("tag" + i).text())
			.blockLast(TIMEOUT);
		assertThat(handler.byTag()).hasSize(TokenCostHandler.MAX_TAGS + 1).containsKey(TokenCostHandler.OTHER_TAGS);
		assertThat(handler.byTag().get(TokenCostHandler.OTHER_TAGS)).isEqualByComparingTo("0.175");
	}

	@Test
	void shouldRejectNegativeAmounts() {
		BigDecimal negative = new BigDecimal("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> new TokenPrice(negative, BigDecimal.ONE));
		assertThatIllegalArgumentException().isThrownBy(() -> TokenCostHandler.builder().budget(negative));
	}

	private ChatClient client(TokenCostHandler handler) {
		return ChatClient.builder(this.model)
			.defaultOptions(ChatOptions.builder().model("m").build())
			.callbacks(handler)
			.build();
	}

}
