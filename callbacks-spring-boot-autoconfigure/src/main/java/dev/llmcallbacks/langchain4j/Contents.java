package dev.llmcallbacks.langchain4j;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.data.pdf.PdfFile;
import dev.langchain4j.data.video.Video;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.model.UnsupportedMediaException;

/**
 * Images and other files in messages of LangChain4j as media of the library, and the
 * other way round.
 */
final class Contents {

	private static final String PDF = "application/pdf";

	private Contents() {
	}

	/**
	 * Return the media among contents.
	 * @param contents the contents
	 * @return the media that can be read, in the same order
	 */
	static List<Media> media(List<? extends Content> contents) {
		List<Media> media = new ArrayList<>();
		for (Content content : contents) {
			Media converted = media(content);
			if (converted != null) {
				media.add(converted);
			}
		}
		return media;
	}

	private static @Nullable Media media(Content content) {
		try {
			if (content instanceof ImageContent image) {
				return media("image/*", image.image().mimeType(), image.image().url(), image.image().base64Data());
			}
			if (content instanceof AudioContent audio) {
				return media("audio/*", audio.audio().mimeType(), audio.audio().url(), audio.audio().base64Data());
			}
			if (content instanceof VideoContent video) {
				return media("video/*", video.video().mimeType(), video.video().url(), video.video().base64Data());
			}
			return (content instanceof PdfFileContent pdf)
					? media(PDF, pdf.pdfFile().mimeType(), pdf.pdfFile().url(), pdf.pdfFile().base64Data()) : null;
		}
		catch (IllegalArgumentException ex) {
			// what LangChain4j does with it is its own affair: an event is not a check
			return null;
		}
	}

	private static Media media(String kind, @Nullable String mediaType, @Nullable URI url, @Nullable String base64) {
		String type = (mediaType != null) ? mediaType : kind;
		URI uri = (url != null) ? url : URI.create("data:;base64," + ((base64 != null) ? base64 : ""));
		return Media.of(type, uri);
	}

	/**
	 * Convert a text and media.
	 * @param text the text, which is left out if it is blank beside media
	 * @param media the media
	 * @param provider the provider of the model, for the exception
	 * @return the contents
	 * @throws UnsupportedMediaException if LangChain4j has no content for a file
	 */
	static List<Content> of(String text, List<Media> media, String provider) {
		List<Content> contents = new ArrayList<>();
		if (!text.isBlank()) {
			contents.add(TextContent.from(text));
		}
		media.forEach((each) -> contents.add(of(each, provider)));
		return contents;
	}

	private static Content of(Media media, String provider) {
		if (media.uri() == null && media.data() == null) {
			throw unsupported(media, provider, "its content was left out");
		}
		if (media.is("image")) {
			return ImageContent
				.from(Image.builder().mimeType(media.mediaType()).url(media.uri()).base64Data(media.base64()).build());
		}
		if (media.is("audio")) {
			return AudioContent
				.from(Audio.builder().mimeType(media.mediaType()).url(media.uri()).base64Data(media.base64()).build());
		}
		if (media.is("video")) {
			return VideoContent
				.from(Video.builder().mimeType(media.mediaType()).url(media.uri()).base64Data(media.base64()).build());
		}
		if (media.essence().equals(PDF)) {
			return PdfFileContent
				.from(PdfFile.builder().mimeType(PDF).url(media.uri()).base64Data(media.base64()).build());
		}
		throw unsupported(media, provider, "it has images, audio, video and 'application/pdf'");
	}

	private static UnsupportedMediaException unsupported(Media media, String provider, String reason) {
		return new UnsupportedMediaException(provider, "LangChain4j", media, reason);
	}

}
