package dev.llmcallbacks.chain;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.mockito.BDDMockito;
import org.mockito.Mockito;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.dispatch.CallbackManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for chains that are not the library's own: proxies and mocks.
 */
class ForeignChainTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	private final Chain<String, String> upper = proxyOf(Chain.of("upper", String::toUpperCase));

	private final Chain<String, String> letters = proxyOf(
			Chain.of("letters", (text) -> Flux.fromArray(text.split(""))));

	@Test
	@DisplayName("D22 a proxy of a chain is a step of a sequence")
	void shouldRunAProxyInASequence() {
		Chain<String, String> sequence = this.upper.then(this.letters).then(proxyOf(this.upper));
		assertThat(sequence.withManager(this.manager).invoke("abc").block(TIMEOUT)).isEqualTo("ABC");
		this.trace.shouldBeRoot("sequence");
		this.trace.shouldBeInside("letters", "sequence");
		assertThat(this.trace.runs("upper")).extracting((run) -> run.tags().toString())
			.containsExactly("[seq:step:1]", "[seq:step:3]");
	}

	@Test
	@DisplayName("D22 a proxy of a chain streams as the last step of a sequence")
	void shouldStreamAProxyInASequence() {
		Chain<String, String> first = Chain.of("first", (text) -> text);
		StepVerifier.create(first.then(this.letters).stream("abc"))
			.expectNext("a", "b", "c")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("D22 a proxy of a chain is a branch, an attempt and a fallback")
	void shouldRunAProxyInEveryComposition() {
		Chain<String, String> failing = Chain.of("failing", (text) -> Mono.error(new IllegalStateException("no")));
		assertThat(Chain.parallel(Map.of("a", this.upper)).withManager(this.manager).invoke("x").block(TIMEOUT))
			.containsEntry("a", "X");
		assertThat(this.trace.run("upper").tags()).containsExactly("map:key:a");
		assertThat(failing.withFallbacks(this.upper).invoke("x").block(TIMEOUT)).isEqualTo("X");
		assertThat(failing.withFallbacks(failing, this.upper).invoke("x").block(TIMEOUT)).isEqualTo("X");
		assertThat(failing.withFallbacks(List.of(failing, failing, this.upper)).invoke("x").block(TIMEOUT))
			.isEqualTo("X");
		assertThat(this.upper.withRetry(2).invoke("x").block(TIMEOUT)).isEqualTo("X");
		assertThat(this.upper.batch(List.of("x", "y")).block(TIMEOUT)).containsExactly("X", "Y");
	}

	@Test
	@DisplayName("D22 the position of a proxied step is not inherited by the chains inside it")
	void shouldNotPassThePositionOn() {
		Chain<String, String> inner = Chain.of("inner", (text) -> text);
		Chain<String, String> outer = proxyOf(Chain.of("outer", (text) -> inner.invoke(text)));
		inner.then(outer).withManager(this.manager).invoke("x").block(TIMEOUT);
		assertThat(this.trace.runs("inner")).extracting((run) -> run.tags().size()).containsExactly(1, 0);
	}

	@Test
	@DisplayName("D22 a mock of a chain is a step of a sequence")
	@SuppressWarnings("unchecked")
	void shouldRunAMockInASequence() {
		Chain<String, String> mock = Mockito.mock(Chain.class);
		BDDMockito.given(mock.invoke("X")).willReturn(Mono.just("mocked"));
		assertThat(this.upper.then(mock).invoke("x").block(TIMEOUT)).isEqualTo("mocked");
	}

	@SuppressWarnings("unchecked")
	private static <I, O> Chain<I, O> proxyOf(Chain<I, O> chain) {
		return (Chain<I, O>) Proxy.newProxyInstance(ForeignChainTests.class.getClassLoader(),
				new Class<?>[] { Chain.class }, (proxy, method, arguments) -> method.invoke(chain, arguments));
	}

}
