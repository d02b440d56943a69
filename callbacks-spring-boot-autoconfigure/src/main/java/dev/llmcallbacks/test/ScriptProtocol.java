package dev.llmcallbacks.test;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.ChatChunk;

/**
 * Wire protocol of a provider, as its server speaks it. Bodies are objects that Jackson
 * can write.
 */
interface ScriptProtocol {

	/**
	 * Return the path that requests are posted to.
	 * @return a path
	 */
	String path();

	/**
	 * Return the name of the response header with the id of the request.
	 * @return a header's name
	 */
	String requestIdHeader();

	/**
	 * Check the headers of a request.
	 * @param headers the headers
	 * @throws ScriptRefusal if a key or another header is missing
	 */
	void authenticate(HttpHeaders headers);

	/**
	 * Read a request.
	 * @param body the body
	 * @return the request
	 * @throws ScriptRefusal if the body is invalid
	 */
	ScriptedQuestion read(JsonNode body);

	/**
	 * Write a response that is not streamed.
	 * @param reply the complete response
	 * @return the body
	 */
	Object whole(ScriptedReply reply);

	/**
	 * Begin a streamed response.
	 * @param reply the response with its first chunk
	 * @return the events before those of the first chunk
	 */
	List<ServerEvent> opening(ScriptedReply reply);

	/**
	 * Write a chunk of a streamed response.
	 * @param reply the response
	 * @param chunk the chunk
	 * @return the events, none if the chunk has no content
	 */
	List<ServerEvent> events(ScriptedReply reply, ChatChunk chunk);

	/**
	 * Complete a streamed response.
	 * @param reply the complete response
	 * @return the events
	 */
	List<ServerEvent> closing(ScriptedReply reply);

	/**
	 * Write a failure in a streamed response.
	 * @param refusal the failure
	 * @return the event
	 */
	ServerEvent failure(ScriptRefusal refusal);

	/**
	 * Return the error for a kind of failure.
	 * @param failure the kind
	 * @return the error with the provider's own words
	 */
	ScriptRefusal refusal(ScriptFailure failure);

	/**
	 * Return the error for a body that is not JSON.
	 * @return the error
	 */
	ScriptRefusal notJson();

	/**
	 * Write an error.
	 * @param refusal the error
	 * @param requestId the id of the request
	 * @return the body
	 */
	Object error(ScriptRefusal refusal, String requestId);

}
