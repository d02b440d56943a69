package dev.llmcallbacks.model;

import dev.llmcallbacks.message.Media;

/**
 * A message has a file that the protocol of the model cannot carry. Nothing was sent.
 */
public class UnsupportedMediaException extends InvalidRequestException {

	private final String protocol;

	private final String mediaType;

	/**
	 * Create an exception.
	 * @param provider the name of the provider
	 * @param protocol the name of the protocol
	 * @param media the file
	 * @param reason what the protocol can carry instead, a clause that follows a colon
	 */
	public UnsupportedMediaException(String provider, String protocol, Media media, String reason) {
		super("%s cannot carry %s: %s".formatted(protocol, media, reason), ProviderError.of(provider), null);
		this.protocol = protocol;
		this.mediaType = media.mediaType();
	}

	/**
	 * Return the protocol.
	 * @return the protocol's name
	 */
	public String getProtocol() {
		return this.protocol;
	}

	/**
	 * Return the media type of the file.
	 * @return the media type
	 */
	public String getMediaType() {
		return this.mediaType;
	}

}
