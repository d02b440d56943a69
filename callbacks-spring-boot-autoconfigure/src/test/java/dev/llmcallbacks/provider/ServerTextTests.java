package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the text of a server in exceptions.
 */
class ServerTextTests extends PayloadFixture {

	@Test
	@DisplayName("S8 nothing of a server's text breaks a line of a log or controls a terminal")
	void shouldMakeTextPrintable() {
		String hostile = "a\\u001b[2J\\u009b\\u0085\\u2028\\u2029\\u202e\\u0007z";
		answerJson(400, "{\"error\":{\"message\":\"" + hostile + "\",\"code\":\"" + hostile + "\",\"type\":\"" + hostile
				+ "\"},\"request_id\":\"" + hostile + "\"}", Map.of());
		ChatModelException failure = failure(openAi());
		ProviderError error = failure.getProviderError();
		assertThat(failure.getMessage()).contains("a\\u001b[2J\\u009b").contains("\\u2028\\u2029\\u202e\\u0007z");
		for (String text : List.of(failure.getMessage(), error.type(), error.code(), error.requestId())) {
			assertThat(text.chars()).noneMatch(
					(next) -> Character.isISOControl(next) || next == 0x2028 || next == 0x2029 || next == 0x202E);
		}
	}

	@Test
	@DisplayName("S22 type, code and request id are cut")
	void shouldCutWords() {
		String word = "x".repeat(1500);
		answerJson(400, "{\"request_id\":\"" + word + "\",\"error\":{\"code\":\"" + word + "\",\"type\":\""
				+ word.repeat(10) + "\"}}", Map.of());
		ProviderError error = failure(openAi()).getProviderError();
		assertThat(List.of(error.type(), error.code(), error.requestId())).allMatch((text) -> text.length() <= 201);
	}

	@Test
	@DisplayName("D2 of an error body the first 4 KiB are read, a text that is cut there included")
	void shouldReadTheBeginningOfErrors() {
		for (int length : List.of(10, 3900, 4000, 4050, 100_000)) {
			String message = "m".repeat(length);
			answerJson(429, "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"" + message + "\"}}", Map.of());
			ChatModelException failure = failure(openAi());
			assertThat(failure).isInstanceOf(RateLimitedException.class);
			assertThat(failure.getProviderError().type()).isEqualTo("rate_limit_error");
			assertThat(failure.getProviderError().message()).startsWith("m".repeat(Math.min(length, 3900)))
				.hasSizeLessThanOrEqualTo(4097);
		}
	}

	@Test
	void shouldReadErrorsThatAreCutAnywhere() {
		String error = "{\"a\":[1,2.5,true,null,{\"b\":\"\\u00e4\\n\\\\\"}],\"error\":{\"code\":\"c\\\"1\",\"message\":\"why \\u00e4 🎉\"}}";
		byte[] bytes = error.getBytes(StandardCharsets.UTF_8);
		for (int length = 0; length <= bytes.length; length++) {
			ErrorBody body = ErrorBody.parse(bytes, 0, length);
			assertThat(body.code()).as("cut at %d", length)
				.isEqualTo((length > error.indexOf("c\\\"1") + 3) ? "c\"1" : body.code());
			assertThat("why ä 🎉").startsWith((body.message() != null) ? body.message().replace("\uFFFD", "") : "");
		}
		assertThat(ErrorBody.parse(bytes, 0, bytes.length).message()).isEqualTo("why ä 🎉");
	}

	@ParameterizedTest
	@ValueSource(strings = { "<script ", "<style x", "<!-- ", "<", "<script>", "</script", "&lt;" })
	@DisplayName("D2 a body of unclosed tags is read in linear time")
	void shouldReadUnclosedTags(String tag) {
		String body = "<html>Sorry" + tag.repeat(64 * 1024);
		answerJson(500, body, Map.of());
		long begin = System.nanoTime();
		for (int i = 0; i < 20; i++) {
			assertThat(failure(openAi())).hasMessageContaining("Sorry");
			answer("event: error\ndata: " + body + "\n\n");
			assertThat(failure(openAi())).hasMessageContaining("Sorry");
			answerJson(500, body, Map.of());
		}
		assertThat(System.nanoTime() - begin).isLessThan(20_000_000_000L);
	}

	@Test
	void shouldQuoteTheTextOfAPage() {
		answerJson(502,
				"<!DOCTYPE html><HTML><STYLE>p { color: red }</STYLE><!-- <b>not this</b> --><script>var a = '<p>';"
						+ "</script ><h1>Bad\n gateway</h1></HTML>",
				Map.of());
		assertThat(failure(openAi())).hasMessageContaining("HTTP 502: Bad gateway)");
	}

}
