package dev.llmcallbacks.benchmarks.load;

import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.handlers.RunChanges;
import dev.llmcallbacks.handlers.RunWatch;

/**
 * Asks for changes as the page of the run view does: again 100 ms after each response,
 * and for the tree and the contents of one run, the first that it learns of.
 */
public final class RunViewPage {

	private static final Duration PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

	private final RunWatch watch;

	private @Nullable Long change;

	private @Nullable UUID selected;

	private RunViewPage(RunWatch watch) {
		this.watch = watch;
	}

	/**
	 * Open a page.
	 * @param watch what it shows
	 * @return closes it
	 */
	public static Disposable open(RunWatch watch) {
		watch.look();
		return new RunViewPage(watch).ask().repeatWhen((answers) -> answers.delayElements(PAUSE)).subscribe();
	}

	private Mono<RunChanges> ask() {
		return Mono.defer(() -> {
			this.watch.look();
			return this.watch.changes(this.change, this.selected, 0, true, LONGEST_WAIT);
		}).doOnNext(this::receive);
	}

	private void receive(RunChanges changes) {
		this.change = changes.change();
		if (this.selected == null && !changes.trees().isEmpty()) {
			this.selected = changes.trees().get(0).root().id();
		}
	}

}
