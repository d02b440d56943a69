package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Answers every request itself, and remembers it.
 */
final class Requests implements WebClientCustomizer {

	private final List<ClientRequest> made = new CopyOnWriteArrayList<>();

	@Override
	public void customize(WebClient.Builder builder) {
		builder.filter((request, next) -> {
			this.made.add(request);
			return Mono.just(ClientResponse.create(HttpStatus.UNAUTHORIZED).build());
		});
	}

	List<ClientRequest> made() {
		return this.made;
	}

}
