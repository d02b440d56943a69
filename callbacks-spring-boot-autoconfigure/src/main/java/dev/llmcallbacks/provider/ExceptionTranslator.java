package dev.llmcallbacks.provider;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;

import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.model.UnreadableResponseException;
import dev.llmcallbacks.run.PrintableText;

/**
 * Translates the failures of one endpoint into exceptions. None of them holds a secret or
 * text of a prompt or an answer, and the text of a server is masked, made printable and
 * cut before it becomes part of a message. Of a server's text no more than
 * {@link ErrorBody#MAX_SIZE} bytes are looked at, and that in linear time. Immutable.
 */
final class ExceptionTranslator {

	/** How much of a server's text goes into an exception's message. */
	private static final int LONGEST_QUOTED = 300;

	/** How much of it is kept beside the message. */
	private static final int LONGEST_KEPT = 4000;

	/** How long a type, code or id may be. */
	private static final int LONGEST_WORD = 200;

	private final String provider;

	private final Origin origin;

	/** Path that requests are posted to. */
	private final String path;

	private final SecretMasker secrets;

	ExceptionTranslator(String provider, Origin origin, String path, SecretMasker secrets) {
		this.provider = provider;
		this.origin = origin;
		this.path = path;
		this.secrets = secrets;
	}

	// The values of further headers are secrets.
	ExceptionTranslator masking(HttpHeaders headers) {
		return new ExceptionTranslator(this.provider, this.origin, this.path, this.secrets.with(headers));
	}

	// The response has an HTTP status other than success.
	ChatModelException status(ResponseHead head, byte[] body) {
		if (!head.isError()) {
			Origin target = this.origin.resolve(head.location());
			return (target != null && !target.equals(this.origin)) ? redirected(head.status(), target, known(head))
					: unreadable(head, "answered with HTTP status " + head.status(), "check the base URL", null);
		}
		ErrorBody error = ErrorBody.parse(body, 0, body.length);
		String message = error.isKnown() ? error.message() : plainText(body, 0, body.length);
		ErrorKind kind = ErrorKind.of(head.status(), error.code(), error.type());
		return create(kind, head, head.status(), error, message);
	}

	// The client is about to follow a redirect to another origin.
	ChatModelException redirected(URI target) {
		return redirected(null, Origin.of(target), ProviderError.of(this.provider));
	}

	private ChatModelException redirected(@Nullable Integer status, Origin target, ProviderError known) {
		return new UnreadableResponseException(
				"%s redirected the request%s to %s, which must not receive the API key and the prompt; check the base URL"
					.formatted(where(), (status != null) ? " (HTTP " + status + ")" : "", quote(target.toString())),
				known, null);
	}

	// An error was reported after a successful HTTP status.
	ChatModelException reported(ResponseHead head, byte[] body, int offset, int length) {
		ErrorBody error = ErrorBody.parse(body, offset, length);
		String message = error.isKnown() ? error.message() : plainText(body, offset, length);
		return create(ErrorKind.of(error.status(), error.code(), error.type()), head, null, error, message);
	}

	// The response came to its end without a choice or a content block.
	ChatModelException noAnswer(ResponseHead head, byte[] body, int length) {
		ErrorBody error = ErrorBody.parse(body, 0, length);
		ErrorKind kind = ErrorKind.find(error.status(), error.code(), error.type());
		if (kind != null && error.hasReason()) {
			return create(kind, head, null, error, error.message());
		}
		String text = (error.message() != null) ? error.message() : plainText(body, 0, length);
		String contentType = (head.contentType() != null) ? quote(head.contentType()) : "none";
		return new UnreadableResponseException(
				"%s answered with a body of type '%s' that holds no answer%s; check the base URL".formatted(where(),
						contentType, (text != null) ? ": " + quote(text) : ""),
				providerError(head, null, error, text), null);
	}

	// The body ended before the answer did.
	ChatModelException truncated(ResponseHead head, int events, @Nullable Throwable cause) {
		return new StreamTruncatedException(
				"%s broke off its answer after %d events; try again".formatted(where(), events), known(head),
				this.secrets.harmless(cause));
	}

	// The body is not what the protocol says.
	ChatModelException unreadable(ResponseHead head, String what, String advice, @Nullable Throwable cause) {
		return new UnreadableResponseException("%s %s; %s".formatted(where(), what, advice), known(head),
				this.secrets.harmless(cause));
	}

	// A response was begun, and reading on failed.
	ChatModelException whileReading(ResponseHead head, int events, Throwable error) {
		if (error instanceof ChatModelException exception) {
			return exception;
		}
		if (error instanceof ResponseLimitException exceeded) {
			return unreadable(head, String.valueOf(exceeded.getMessage()), exceeded.advice(), null);
		}
		if (error instanceof DataBufferLimitException) {
			return unreadable(head, "sent an event or a body beyond the allowed size",
					"allow larger ones with 'callbacks.max-event-size'", error);
		}
		return isTimeout(error) ? timedOut(known(head), error) : truncated(head, events, rootOf(error));
	}

	// No response was begun.
	ChatModelException beforeResponse(Throwable error) {
		Throwable cause = rootOf(error);
		if (cause instanceof ChatModelException exception) {
			return exception;
		}
		ProviderError unknown = ProviderError.of(this.provider);
		if (isPoolExhausted(cause)) {
			return noConnection(cause);
		}
		if (isWithoutTls(cause)) {
			return withoutTls(cause);
		}
		if (isTimeout(cause)) {
			return timedOut(unknown, cause);
		}
		String proxy = proxy();
		if (proxy != null) {
			return new ConnectionFailedException(
					"%s could not be reached through the proxy %s (%s); check the proxy of the JVM's system properties, the base URL and the network"
						.formatted(where(), quote(proxy), describe(cause)),
					unknown, this.secrets.harmless(cause));
		}
		String advice = isConnectTimeout(cause) ? "check the network, or allow more with 'callbacks.timeouts.connect'"
				: "check the base URL and the network";
		return new ConnectionFailedException(
				"%s could not be reached (%s); %s".formatted(where(), describe(cause), advice), unknown,
				this.secrets.harmless(cause));
	}

	// another attempt would fail in the same way
	private ChatModelException withoutTls(Throwable cause) {
		return new ConnectionFailedException(
				"%s did not complete the TLS handshake (%s); if the server speaks plain HTTP, begin the base URL with 'http://'"
					.formatted(where(), describe(cause)),
				new ProviderError(this.provider, null, null, null, null, null, null, false),
				this.secrets.harmless(cause));
	}

	// the proxy that the system properties define for this server
	private @Nullable String proxy() {
		ProxySelector selector = ProxySelector.getDefault();
		if (selector == null) {
			return null;
		}
		return selector.select(URI.create(this.origin + "/"))
			.stream()
			.filter((proxy) -> proxy.address() instanceof InetSocketAddress)
			.map((proxy) -> (InetSocketAddress) proxy.address())
			.map((address) -> address.getHostString() + ":" + address.getPort())
			.findFirst()
			.orElse(null);
	}

	// another attempt would wait as long again
	private ChatModelException noConnection(Throwable cause) {
		return new ConnectionFailedException(
				"%s was not called, as all connections of the pool are in use (%s); allow more with 'callbacks.http.max-connections', or a longer wait with 'callbacks.timeouts.connect'"
					.formatted(where(), describe(cause)),
				new ProviderError(this.provider, null, null, null, null, null, null, false),
				this.secrets.harmless(cause));
	}

	// The id of the request as it may be shown, or null if there is none.
	@Nullable String requestId(ResponseHead head) {
		return word(head.requestId());
	}

	// the headers about rate limits as they may be shown
	Map<String, String> rateLimits(ResponseHead head) {
		Map<String, String> shown = new LinkedHashMap<>();
		head.rateLimits().forEach((name, value) -> shown.put(name, String.valueOf(word(value))));
		return shown;
	}

	private ChatModelException timedOut(ProviderError known, Throwable cause) {
		return new ChatTimeoutException("%s did not answer in time; try again".formatted(where()), known,
				this.secrets.harmless(cause));
	}

	private ChatModelException create(ErrorKind kind, ResponseHead head, @Nullable Integer status, ErrorBody error,
			@Nullable String message) {
		ProviderError providerError = providerError(head, status, error, message);
		String option = (kind == ErrorKind.INVALID) ? RefusedOption.adviceFor(error) : null;
		boolean wrongUrl = kind == ErrorKind.NOT_FOUND && status != null;
		String facts = (wrongUrl ? "POST " + quote(this.origin + this.path) + ": " : "") + facts(providerError);
		String advice = (wrongUrl && !this.path.contains("/v1")) ? kind.advice() + ", which often ends with '/v1'"
				: kind.advice();
		return kind.create(
				"%s %s (%s); %s".formatted(where(), kind.happening(), facts, (option != null) ? option : advice),
				providerError);
	}

	private ProviderError providerError(ResponseHead head, @Nullable Integer status, ErrorBody error,
			@Nullable String message) {
		String requestId = (head.requestId() != null) ? head.requestId() : error.requestId();
		String kept = (message != null) ? cut(this.secrets.maskText(cut(message, ErrorBody.MAX_SIZE)), LONGEST_KEPT)
				: null;
		return new ProviderError(this.provider, status, word(error.type()), word(error.code()), kept, word(requestId),
				head.retryAfter(), head.shouldRetry());
	}

	private static String facts(ProviderError error) {
		StringBuilder facts = new StringBuilder();
		facts.append((error.status() != null) ? "HTTP " + error.status() : "in the answer");
		String word = (error.code() != null) ? error.code() : error.type();
		if (word != null) {
			facts.append(", ").append(word);
		}
		if (error.message() != null) {
			facts.append(": ").append(shorten(error.message()));
		}
		if (error.requestId() != null) {
			facts.append(", request ").append(error.requestId());
		}
		return facts.toString();
	}

	private ProviderError known(ResponseHead head) {
		return new ProviderError(this.provider, null, null, null, null, word(head.requestId()), head.retryAfter(),
				head.shouldRetry());
	}

	private String where() {
		return this.provider + " (" + this.origin.authority() + ")";
	}

	private String describe(Throwable cause) {
		String message = cause.getMessage();
		String name = cause.getClass().getSimpleName();
		return (message != null) ? name + ": " + quote(message) : name;
	}

	// The text of a proxy or gateway is mostly a page of HTML
	private static @Nullable String plainText(byte[] body, int offset, int length) {
		String text = new String(body, offset, Math.min(length, ErrorBody.MAX_SIZE), StandardCharsets.UTF_8);
		String plain = withoutTags(text).strip();
		return plain.isEmpty() ? null : plain;
	}

	private static String withoutTags(String html) {
		String lower = html.toLowerCase(Locale.ROOT);
		if (lower.length() != html.length()) {
			lower = html;
		}
		StringBuilder text = new StringBuilder(html.length());
		int position = 0;
		for (int tag = lower.indexOf('<'); tag >= 0; tag = lower.indexOf('<', position)) {
			text.append(html, position, tag).append(' ');
			position = endOfTag(lower, tag);
		}
		return text.append(html, position, html.length()).toString();
	}

	// Where a tag has no end, what follows is none of the text either
	private static int endOfTag(String html, int tag) {
		if (html.startsWith("<!--", tag)) {
			return endOf(html, "-->", tag);
		}
		if (html.startsWith("<script", tag)) {
			return endOf(html, ">", endOf(html, "</script", tag));
		}
		if (html.startsWith("<style", tag)) {
			return endOf(html, ">", endOf(html, "</style", tag));
		}
		return endOf(html, ">", tag);
	}

	private static int endOf(String text, String wanted, int from) {
		int at = text.indexOf(wanted, from);
		return (at >= 0) ? at + wanted.length() : text.length();
	}

	private @Nullable String word(@Nullable String text) {
		return (text != null) ? PrintableText.of(this.secrets.maskText(cut(text, ErrorBody.MAX_SIZE)), LONGEST_WORD)
				: null;
	}

	// Make a text of others fit for a message
	private String quote(String text) {
		return shorten(this.secrets.maskText(cut(text, ErrorBody.MAX_SIZE)));
	}

	private static String shorten(String text) {
		return PrintableText.of(text.replaceAll("\\s++", " ").strip(), LONGEST_QUOTED);
	}

	private static String cut(String text, int longest) {
		return (text.length() > longest) ? text.substring(0, longest) + "…" : text;
	}

	// The wrappers of WebClient hold the request's headers and are left behind.
	private static Throwable rootOf(Throwable error) {
		Throwable root = error;
		for (int depth = 0; root.getCause() != null && depth < 32; depth++) {
			root = root.getCause();
		}
		return root;
	}

	// Every connector has a class of its own for that, and none of them need be there.
	private static boolean isTimeout(Throwable error) {
		Throwable root = rootOf(error);
		return root.getClass().getSimpleName().endsWith("TimeoutException") && !isConnectTimeout(root);
	}

	// those of Netty, which need not be there, and of the JDK
	private static boolean isWithoutTls(Throwable root) {
		String name = root.getClass().getSimpleName();
		return name.equals("SslHandshakeTimeoutException") || name.equals("NotSslRecordException")
				|| (root instanceof SSLException
						&& String.valueOf(root.getMessage()).startsWith("Unsupported or unrecognized SSL message"));
	}

	// as are those of Reactor Netty's pool, which it keeps in a package of its own
	private static boolean isPoolExhausted(Throwable root) {
		return root.getClass().getSimpleName().startsWith("PoolAcquire");
	}

	private static boolean isConnectTimeout(Throwable root) {
		String name = root.getClass().getSimpleName();
		return name.endsWith("TimeoutException") && name.contains("Connect");
	}

}
