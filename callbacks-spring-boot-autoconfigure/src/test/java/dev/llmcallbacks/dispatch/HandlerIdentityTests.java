package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which handlers are the same, and who counts what they do.
 */
class HandlerIdentityTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final AtomicInteger ends = new AtomicInteger();

	private final Counting handler = new Counting(this.ends);

	private final CallbackManager manager = CallbackManager.builder().handlers(this.handler).build();

	private final ChatClient client = ChatClient.builder(ScriptedChatModel.of("a"))
		.callbackManager(this.manager)
		.build();

	private long delivered() {
		return this.manager.statistics().get(0).delivered();
	}

	@Test
	@DisplayName("G17 handlers that say they are equal are two")
	void shouldCallBothOfTwoEqualHandlers() {
		this.client.prompt("Hi").callbacks(new Counting(this.ends)).result().block(TIMEOUT);
		assertThat(this.ends).hasValue(2);
	}

	@Test
	@DisplayName("G17 a handler and a proxy of it, and a proxy of that, are one")
	void shouldLookThroughProxies() {
		CallbackHandler proxy = (CallbackHandler) new ProxyFactory(this.handler).getProxy();
		CallbackHandler outer = (CallbackHandler) new ProxyFactory(proxy).getProxy();
		this.client.prompt("Hi").callbacks(proxy, outer).result().block(TIMEOUT);
		assertThat(this.ends).hasValue(1);
	}

	@Test
	@DisplayName("G15 G17 a handler of the manager that is given to a call too is counted once, as the manager's")
	void shouldCountAHandlerThatIsRegisteredTwiceOnce() {
		this.client.prompt("Hi").callbacks(this.handler).result().block(TIMEOUT);
		assertThat(delivered()).isEqualTo(1);
	}

	@Test
	@DisplayName("G15 what a call brings along is not among the manager's handlers, and not counted as theirs")
	void shouldNotCountTheHandlersOfACall() {
		Counting ofCall = new Counting(new AtomicInteger());
		this.client.prompt("Hi").callbacks(ofCall).result().block(TIMEOUT);
		this.client.prompt("Hi").callbacks(ofCall).result().block(TIMEOUT);
		assertThat(ofCall.ends()).hasValue(2);
		assertThat(this.manager.statistics()).hasSize(1);
		assertThat(delivered()).isEqualTo(2);
	}

	private record Counting(AtomicInteger ends) implements CallbackHandler {

		@Override
		public void onLlmEnd(LlmEnd event) {
			this.ends.incrementAndGet();
		}

	}

}
