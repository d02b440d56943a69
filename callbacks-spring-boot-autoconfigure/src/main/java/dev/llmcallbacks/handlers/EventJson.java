package dev.llmcallbacks.handlers;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.annotation.JsonAppend;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;

/**
 * Writes and reads events as JSON: an object with the name of the event's type under
 * {@code event}, the version of the form, and the components of the record. Errors become
 * a {@link RecordedException}; values without a declared type are written as
 * {@link AnyValue} describes.
 */
@SuppressWarnings("unused") // Jackson reads the methods of the mix-ins
final class EventJson {

	/**
	 * Jackson reads values of a model nested up to 500 levels by default, and an event
	 * adds levels of its own.
	 */
	private static final int MAX_DEPTH = 1000;

	private static final String VERSION = "version";

	private static final JsonMapper MAPPER = JsonMapper.builder(factory())
		.addMixIn(CallbackEvent.class, EventMixIn.class)
		.addMixIn(ChatMessage.class, MessageMixIn.class)
		.addMixIn(Run.class, MetadataMixIn.class)
		.addMixIn(Document.class, MetadataMixIn.class)
		.addMixIn(ChainStart.class, InputsMixIn.class)
		.addMixIn(ChainEnd.class, OutputsMixIn.class)
		.addMixIn(AgentFinish.class, OutputMixIn.class)
		.addMixIn(ToolProgress.class, DataMixIn.class)
		.addMixIn(CustomEvent.class, DataMixIn.class)
		.addMixIn(TokenUsage.class, UsageMixIn.class)
		.addMixIn(HumanMessage.class, MediaMixIn.class)
		.addMixIn(ToolMessage.class, MediaMixIn.class)
		.addModule(module())
		.build();

	private static final JavaType MESSAGES = MAPPER.getTypeFactory()
		.constructCollectionType(List.class, ChatMessage.class);

	private static final ObjectWriter WRITER = MAPPER.writer().withAttribute(VERSION, CallbackEventJson.VERSION);

	private static final ObjectWriter WITH_MEDIA = MAPPER.writer()
		.withAttribute(VERSION, CallbackEventJson.VERSION)
		.withAttribute(MediaSerializer.DATA, true);

	private static final ObjectWriter ASCII = WRITER.with(JsonWriteFeature.ESCAPE_NON_ASCII);

	private EventJson() {
	}

	private static JsonFactory factory() {
		return JsonFactory.builder()
			.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(MAX_DEPTH)
				// The reader limits the length of a line
				.maxStringLength(Integer.MAX_VALUE)
				.maxNameLength(Integer.MAX_VALUE)
				.build())
			// Pairs are written as they are; only unpaired surrogates are escaped
			.enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
			.build();
	}

	/**
	 * Write an event, its media without their bytes.
	 * @param event the event
	 * @return a JSON text without line breaks, in UTF-8; control characters and unpaired
	 * surrogates are escaped
	 * @throws JacksonException if the event cannot be written
	 */
	static byte[] write(CallbackEvent event) {
		return write(event, false);
	}

	/**
	 * Write an event.
	 * @param event the event
	 * @param mediaData whether to write the bytes of media
	 * @return a JSON text as of {@link #write(CallbackEvent)}
	 * @throws JacksonException if the event cannot be written
	 */
	static byte[] write(CallbackEvent event, boolean mediaData) {
		return JsonControls.escape((mediaData ? WITH_MEDIA : WRITER).writeValueAsBytes(event));
	}

	/**
	 * Write an event with ASCII characters only.
	 * @param event the event
	 * @return a JSON text without line breaks, in which all other characters are escaped
	 * @throws JacksonException if the event cannot be written
	 */
	static byte[] writeAscii(CallbackEvent event) {
		return JsonControls.escape(ASCII.writeValueAsBytes(event));
	}

	/**
	 * Read an event.
	 * @param json the JSON text
	 * @return the event, or {@code null} if the text is {@code null} in JSON
	 * @throws JacksonException if the text is not the JSON text of an event
	 */
	static @Nullable CallbackEvent read(String json) {
		return MAPPER.readValue(json, CallbackEvent.class);
	}

	/**
	 * Write a message.
	 * @param message the message
	 * @param mediaData whether to write the bytes of media
	 * @return a JSON text without line breaks, in UTF-8
	 * @throws JacksonException if the message cannot be written
	 */
	static byte[] writeMessage(ChatMessage message, boolean mediaData) {
		return JsonControls
			.escape((mediaData ? WITH_MEDIA : WRITER).forType(ChatMessage.class).writeValueAsBytes(message));
	}

	/**
	 * Write messages.
	 * @param messages the messages
	 * @param mediaData whether to write the bytes of media
	 * @return a JSON array without line breaks, in UTF-8
	 * @throws JacksonException if a message cannot be written
	 */
	static byte[] writeMessages(List<? extends ChatMessage> messages, boolean mediaData) {
		return JsonControls.escape((mediaData ? WITH_MEDIA : WRITER).forType(MESSAGES).writeValueAsBytes(messages));
	}

	/**
	 * Read a message.
	 * @param json the JSON text
	 * @return the message, or {@code null} if the text is {@code null} in JSON
	 * @throws JacksonException if the text is not the JSON text of a message
	 */
	static @Nullable ChatMessage readMessage(String json) {
		return MAPPER.readValue(json, ChatMessage.class);
	}

	/**
	 * Read messages.
	 * @param json the JSON array
	 * @return the messages, of which some may be {@code null}; {@code null} if the text
	 * is {@code null} in JSON
	 * @throws JacksonException if the text is not the JSON text of messages
	 */
	static @Nullable List<ChatMessage> readMessages(String json) {
		return MAPPER.readValue(json, MESSAGES);
	}

	private static SimpleModule module() {
		return new SimpleModule("callback events").addSerializer(Throwable.class, new ErrorSerializer())
			.addSerializer(Media.class, new MediaSerializer())
			.addDeserializer(Throwable.class, new ErrorDeserializer())
			.addAbstractTypeMapping(Set.class, LinkedHashSet.class);
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "event")
	@JsonAppend(attrs = @JsonAppend.Attr(VERSION), prepend = true)
	private interface EventMixIn {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "role")
	private interface MessageMixIn {

	}

	private interface MediaMixIn {

		@JsonInclude(JsonInclude.Include.NON_EMPTY)
		List<Media> media();

	}

	private interface MetadataMixIn {

		@JsonSerialize(contentUsing = AnyValue.Serializer.class)
		@JsonDeserialize(contentUsing = AnyValue.Deserializer.class)
		Map<String, Object> metadata();

	}

	private interface InputsMixIn {

		@JsonSerialize(using = AnyValue.Serializer.class)
		@JsonDeserialize(using = AnyValue.Deserializer.class)
		Object inputs();

	}

	private interface OutputsMixIn {

		@JsonSerialize(using = AnyValue.Serializer.class)
		@JsonDeserialize(using = AnyValue.Deserializer.class)
		Object outputs();

	}

	private interface OutputMixIn {

		@JsonSerialize(using = AnyValue.Serializer.class)
		@JsonDeserialize(using = AnyValue.Deserializer.class)
		Object output();

	}

	private interface DataMixIn {

		@JsonSerialize(using = AnyValue.Serializer.class)
		@JsonDeserialize(using = AnyValue.Deserializer.class)
		Object data();

	}

	private interface UsageMixIn {

		@JsonIgnore
		boolean isKnown();

	}

}
