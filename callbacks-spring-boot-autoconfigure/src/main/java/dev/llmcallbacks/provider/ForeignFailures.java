package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.model.UnreadableResponseException;
import dev.llmcallbacks.run.PrintableText;

/**
 * Internal to the library: translates failures of a provider that another client library
 * has called, by the same table as those of the library's own clients. The text of a
 * server is made printable and cut. Immutable.
 */
public final class ForeignFailures {

	/** How much of a server's text goes into an exception's message. */
	private static final int LONGEST_QUOTED = 300;

	/** How long a type or code may be. */
	private static final int LONGEST_WORD = 200;

	private static final ResponseHead NO_HEAD = ResponseHead.of(0, HttpHeaders.EMPTY);

	private final String provider;

	/**
	 * Create a translator.
	 * @param provider the name of the provider
	 */
	public ForeignFailures(String provider) {
		this.provider = provider;
	}

	/**
	 * Translate an error response.
	 * @param status the HTTP status, or {@code null} if the error came inside a stream
	 * @param body the body of the response, JSON or not, or {@code null}
	 * @param cause the exception of the other library
	 * @return the exception
	 */
	public ChatModelException reported(@Nullable Integer status, @Nullable String body, Throwable cause) {
		return reported(status, body, HttpHeaders.EMPTY, cause);
	}

	/**
	 * Translate an error response of which the headers are known.
	 * @param status the HTTP status, or {@code null} if the error came inside a stream
	 * @param body the body of the response, JSON or not, or {@code null}
	 * @param headers the headers, with the id of the request and the advice on retries
	 * @param cause the exception of the other library
	 * @return the exception
	 */
	public ChatModelException reported(@Nullable Integer status, @Nullable String body, HttpHeaders headers,
			Throwable cause) {
		byte[] bytes = (body != null) ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
		ErrorBody error = ErrorBody.parse(bytes, 0, bytes.length);
		Integer known = (status != null) ? status : error.status();
		ResponseHead head = ResponseHead.of((known != null) ? known : 0, headers);
		return create(ErrorKind.of(known, error.code(), error.type()), status, error, head,
				error.isKnown() ? error.message() : body, cause);
	}

	/**
	 * Translate an error inside a stream that the other library has not noticed.
	 * @param data the data of an event of the stream
	 * @return the exception, or {@code null} if the data is not an error
	 */
	public @Nullable ChatModelException reportedIn(String data) {
		byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
		ErrorBody error = ErrorBody.parse(bytes, 0, bytes.length);
		ErrorKind kind = ErrorKind.find(error.status(), error.code(), error.type());
		return (kind != null && error.hasReason()) ? create(kind, null, error, NO_HEAD, error.message(), null) : null;
	}

	/**
	 * Translate an error of which the type is known.
	 * @param type the provider's type of error
	 * @param message the provider's message, or {@code null}
	 * @param cause the exception of the other library
	 * @return the exception
	 */
	public ChatModelException reported(String type, @Nullable String message, Throwable cause) {
		ErrorBody error = new ErrorBody(type, null, message, null, null, null);
		return create(ErrorKind.of(null, null, type), null, error, NO_HEAD, message, cause);
	}

	/**
	 * Return the exception of a call that took too long.
	 * @param cause the exception of the other library
	 * @return the exception
	 */
	public ChatModelException timedOut(Throwable cause) {
		return new ChatTimeoutException("%s did not answer in time; try again".formatted(this.provider),
				ProviderError.of(this.provider), cause);
	}

	/**
	 * Return the exception of a server that was not reached.
	 * @param reason why not
	 * @param cause the exception of the other library
	 * @return the exception
	 */
	public ChatModelException unreachable(Throwable reason, Throwable cause) {
		String message = reason.getMessage();
		String name = reason.getClass().getSimpleName();
		return new ConnectionFailedException(
				"%s could not be reached (%s); check the base URL and the network".formatted(this.provider,
						(message != null) ? name + ": " + quote(message) : name),
				ProviderError.of(this.provider), cause);
	}

	/**
	 * Return the exception of a response that was broken off.
	 * @param cause the exception of the other library
	 * @return the exception
	 */
	public ChatModelException truncated(Throwable cause) {
		return new StreamTruncatedException("%s broke off its answer; try again".formatted(this.provider),
				ProviderError.of(this.provider), cause);
	}

	/**
	 * Return the exception of a response without any content and finish reason.
	 * @return the exception
	 */
	public ChatModelException noAnswer() {
		return new UnreadableResponseException(
				"%s sent a response without content and without a finish reason; check the base URL"
					.formatted(this.provider),
				ProviderError.of(this.provider), null);
	}

	private ChatModelException create(ErrorKind kind, @Nullable Integer status, ErrorBody error, ResponseHead head,
			@Nullable String message, @Nullable Throwable cause) {
		String quoted = (message != null && !message.isBlank()) ? quote(message) : null;
		ProviderError providerError = new ProviderError(this.provider, status, word(error.type()), word(error.code()),
				quoted, word((head.requestId() != null) ? head.requestId() : error.requestId()), head.retryAfter(),
				head.shouldRetry());
		StringBuilder facts = new StringBuilder((status != null) ? "HTTP " + status : "in the answer");
		String word = (providerError.code() != null) ? providerError.code() : providerError.type();
		facts.append((word != null) ? ", " + word : "").append((quoted != null) ? ": " + quoted : "");
		return kind.create("%s %s (%s); %s".formatted(this.provider, kind.happening(), facts, kind.advice()),
				providerError, cause);
	}

	private static @Nullable String word(@Nullable String text) {
		return (text != null) ? PrintableText.of(text, LONGEST_WORD) : null;
	}

	private static String quote(String text) {
		String start = (text.length() > ErrorBody.MAX_SIZE) ? text.substring(0, ErrorBody.MAX_SIZE) : text;
		return PrintableText.of(start.replaceAll("\\s++", " ").strip(), LONGEST_QUOTED);
	}

}
