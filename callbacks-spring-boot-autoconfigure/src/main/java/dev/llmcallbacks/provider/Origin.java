package dev.llmcallbacks.provider;

import java.net.URI;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Scheme, host and port of a URL: what must not change when a request that carries a key
 * is redirected.
 *
 * @param scheme the scheme in lower case
 * @param host the host in lower case
 * @param port the port, that of the scheme if the URL has none
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-4">RFC 6454, section 4</a>
 */
record Origin(String scheme, String host, int port) {

	private static final int HTTP_PORT = 80;

	private static final int HTTPS_PORT = 443;

	static Origin of(URI uri) {
		String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
		String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
		return new Origin(scheme, host, (uri.getPort() >= 0) ? uri.getPort() : portOf(scheme));
	}

	private static int portOf(String scheme) {
		return scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
	}

	/**
	 * Return the origin of a location that this origin names.
	 * @param location an absolute or relative URL, or {@code null}
	 * @return the origin, or {@code null} if there is no location or it is not a URL
	 */
	@Nullable Origin resolve(@Nullable String location) {
		if (location == null) {
			return null;
		}
		try {
			URI target = URI.create(this.scheme + "://" + authority() + "/").resolve(location.strip());
			return (target.getHost() != null) ? of(target) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Return host and port.
	 * @return the host, followed by the port unless it is that of the scheme
	 */
	String authority() {
		return (this.port == portOf(this.scheme)) ? this.host : this.host + ":" + this.port;
	}

	@Override
	public String toString() {
		return this.scheme + "://" + authority();
	}

}
