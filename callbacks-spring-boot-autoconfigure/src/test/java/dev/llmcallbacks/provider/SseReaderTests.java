package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SseReaderTests {

	private static final String MIXED = "\uFEFF: hello\r\n\r\nevent: a\rdata: one\rdata:two\r\r"
			+ "data: {\"t\":\"grüße 🦅 \u2028\"}\n\nunknown: x\nid: 7\nretry: 250\ndata\n\n"
			+ "event: only\n\ndata:  spaced \r\n\r\ndata: tail";

	private static final List<String> MIXED_EVENTS = List.of("a|one\ntwo|", "message|{\"t\":\"grüße 🦅 \u2028\"}|",
			"message||7", "message| spaced |7");

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
			data: a\\n\\n;                message|a|
			data: a\\r\\n\\r\\n;          message|a|
			data: a\\r\\r;                message|a|
			data:a\\ndata: b\\n\\n;       message|a\\nb|
			data\\n\\n;                   message||
			event: x\\ndata: a\\n\\n;     x|a|
			event:\\ndata: a\\n\\n;       message|a|
			id: 1\\ndata: a\\n\\n;        message|a|1
			id: 1\\nid\\ndata: a\\n\\n;   message|a|
			:comment\\ndata: a\\n\\n;     message|a|
			datax: a\\ndata: b\\n\\n;     message|b|
			data : a\\ndata: b\\n\\n;     message|b|
			retry: abc\\ndata: b\\n\\n;   message|b|
			""")
	@DisplayName("G27 line ends, fields and comments are read as the standard says")
	void shouldReadEventWhenFormIsUnusual(String stream, String event) {
		assertThat(read(unescape(stream).getBytes(StandardCharsets.UTF_8))).containsExactly(unescape(event));
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
			data: a
			data: a\\n
			event: x\\n\\n
			:\\n\\n
			\\n\\n\\r\\n
			id: 4\\n\\n
			retry: 5\\n\\n
			""")
	@DisplayName("G27 what is not an event is not reported")
	void shouldTellNothingWhenThereIsNoEvent(String stream) {
		assertThat(read(unescape(stream).getBytes(StandardCharsets.UTF_8))).isEmpty();
	}

	@Test
	@DisplayName("G27 a stream reads the same however it is cut")
	void shouldReadSameEventsWhenCutAnywhere() {
		byte[] bytes = MIXED.getBytes(StandardCharsets.UTF_8);
		assertThat(read(bytes)).isEqualTo(MIXED_EVENTS);
		assertThat(read(SocketServer.singleBytes(bytes))).isEqualTo(MIXED_EVENTS);
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 500; round++) {
			assertThat(read(SocketServer.randomPieces(bytes, random))).as("seed %d, round %d", seed, round)
				.isEqualTo(MIXED_EVENTS);
		}
	}

	@Test
	@DisplayName("G27 a buffer may be of any size")
	void shouldReadABufferOfAnySize() {
		List<String> events = IntStream.range(0, 9_999).mapToObj((i) -> "event " + i).toList();
		String stream = events.stream().map((event) -> "data: " + event + "\n\n").collect(Collectors.joining());
		assertThat(read(stream.getBytes(StandardCharsets.UTF_8)))
			.containsExactlyElementsOf(events.stream().map((event) -> "message|" + event + "|").toList());
	}

	@Test
	void shouldRememberRetryAndLastEventId() {
		SseReader reader = new SseReader((type, data, offset, length) -> {
		}, 100);
		reader.feed(buffer("retry: 250\nid: ä\n\nretry: abc\nid: a\0b\n\n".getBytes(StandardCharsets.UTF_8)));
		assertThat(reader.retry()).isEqualTo(250);
		assertThat(reader.lastEventId()).isEqualTo("ä");
	}

	@Test
	void shouldTellFieldWhenItIsUnknown() {
		List<String> fields = new ArrayList<>();
		SseReader reader = new SseReader(new SseListener() {

			@Override
			public void onEvent(String type, byte[] data, int offset, int length) {
			}

			@Override
			public void onUnknownField(String name, byte[] value, int offset, int length) {
				fields.add(name + "=" + new String(value, offset, length, StandardCharsets.UTF_8));
			}

		}, 100);
		reader.feed(buffer("error: {\"code\":1}\nfoo\n\uFEFFdata: x\n\n".getBytes(StandardCharsets.UTF_8)));
		assertThat(fields).containsExactly("error={\"code\":1}", "foo=", "\uFEFFdata=x");
	}

	@Test
	@DisplayName("G30 an event beyond the limit is an error")
	void shouldFailWhenEventIsTooLarge() {
		byte[] largest = ("data: " + "x".repeat(50) + "\ndata:" + "y".repeat(49) + "\n\n")
			.getBytes(StandardCharsets.UTF_8);
		assertThat(read(largest)).hasSize(1);
		byte[] tooLarge = ("data: " + "x".repeat(50) + "\ndata:" + "y".repeat(50) + "\n\n")
			.getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(DataBufferLimitException.class).isThrownBy(() -> read(tooLarge));
		assertThatExceptionOfType(DataBufferLimitException.class)
			.isThrownBy(() -> read("z".repeat(101).getBytes(StandardCharsets.UTF_8)));
	}

	@Test
	void shouldKeepNothingWhenCommentIsEndless() {
		List<byte[]> pieces = new ArrayList<>();
		pieces.add(":".getBytes(StandardCharsets.UTF_8));
		for (int i = 0; i < 100; i++) {
			pieces.add("c".repeat(100).getBytes(StandardCharsets.UTF_8));
		}
		pieces.add("\ndata: a\n\n".getBytes(StandardCharsets.UTF_8));
		assertThat(read(pieces)).containsExactly("message|a|");
	}

	@Test
	void shouldReleaseBufferWhenItIsReadAndWhenReadingFails() {
		NettyDataBufferFactory factory = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);
		for (String text : List.of("data: a\n\n", "data: " + "x".repeat(200))) {
			ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer()
				.writeBytes(text.getBytes(StandardCharsets.UTF_8));
			SseReader reader = new SseReader((type, data, offset, length) -> {
			}, 100);
			try {
				reader.feed(factory.wrap(bytes));
			}
			catch (DataBufferLimitException ex) {
				assertThat(text.length()).isGreaterThan(100);
			}
			assertThat(bytes.refCnt()).isZero();
		}
	}

	private static String unescape(String text) {
		return text.replace("\\n", "\n").replace("\\r", "\r");
	}

	private static List<String> read(byte[] bytes) {
		return read(List.of(bytes));
	}

	private static List<String> read(List<byte[]> pieces) {
		List<String> events = new ArrayList<>();
		SseReader[] reader = new SseReader[1];
		reader[0] = new SseReader(
				(type, data, offset, length) -> events.add(type + "|"
						+ new String(data, offset, length, StandardCharsets.UTF_8) + "|" + reader[0].lastEventId()),
				100);
		pieces.forEach((piece) -> reader[0].feed(buffer(piece)));
		return events;
	}

	private static DataBuffer buffer(byte[] bytes) {
		return DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOf(bytes, bytes.length));
	}

}
