package dev.llmcallbacks.model;

import java.net.URI;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Service behind a {@link ChatModel}. A {@code ChatClient} writes it into the Reactor
 * Context of its calls, where observations read it.
 *
 * @param name the service's name, such as {@code openai}
 * @param host the host that is called, or {@code null} if there is none
 * @param port the port that is called, or {@code null} if there is none
 */
public record ModelProvider(String name, @Nullable String host, @Nullable Integer port) {

	/**
	 * An unknown service.
	 */
	public static final ModelProvider UNKNOWN = new ModelProvider("unknown", null, null);

	private static final int HTTP_PORT = 80;

	private static final int HTTPS_PORT = 443;

	public ModelProvider {
		Objects.requireNonNull(name, "'name' must not be null");
	}

	/**
	 * Create a provider that is called at a URL.
	 * @param name the service's name
	 * @param uri an {@code http} or {@code https} URL
	 * @return the provider
	 */
	public static ModelProvider of(String name, URI uri) {
		int ofScheme = "https".equalsIgnoreCase(uri.getScheme()) ? HTTPS_PORT : HTTP_PORT;
		return new ModelProvider(name, uri.getHost(), (uri.getPort() >= 0) ? uri.getPort() : ofScheme);
	}

	/**
	 * Return the provider of the call that a Reactor Context belongs to.
	 * @param context the context
	 * @return the provider, {@link #UNKNOWN} if there is none
	 */
	public static ModelProvider from(ContextView context) {
		ModelProvider provider = context.getOrDefault(ModelProvider.class, null);
		return (provider != null) ? provider : UNKNOWN;
	}

	/**
	 * Write this provider into a Reactor Context.
	 * @param context the context
	 * @return the context with the provider
	 */
	public Context in(Context context) {
		return context.put(ModelProvider.class, this);
	}

}
