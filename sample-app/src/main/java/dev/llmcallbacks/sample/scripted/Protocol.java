package dev.llmcallbacks.sample.scripted;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import tools.jackson.databind.JsonNode;

/**
 * One provider's way to ask and answer. Bodies are objects that Jackson can write.
 */
interface Protocol {

	/**
	 * Where questions are sent to.
	 * @return a path
	 */
	String path();

	/**
	 * The name of the response header that holds the id of the request.
	 * @return a header's name
	 */
	String requestIdHeader();

	/**
	 * See whether the caller may ask at all.
	 * @param headers the request's headers
	 * @throws Refusal if not
	 */
	void authenticate(HttpHeaders headers);

	/**
	 * Read a question.
	 * @param body the request's body
	 * @return the question
	 * @throws Refusal if the body is not as it should be
	 */
	Question read(JsonNode body);

	/**
	 * Answer as a whole.
	 * @param reply the answer
	 * @return the body
	 */
	Object whole(Reply reply);

	/**
	 * What comes before the first token or call of a stream.
	 * @param reply the answer
	 * @return the events
	 */
	List<ServerEvent> opening(Reply reply);

	/**
	 * One token of a stream.
	 * @param reply the answer
	 * @param token the token
	 * @return the event
	 */
	ServerEvent token(Reply reply, String token);

	/**
	 * A call of a tool in a stream, in pieces.
	 * @param reply the answer
	 * @param index which of its calls
	 * @return the events
	 */
	List<ServerEvent> call(Reply reply, int index);

	/**
	 * What comes after the last token or call of a stream.
	 * @param reply the answer
	 * @return the events
	 */
	List<ServerEvent> closing(Reply reply);

	/**
	 * What comes last in a stream that breaks off.
	 * @return the event
	 */
	ServerEvent breakingOff();

	/**
	 * What the provider calls one of its mishaps.
	 * @param mishap the mishap
	 * @return the refusal
	 */
	Refusal refusal(Mishap mishap);

	/**
	 * What the provider calls a body that is no JSON.
	 * @return the refusal
	 */
	Refusal notJson();

	/**
	 * Refuse to answer.
	 * @param refusal why
	 * @param requestId the id of the request
	 * @return the body
	 */
	Object error(Refusal refusal, String requestId);

}
