package dev.llmcallbacks.provider;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.model.UnsupportedSchemaException;
import dev.llmcallbacks.tool.AnswerType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SchemaRules}.
 */
class SchemaRulesTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static JsonNode cut(SchemaRules rules, String schema) {
		return rules.schema(format(schema));
	}

	private static ResponseFormat format(String schema) {
		return ResponseFormat.jsonSchema("s",
				MAPPER.readValue(schema.replace('\'', '"'), new TypeReference<Map<String, Object>>() {
				}));
	}

	private static JsonNode json(String json) {
		return MAPPER.readTree(json.replace('\'', '"'));
	}

	@Test
	@DisplayName("OpenAI: all properties are required, and optional ones are nullable")
	void shouldRequireAllPropertiesForOpenAi() {
		String schema = "{'$schema':'x','type':'object','properties':{'a':{'type':'string','minLength':2,'format':'uri'},"
				+ "'b':{'enum':['x'],'type':'string'},'c':{'$ref':'#/$defs/D','description':'d'},"
				+ "'e':{'type':'array','items':{'type':'object','properties':{'f':{'type':'integer','minimum':1}}}},"
				+ "'g':{'oneOf':[{'type':'string'},{'type':'integer'}]}},"
				+ "'required':['a'],'$defs':{'D':{'type':'object','properties':{'d':{'$ref':'#/$defs/D'}}}}}";
		assertThat(cut(SchemaRules.OPENAI, schema)).isEqualTo(json(
				"{'type':'object','properties':{'a':{'type':'string'},'b':{'enum':['x',null],'type':['string','null']},"
						+ "'c':{'anyOf':[{'$ref':'#/$defs/D'},{'type':'null'}]},'e':{'type':['array','null'],'items':{'type':'object',"
						+ "'properties':{'f':{'type':['integer','null'],'minimum':1}},'required':['f'],'additionalProperties':false}},"
						+ "'g':{'anyOf':[{'type':'string'},{'type':'integer'},{'type':'null'}]}},"
						+ "'required':['a','b','c','e','g'],'$defs':{'D':{'type':'object','properties':{'d':{'anyOf':["
						+ "{'$ref':'#/$defs/D'},{'type':'null'}]}},'required':['d'],'additionalProperties':false}},"
						+ "'additionalProperties':false}"));
	}

	@Test
	@DisplayName("Anthropic: optional properties stay optional, and checks of values are left out")
	void shouldLeaveChecksOutForAnthropic() {
		String schema = "{'type':'object','properties':{'a':{'type':'string','minLength':2,'pattern':'x'},"
				+ "'b':{'type':'integer','minimum':1,'maximum':3},'c':{'type':'array','maxItems':3,'items':{'type':'string'}}},"
				+ "'required':['a']}";
		assertThat(cut(SchemaRules.ANTHROPIC, schema)).isEqualTo(
				json("{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'integer'},'c':{'type':'array',"
						+ "'items':{'type':'string'}}},'required':['a'],'additionalProperties':false}"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{'type':'object','additionalProperties':{'type':'string'}} | ''",
			"{'type':'object'} | ''", "{'type':'array','items':{'type':'string'}} | ''",
			"{'type':'object','properties':{'a/b':{'type':'object','additionalProperties':true}}} | /properties/a~1b",
			"{'type':'object','properties':{'a':{'patternProperties':{'x':{}}}}} | /properties/a",
			"{'type':'object','properties':{'a':{'allOf':[{'type':'string'},{'minLength':1}]}}} | /properties/a",
			"{'type':'object','properties':{'a':{'$ref':'https://x.test/s'}}} | /properties/a" }, quoteCharacter = '"')
	@DisplayName("what cannot be cut is a clear error that names the place")
	void shouldFailWhereCuttingIsImpossible(String schema, String place) {
		for (SchemaRules rules : List.of(SchemaRules.OPENAI, SchemaRules.ANTHROPIC)) {
			assertThatExceptionOfType(UnsupportedSchemaException.class).isThrownBy(() -> cut(rules, schema))
				.satisfies((ex) -> assertThat(ex.getPlace()).isEqualTo(place.replace("'", "")))
				.withMessageContaining(rules.provider());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'type':'object','properties':{'a':{'$ref':'#'}}}",
			"{'type':'object','properties':{'a':{'$ref':'#/$defs/A'}},'$defs':{'A':{'type':'object','properties':"
					+ "{'b':{'type':'array','items':{'$ref':'#/$defs/B'}}}},'B':{'type':'object','properties':{'a':{'$ref':'#/$defs/A'}}}}}" })
	@DisplayName("Anthropic refuses recursion, OpenAI does not")
	void shouldRefuseRecursionForAnthropic(String schema) {
		assertThatExceptionOfType(UnsupportedSchemaException.class).isThrownBy(() -> cut(SchemaRules.ANTHROPIC, schema))
			.withMessageContaining("refers to itself");
		assertThat(cut(SchemaRules.OPENAI, schema).toString()).contains("$ref");
	}

	@Test
	@DisplayName("the same definition may be referred to twice")
	void shouldAcceptDefinitionThatIsUsedTwice() {
		String schema = "{'type':'object','properties':{'a':{'$ref':'#/$defs/A'},'b':{'$ref':'#/$defs/A'}},"
				+ "'$defs':{'A':{'type':'object','properties':{'x':{'type':'string'}}}}}";
		assertThat(cut(SchemaRules.ANTHROPIC, schema).at("/$defs/A/additionalProperties").booleanValue()).isFalse();
	}

	@Test
	@DisplayName("the schemas of Java types are accepted")
	void shouldAcceptSchemasOfTypes() {
		for (SchemaRules rules : List.of(SchemaRules.OPENAI, SchemaRules.ANTHROPIC)) {
			assertThat(
					rules.schema(AnswerType.of(Order.class).format()).at("/properties/lines/items/properties/amount"))
				.isNotEmpty();
		}
		assertThatExceptionOfType(UnsupportedSchemaException.class)
			.isThrownBy(() -> SchemaRules.ANTHROPIC.schema(AnswerType.of(Node.class).format()));
		assertThat(SchemaRules.OPENAI.schema(AnswerType.of(Node.class).format()).toString()).contains("$ref");
	}

	record Order(String id, List<Line> lines, Instant at) {

	}

	record Line(String article, int amount) {

	}

	record Node(String name, List<Node> children) {

	}

}
