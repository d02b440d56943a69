package dev.llmcallbacks.provider;

import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatRequest;

/**
 * Provides headers of requests to providers, such as a key for each tenant or a token
 * that expires. A bean of this type applies to every model that the library configures.
 */
@FunctionalInterface
public interface ProviderHeaders {

	/**
	 * Return headers of one request. Called and subscribed to before each attempt of a
	 * call, inside its run and with the caller's Reactor Context, on the thread that
	 * subscribes to the model; must not block it. A slow one counts towards the time
	 * limits of the first token and of the call.
	 * @param request the request, for example to select a key by its model
	 * @return the headers, or nothing for none. They replace those of the protocol and of
	 * the configuration, the API key included, and their values are masked in all
	 * messages. An error fails the call, without a further attempt
	 */
	Mono<HttpHeaders> get(ChatRequest request);

}
