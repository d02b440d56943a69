package dev.llmcallbacks.message;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.run.PrintableText;

/**
 * Image, document, recording or other file in a message: its bytes, or the URL from which
 * the provider loads it. Immutable. Which media a model can be sent depends on the
 * protocol; what it cannot carry fails the call with a
 * {@link dev.llmcallbacks.model.UnsupportedMediaException} before anything is sent.
 *
 * @param mediaType the media type, such as {@code image/png}, in lower case; the subtype
 * may be {@code *} where the provider finds it out
 * @param uri the URL, or {@code null} if there is none
 * @param data the bytes, or {@code null} if there is a URL, or if the bytes were left out
 * @param name the name of the file, or {@code null}
 * @param size how many bytes it has; zero if that is not known
 */
public record Media(String mediaType, @Nullable URI uri, byte @Nullable [] data, @Nullable String name, int size) {

	private static final Pattern MEDIA_TYPE = Pattern
		.compile("[a-z0-9!#$&^_.+*-]+/[a-z0-9!#$&^_.+*-]+([ \\t]*;[ \\t]*[^\\p{Cntrl}]*)?");

	private static final int LONGEST_NAME = 100;

	/**
	 * Create a file.
	 * @param mediaType the media type, such as {@code image/png}
	 * @param uri the URL, or {@code null}
	 * @param data the bytes, or {@code null}
	 * @param name the name of the file, or {@code null}
	 * @param size how many bytes it has, if these are not given; zero if that is not
	 * known
	 */
	public Media(String mediaType, @Nullable URI uri, byte @Nullable [] data, @Nullable String name, int size) {
		this.mediaType = Objects.requireNonNull(mediaType, "'mediaType' must not be null")
			.strip()
			.toLowerCase(Locale.ROOT);
		if (!MEDIA_TYPE.matcher(this.mediaType).matches()) {
			throw new IllegalArgumentException("'%s' is not a media type such as 'image/png'"
				.formatted(PrintableText.of(mediaType, LONGEST_NAME)));
		}
		if (uri != null && data != null) {
			throw new IllegalArgumentException("A file has either a URL or bytes, not both");
		}
		if (data != null && data.length == 0) {
			throw new IllegalArgumentException("The file of type '%s' is empty".formatted(this.mediaType));
		}
		this.uri = uri;
		this.data = (data != null) ? data.clone() : null;
		this.name = name;
		this.size = (data != null) ? data.length : Math.max(0, size);
	}

	/**
	 * Create a file of bytes.
	 * @param mediaType the media type, such as {@code image/png}
	 * @param data the bytes, at least one, which are copied
	 * @return the file
	 * @throws IllegalArgumentException if the media type is malformed or there are no
	 * bytes
	 */
	public static Media of(String mediaType, byte[] data) {
		return new Media(mediaType, null, Objects.requireNonNull(data, "'data' must not be null"), null, 0);
	}

	/**
	 * Create a file that the provider loads from a URL.
	 * @param mediaType the media type, such as {@code image/png}
	 * @param uri the URL. The bytes of a {@code data:} URL are decoded, so that it is the
	 * same as a file of bytes
	 * @return the file
	 * @throws IllegalArgumentException if the media type is malformed, the URL has no
	 * scheme, or a {@code data:} URL cannot be decoded
	 */
	public static Media of(String mediaType, URI uri) {
		Objects.requireNonNull(uri, "'uri' must not be null");
		if ("data".equalsIgnoreCase(uri.getScheme())) {
			return of(mediaType, decoded(uri.getRawSchemeSpecificPart()));
		}
		if (uri.getScheme() == null) {
			throw new IllegalArgumentException("The URL of a file of type '%s' has no scheme such as 'https'"
				.formatted(PrintableText.of(mediaType, LONGEST_NAME)));
		}
		return new Media(mediaType, uri, null, null, 0);
	}

	// A message that was stored before messages had media has none
	static List<Media> copyOf(@Nullable List<Media> media) {
		return (media != null) ? List.copyOf(media) : List.of();
	}

	// Does not quote the URL, which is the content
	private static byte[] decoded(String specificPart) {
		int comma = specificPart.indexOf(',');
		if (comma < 0) {
			throw new IllegalArgumentException("A 'data:' URL has no comma before its data");
		}
		String content = specificPart.substring(comma + 1);
		String text = content.contains("%")
				? URLDecoder.decode(content.replace("+", "%2B"), StandardCharsets.ISO_8859_1) : content;
		if (!specificPart.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")) {
			return text.getBytes(StandardCharsets.ISO_8859_1);
		}
		try {
			return Base64.getMimeDecoder().decode(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("The data of a 'data:' URL is not base64");
		}
	}

	/**
	 * Return the bytes.
	 * @return a copy of the bytes, or {@code null} if there are none
	 */
	@Override
	public byte @Nullable [] data() {
		return (this.data != null) ? this.data.clone() : null;
	}

	/**
	 * Return the bytes as base64.
	 * @return the text, or {@code null} if there are no bytes
	 */
	public @Nullable String base64() {
		return (this.data != null) ? Base64.getEncoder().encodeToString(this.data) : null;
	}

	/**
	 * Return the bytes as the text that they are.
	 * @return the text, read as UTF-8, or {@code null} if there are no bytes
	 */
	public @Nullable String decodedText() {
		return (this.data != null) ? new String(this.data, StandardCharsets.UTF_8) : null;
	}

	/**
	 * Return the same file with a name.
	 * @param name the name, such as {@code report.pdf}
	 * @return the file
	 */
	public Media named(String name) {
		return new Media(this.mediaType, this.uri, this.data, Objects.requireNonNull(name, "'name' must not be null"),
				this.size);
	}

	/**
	 * Return the same file without its bytes, for a log or a store. It cannot be sent.
	 * @return a file with the same media type, name and size; this one if it has no bytes
	 */
	public Media withoutData() {
		return (this.data != null) ? new Media(this.mediaType, null, null, this.name, this.size) : this;
	}

	/**
	 * Whether the media type is of a kind.
	 * @param kind the first part of the media type, such as {@code image}
	 * @return whether it is
	 */
	public boolean is(String kind) {
		return this.mediaType.startsWith(kind + "/");
	}

	/**
	 * Return the media type without parameters.
	 * @return type and subtype, such as {@code text/plain}
	 */
	public String essence() {
		int parameters = this.mediaType.indexOf(';');
		return (parameters >= 0) ? this.mediaType.substring(0, parameters).strip() : this.mediaType;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Media media && this.mediaType.equals(media.mediaType)
				&& Objects.equals(this.uri, media.uri) && Objects.equals(this.name, media.name)
				&& this.size == media.size && Arrays.equals(this.data, media.data);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.mediaType, this.uri, this.name, this.size);
	}

	/**
	 * Describe the file without its content.
	 * @return media type, name, and size or host of the URL, whose query may hold a
	 * secret
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("Media[").append(this.mediaType);
		if (this.name != null) {
			text.append(", '").append(PrintableText.of(this.name, LONGEST_NAME)).append('\'');
		}
		if (this.uri != null) {
			text.append(", ").append(this.uri.getScheme());
			if (this.uri.getHost() != null) {
				text.append("://").append(this.uri.getHost());
			}
		}
		if (this.size > 0) {
			text.append(", ").append(this.size).append(" bytes");
		}
		return text.append(']').toString();
	}

}
