package dev.llmcallbacks.propagation;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.run.Run;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The current run of a web request.
 */
@ParameterizedClass(name = "automatic context propagation: {0}")
@ValueSource(booleans = { false, true })
class WebHopsTests extends Hops {

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	@Test
	@DisplayName("G22 from a WebFilter to the methods of a WebFlux controller, each request by itself")
	void shouldReachTheControllerFromAFilter() {
		WebFilter filter = (exchange, chain) -> this.manager.run("request", exchange.getRequest().getPath().value(),
				chain.filter(exchange));
		WebTestClient web = WebTestClient.bindToController(new Controller(this::ask, this::askBlocking))
			.webFilter(filter)
			.build();
		List<String> paths = List.of("/reactive", "/stream", "/chain");
		Flux.range(0, 30)
			.flatMap((number) -> Mono.fromRunnable(() -> get(web, paths.get(number % 3)))
				.subscribeOn(Schedulers.boundedElastic()), 6)
			.blockLast(TIMEOUT);
		this.trace.awaitEnd();
		List<UUID> requests = this.trace.runs("request").stream().map(Run::id).toList();
		assertThat(requests).hasSize(30);
		assertThat(this.trace.runs("ask")).hasSize(30)
			.extracting(Run::rootId)
			.containsExactlyInAnyOrderElementsOf(requests);
		assertThat(this.trace.runs("step")).hasSize(10);
		this.trace.shouldBeInside("ask", "request", 20);
		this.trace.shouldBeInside("ask", "step", 10);
	}

	@Test
	@DisplayName("G22 G24 blocking callers on the threads of a servlet container: each call a root, nothing left behind")
	void shouldLeaveNothingOnTheThreadOfARequest() throws Exception {
		ExecutorService container = Executors.newSingleThreadExecutor();
		try {
			for (int i = 0; i < 3; i++) {
				Future<String> request = container.submit(() -> {
					assertThat(CurrentRun.get()).isEmpty();
					String answer = this.manager.run("request", "/", this::askBlocking).block(TIMEOUT);
					assertThat(CurrentRun.get()).isEmpty();
					return answer;
				});
				assertThat(request.get(10, TimeUnit.SECONDS)).isEqualTo("Hi");
			}
		}
		finally {
			container.shutdownNow();
		}
		this.trace.awaitEnd();
		assertThat(this.trace.runs("request")).hasSize(3).allSatisfy((run) -> assertThat(run.parentId()).isNull());
		this.trace.shouldBeInside("ask", "request", 3);
	}

	private static void get(WebTestClient web, String path) {
		web.get().uri(path).exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("Hi");
	}

	@RestController
	static class Controller {

		private final Supplier<Mono<String>> ask;

		private final Chain<String, String> chain;

		Controller(Supplier<Mono<String>> ask, Supplier<String> askBlocking) {
			this.ask = ask;
			this.chain = Chain.of("step", (text) -> askBlocking.get());
		}

		@GetMapping("/reactive")
		Mono<String> reactive() {
			return this.ask.get();
		}

		@GetMapping("/stream")
		Flux<String> stream() {
			return Flux.just("go").publishOn(Schedulers.parallel()).concatMap((text) -> this.ask.get());
		}

		@GetMapping("/chain")
		Mono<String> chain() {
			return this.chain.invoke("go");
		}

	}

}
