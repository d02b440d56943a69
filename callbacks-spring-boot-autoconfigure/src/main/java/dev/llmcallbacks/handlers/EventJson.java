package dev.llmcallbacks.handlers;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.run.Run;

/**
 * Events as JSON: an object with the name of the event's type under {@code event} and the
 * components of the record. Errors become a {@link RecordedException}; values of no
 * declared type are written as {@link AnyValue} says.
 */
@SuppressWarnings("unused") // the methods of mix-ins are read by Jackson
final class EventJson {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.addMixIn(CallbackEvent.class, EventMixIn.class)
		.addMixIn(ChatMessage.class, MessageMixIn.class)
		.addMixIn(Run.class, MetadataMixIn.class)
		.addMixIn(Document.class, MetadataMixIn.class)
		.addMixIn(ChainStart.class, InputsMixIn.class)
		.addMixIn(ChainEnd.class, OutputsMixIn.class)
		.addMixIn(AgentFinish.class, OutputMixIn.class)
		.addMixIn(CustomEvent.class, DataMixIn.class)
		.addModule(module())
		.build();

	private EventJson() {
	}

	/**
	 * Write an event.
	 * @param event the event
	 * @return a JSON text without line breaks
	 */
	static String write(CallbackEvent event) {
		return MAPPER.writeValueAsString(event);
	}

	/**
	 * Read an event.
	 * @param json the JSON text
	 * @return the event, or {@code null} if the text says so
	 * @throws JacksonException if the text is not the JSON text of an event
	 */
	static @Nullable CallbackEvent read(String json) {
		return MAPPER.readValue(json, CallbackEvent.class);
	}

	private static SimpleModule module() {
		return new SimpleModule("callback events").addSerializer(Throwable.class, new ErrorSerializer())
			.addDeserializer(Throwable.class, new ErrorDeserializer())
			.addAbstractTypeMapping(Set.class, LinkedHashSet.class);
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "event")
	private interface EventMixIn {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "role")
	private interface MessageMixIn {

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

}
