package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;

import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.model.UnreadableResponseException;

/**
 * Makes the exceptions of one endpoint. Nothing that it makes holds a secret, and none of
 * its own words come from a prompt or an answer.
 */
final class Failures {

	/** How much of the provider's words goes into an exception's message. */
	private static final int LONGEST_SAID = 300;

	/** How much of them is kept beside it. */
	private static final int LONGEST_KEPT = 4000;

	private final String provider;

	private final String host;

	private final Secrets secrets;

	Failures(String provider, String host, Secrets secrets) {
		this.provider = provider;
		this.host = host;
		this.secrets = secrets;
	}

	// The response has an HTTP status other than success.
	ChatModelException status(ResponseHead head, byte[] body) {
		ErrorBody error = ErrorBody.parse(body, 0, body.length);
		if (!head.isError()) {
			return unreadable(head, "answered with HTTP status " + head.status(), "check the base URL", null);
		}
		String message = error.isKnown() ? error.message() : plainText(body, 0, body.length);
		ErrorKind kind = ErrorKind.of(head.status(), error.code(), error.type());
		return create(kind, head, head.status(), error, message);
	}

	// An error was reported after a successful HTTP status.
	ChatModelException reported(ResponseHead head, byte[] body, int offset, int length) {
		ErrorBody error = ErrorBody.parse(body, offset, length);
		String message = error.isKnown() ? error.message() : plainText(body, offset, length);
		return create(ErrorKind.of(error.status(), error.code(), error.type()), head, null, error, message);
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
		if (error instanceof DataBufferLimitException) {
			return unreadable(head, "sent an event or a body beyond the allowed size",
					"allow larger ones with 'callbacks.max-event-size'", error);
		}
		return isTimeout(error) ? timedOut(known(head), error) : truncated(head, events, rootOf(error));
	}

	// No response was begun.
	ChatModelException beforeResponse(Throwable error) {
		Throwable cause = rootOf(error);
		ProviderError unknown = ProviderError.of(this.provider);
		if (isTimeout(cause)) {
			return timedOut(unknown, cause);
		}
		String advice = isConnectTimeout(cause) ? "check the network, or allow more with 'callbacks.timeouts.connect'"
				: "check the base URL and the network";
		return new ConnectionFailedException(
				"%s could not be reached (%s); %s".formatted(where(), describe(cause), advice), unknown,
				this.secrets.harmless(cause));
	}

	private ChatModelException timedOut(ProviderError known, Throwable cause) {
		return new ChatTimeoutException("%s did not answer in time; try again".formatted(where()), known,
				this.secrets.harmless(cause));
	}

	private ChatModelException create(ErrorKind kind, ResponseHead head, @Nullable Integer status, ErrorBody error,
			@Nullable String message) {
		String requestId = (head.requestId() != null) ? head.requestId() : error.requestId();
		ProviderError providerError = new ProviderError(this.provider, status, this.secrets.mask(error.type()),
				this.secrets.mask(error.code()), maskAndCut(message), this.secrets.mask(requestId), head.retryAfter());
		return kind.create("%s %s (%s); %s".formatted(where(), kind.happening(), facts(providerError), kind.advice()),
				providerError);
	}

	private static String facts(ProviderError error) {
		StringBuilder facts = new StringBuilder();
		facts.append((error.status() != null) ? "HTTP " + error.status() : "in the answer");
		String word = (error.code() != null) ? error.code() : error.type();
		if (word != null) {
			facts.append(", ").append(shorten(word));
		}
		if (error.message() != null) {
			facts.append(": ").append(shorten(error.message()));
		}
		if (error.requestId() != null) {
			facts.append(", request ").append(shorten(error.requestId()));
		}
		return facts.toString();
	}

	private ProviderError known(ResponseHead head) {
		return new ProviderError(this.provider, null, null, null, null, this.secrets.mask(head.requestId()),
				head.retryAfter());
	}

	private String where() {
		return this.provider + " (" + this.host + ")";
	}

	private String describe(Throwable cause) {
		String message = cause.getMessage();
		String name = cause.getClass().getSimpleName();
		return (message != null) ? name + ": " + shorten(this.secrets.maskText(message)) : name;
	}

	// What a proxy or a gateway says: mostly a page of HTML, of which the text is enough.
	private @Nullable String plainText(byte[] body, int offset, int length) {
		String text = new String(body, offset, length, StandardCharsets.UTF_8)
			.replaceAll("(?is)<(script|style)\\b.*?</\\1\\s*>|<!--.*?-->|<[^>]*>", " ");
		String masked = shorten(this.secrets.maskText(text));
		return masked.isEmpty() ? null : masked;
	}

	private @Nullable String maskAndCut(@Nullable String text) {
		String masked = this.secrets.mask(text);
		return (masked != null) ? cut(masked, LONGEST_KEPT) : null;
	}

	private static String shorten(String text) {
		return cut(text.replaceAll("\\s+", " ").strip(), LONGEST_SAID);
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

	private static boolean isConnectTimeout(Throwable root) {
		String name = root.getClass().getSimpleName();
		return name.endsWith("TimeoutException") && name.contains("Connect");
	}

}
