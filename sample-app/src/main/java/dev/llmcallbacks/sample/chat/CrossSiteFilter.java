package dev.llmcallbacks.sample.chat;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses requests that a browser sends on behalf of another site. A {@code GET} needs no
 * permission of CORS, so that any page could otherwise spend the application's tokens
 * with an {@code <img>}. Clients that are not browsers do not send the header.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class CrossSiteFilter implements WebFilter {

	private static final String HEADER = "Sec-Fetch-Site";

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		String site = exchange.getRequest().getHeaders().getFirst(HEADER);
		if (site == null || site.equals("same-origin") || site.equals("none")) {
			return chain.filter(exchange);
		}
		exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
		return exchange.getResponse().setComplete();
	}

}
