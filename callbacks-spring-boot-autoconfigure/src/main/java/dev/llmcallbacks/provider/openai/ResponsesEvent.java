package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Content of one event of the Responses API, or of a whole response. Is used again for
 * the next event.
 */
final class ResponsesEvent {

	private final ResponseLimits limits;

	/** Whether the item at an index of the output has been received as a whole. */
	private final IntPredicate done;

	/** The output of the response as a whole, in its order. */
	private final List<ResponsesItem> output = new ArrayList<>();

	private String type = "";

	private String knownType = "";

	private int outputIndex;

	private @Nullable ResponsesItem item;

	/** A text, or the arguments of a call, as a whole. */
	private @Nullable String whole;

	private @Nullable String delta;

	/** The log probabilities of the delta, the JSON text of an array. */
	private @Nullable String logprobs;

	/** An annotation of the text, as JSON text. */
	private @Nullable String annotation;

	private int deltaStart;

	private int numberStart;

	private int paddingStart;

	private boolean hasResponse;

	private boolean hasError;

	private boolean complaint;

	private @Nullable String id;

	private @Nullable String model;

	private @Nullable String status;

	private @Nullable String incompleteReason;

	private @Nullable String serviceTier;

	private @Nullable TokenUsage usage;

	/**
	 * Create an event.
	 * @param limits the limits of the response
	 * @param done whether the item at an index of the output has been received as a
	 * whole, so that it is not read again when the response repeats it
	 */
	ResponsesEvent(ResponseLimits limits, IntPredicate done) {
		this.limits = limits;
		this.done = done;
	}

	private void clear() {
		this.output.clear();
		this.type = "";
		this.outputIndex = -1;
		this.item = null;
		this.whole = null;
		this.delta = null;
		this.logprobs = null;
		this.annotation = null;
		this.deltaStart = -1;
		this.numberStart = -1;
		this.paddingStart = -1;
		this.hasResponse = false;
		this.hasError = false;
		this.complaint = false;
		this.id = null;
		this.model = null;
		this.status = null;
		this.incompleteReason = null;
		this.serviceTier = null;
		this.usage = null;
	}

	/**
	 * Read an event.
	 * @param json stands in the object
	 */
	void read(JsonCursor json) {
		clear();
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "type" -> readType(json);
				case "delta" -> {
					this.deltaStart = json.isText() ? json.textStart() : -1;
					this.delta = json.text();
				}
				case "arguments", "text" -> {
					this.whole = json.text();
				}
				case "logprobs" -> {
					this.logprobs = json.raw();
				}
				case "annotation" -> {
					this.annotation = json.raw();
				}
				case "output_index" -> {
					this.outputIndex = json.index();
				}
				case "item" -> {
					this.item = ResponsesItem.read(json);
				}
				case "response" -> {
					if (json.enterObject()) {
						this.hasResponse = true;
						readResponse(json);
					}
				}
				case "sequence_number" -> {
					this.numberStart = json.isNumber() ? json.valueStart() : -1;
					json.skip();
				}
				case "obfuscation" -> {
					this.paddingStart = json.isText() ? json.textStart() : -1;
					json.skip();
				}
				default -> readError(name, json);
			}
		}
	}

	/**
	 * Read a response that is not streamed.
	 * @param json stands in the object
	 */
	void readWhole(JsonCursor json) {
		clear();
		this.hasResponse = true;
		readResponse(json);
	}

	private void readType(JsonCursor json) {
		String read = json.text(this.knownType);
		this.type = (read != null) ? read : "";
		this.knownType = this.type;
	}

	private void readResponse(JsonCursor json) {
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "id" -> {
					this.id = json.text();
				}
				case "model" -> {
					this.model = json.text();
				}
				case "status" -> {
					this.status = json.text();
				}
				case "service_tier" -> {
					this.serviceTier = json.text();
				}
				case "usage" -> {
					this.usage = OpenAiUsage.read(json);
				}
				case "incomplete_details" -> readIncompleteDetails(json);
				case "output" -> readOutput(json);
				default -> readError(name, json);
			}
		}
	}

	private void readIncompleteDetails(JsonCursor json) {
		if (json.enterObject()) {
			for (String name = json.nextField(); name != null; name = json.nextField()) {
				if (name.equals("reason")) {
					this.incompleteReason = json.text();
				}
				else {
					json.skip();
				}
			}
		}
	}

	private void readOutput(JsonCursor json) {
		if (json.enterArray()) {
			while (json.nextElement()) {
				this.limits.checkOpenBlocks(this.output.size() + 1);
				if (this.done.test(this.output.size())) {
					this.output.add(ResponsesItem.NOT_READ);
					json.skip();
				}
				else {
					this.output.add(ResponsesItem.read(json));
				}
			}
		}
	}

	private void readError(String name, JsonCursor json) {
		switch (name) {
			case "error" -> {
				this.hasError |= json.isText() ? !"".equals(json.text()) : !json.isNull();
				json.skip();
			}
			case "object" -> {
				this.hasError |= "error".equals(json.text());
			}
			case "message", "detail" -> {
				this.complaint |= json.isText();
				json.skip();
			}
			default -> json.skip();
		}
	}

	String type() {
		return this.type;
	}

	/**
	 * Return the place in the output of the item that the event is about.
	 * @return the index, negative if there is none
	 */
	int outputIndex() {
		return this.outputIndex;
	}

	@Nullable ResponsesItem item() {
		return this.item;
	}

	String delta() {
		return (this.delta != null) ? this.delta : "";
	}

	/**
	 * Return the text, or the arguments, of an event that repeats all deltas.
	 * @return the whole, possibly empty
	 */
	String whole() {
		return (this.whole != null) ? this.whole : "";
	}

	/**
	 * Return the log probabilities of the delta.
	 * @return the JSON text of an array, or {@code null} if there are none
	 */
	@Nullable String logprobs() {
		return (this.logprobs != null && !this.logprobs.equals("[]")) ? this.logprobs : null;
	}

	/**
	 * Return the annotation that the event adds to a text.
	 * @return its JSON text, or {@code null} if there is none
	 */
	@Nullable String annotation() {
		return this.annotation;
	}

	int deltaStart() {
		return this.deltaStart;
	}

	int numberStart() {
		return this.numberStart;
	}

	int paddingStart() {
		return this.paddingStart;
	}

	boolean hasResponse() {
		return this.hasResponse;
	}

	/**
	 * Whether there is an error, or a message where there should be an event.
	 * @return whether there is one
	 */
	boolean hasError() {
		return this.hasError || (this.complaint && this.type.isEmpty() && !this.hasResponse);
	}

	/**
	 * Return the output of the response as a whole.
	 * @return the items; {@link ResponsesItem#NOT_READ} for those that are known
	 */
	List<ResponsesItem> output() {
		return this.output;
	}

	@Nullable String id() {
		return this.id;
	}

	@Nullable String model() {
		return this.model;
	}

	@Nullable String status() {
		return this.status;
	}

	@Nullable String incompleteReason() {
		return this.incompleteReason;
	}

	@Nullable String serviceTier() {
		return this.serviceTier;
	}

	@Nullable TokenUsage usage() {
		return this.usage;
	}

}
