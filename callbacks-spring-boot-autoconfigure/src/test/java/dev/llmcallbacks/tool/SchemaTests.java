package dev.llmcallbacks.tool;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the schemas that models are told.
 */
class SchemaTests {

	private final Map<String, String> schemas = schemas();

	private Map<String, String> schemas() {
		Map<String, String> result = new java.util.HashMap<>();
		Tools.from(new Samples())
			.definitions()
			.forEach((definition) -> result.put(definition.name(), definition.inputSchema()));
		return result;
	}

	@Test
	void shouldDescribePrimitives() {
		assertSchema("primitives", """
				{"type": "object",
				 "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "c": {"type": "number"},
				                "d": {"type": "boolean"}, "e": {"type": "number"}},
				 "required": ["a", "b", "c", "d", "e"], "additionalProperties": false}""");
	}

	@Test
	void shouldDescribeStringsAndFormats() {
		assertSchema("strings", """
				{"type": "object",
				 "properties": {"text": {"type": "string"}, "day": {"type": "string", "format": "date"},
				                "at": {"type": "string", "format": "date-time"},
				                "id": {"type": "string", "format": "uuid"},
				                "data": {"type": "string", "contentEncoding": "base64"}},
				 "required": ["text", "day", "at", "id", "data"], "additionalProperties": false}""");
	}

	@Test
	void shouldDescribeEnumsAsJacksonReadsThem() {
		assertSchema("enums", """
				{"type": "object",
				 "properties": {"unit": {"type": "string", "enum": ["celsius", "f", "KELVIN"]}},
				 "required": ["unit"], "additionalProperties": false}""");
	}

	@Test
	void shouldDescribeRecordsInTheOrderOfTheirComponents() {
		assertSchema("records", """
				{"type": "object",
				 "properties": {"place": {"type": "object",
				   "properties": {"town": {"type": "string", "description": "the town's name"},
				                  "country": {"type": "string"}, "area": {"type": "integer"}},
				   "required": ["town"], "additionalProperties": false}},
				 "required": ["place"], "additionalProperties": false}""");
	}

	@Test
	void shouldDescribeListsAndMaps() {
		assertSchema("lists", """
				{"type": "object",
				 "properties": {"names": {"type": "array", "items": {"type": "string"}},
				                "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
				                "numbers": {"type": "array", "items": {"type": "integer"}}},
				 "required": ["names", "counts", "numbers"], "additionalProperties": false}""");
	}

	@Test
	void shouldNotRequireOptionalParameters() {
		assertSchema("optionals", """
				{"type": "object",
				 "properties": {"must": {"type": "string"}, "may": {"type": "string"},
				                "could": {"type": "string"}, "might": {"type": "integer"}},
				 "required": ["must"], "additionalProperties": false}""");
	}

	@Test
	void shouldTakeNamesAndDescriptionsFromJacksonsAnnotations() {
		assertSchema("descriptions", """
				{"type": "object",
				 "properties": {"town_name": {"type": "string", "description": "where to look"}},
				 "required": ["town_name"], "additionalProperties": false}""");
	}

	@Test
	void shouldReferToDefinitionsWhenATypeContainsItself() {
		assertSchema("recursion", """
				{"type": "object",
				 "properties": {"tree": {"$ref": "#/$defs/Tree"}},
				 "required": ["tree"], "additionalProperties": false,
				 "$defs": {"Tree": {"type": "object",
				   "properties": {"name": {"type": "string"},
				                  "branches": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
				   "required": ["name", "branches"], "additionalProperties": false}}}""");
	}

	@Test
	void shouldDescribeAMethodWithoutParameters() {
		assertSchema("nothing", """
				{"type": "object", "properties": {}, "additionalProperties": false}""");
	}

	@Test
	void shouldDescribeTheInputTypeOfAFunction() {
		Tool tool = Tool.of("find", "Finds.", Place.class, Place::town);
		assertThat(tool.definition().inputSchema()).isEqualTo(compact("""
				{"type": "object",
				 "properties": {"town": {"type": "string", "description": "the town's name"},
				                "country": {"type": "string"}, "area": {"type": "integer"}},
				 "required": ["town"], "additionalProperties": false}"""));
	}

	private void assertSchema(String tool, String expected) {
		assertThat(this.schemas.get(tool)).isEqualTo(compact(expected));
	}

	// compared as texts: the order of properties counts
	private static String compact(String json) {
		return JsonMapper.shared().readTree(json).toString();
	}

	enum Unit {

		@JsonProperty("celsius")
		CELSIUS,

		FAHRENHEIT {
			@Override
			public String toString() {
				return "f";
			}
		},

		KELVIN

	}

	record Place(@JsonPropertyDescription("the town's name") String town, @Nullable String country, OptionalInt area) {
	}

	record Tree(String name, List<Tree> branches) {
	}

	static class Samples {

		@LlmTool(description = "x")
		void primitives(int a, Long b, double c, boolean d, java.math.BigDecimal e) {
		}

		@LlmTool(description = "x")
		void strings(String text, LocalDate day, Instant at, UUID id, byte[] data) {
		}

		@LlmTool(description = "x")
		void enums(Unit unit) {
		}

		@LlmTool(description = "x")
		void records(Place place) {
		}

		@LlmTool(description = "x")
		void lists(List<String> names, Map<String, Integer> counts, int[] numbers) {
		}

		@LlmTool(description = "x")
		void optionals(String must, @Nullable String may, Optional<String> could, OptionalInt might) {
		}

		@LlmTool(description = "x")
		void descriptions(@JsonProperty("town_name") @JsonPropertyDescription("where to look") String town) {
		}

		@LlmTool(description = "x")
		void recursion(Tree tree) {
		}

		@LlmTool(description = "x")
		void nothing() {
		}

	}

}
