package dev.llmcallbacks.tool;

import java.util.regex.Pattern;

import com.networknt.schema.SchemaException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;

/**
 * Regular expression of a schema that is matched in time linear in the length of the
 * text. Backtracking that takes longer fails with a {@link SchemaException}, the one kind
 * of exception that the validator passes on.
 */
final class BoundedRegularExpression implements RegularExpression {

	private static final int STEPS = 10_000;

	private static final int STEPS_PER_CHARACTER = 100;

	private final Pattern pattern;

	BoundedRegularExpression(String expression) {
		this.pattern = Pattern.compile(RegularExpressions
			.replaceLongformCharacterProperties(RegularExpressions.replaceDollarAnchors(expression)));
	}

	@Override
	public boolean matches(String value) {
		return this.pattern.matcher(new CountedText(value)).find();
	}

	/**
	 * Text that counts how often it is read.
	 */
	private static final class CountedText implements CharSequence {

		private final String text;

		private long remaining;

		CountedText(String text) {
			this.text = text;
			this.remaining = STEPS + (long) STEPS_PER_CHARACTER * text.length();
		}

		@Override
		public char charAt(int index) {
			if (--this.remaining < 0) {
				throw new SchemaException("A pattern takes too long to match");
			}
			return this.text.charAt(index);
		}

		@Override
		public int length() {
			return this.text.length();
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return this.text.substring(start, end);
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
