package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Internal to the library: assembles a text from fragments. A long one is kept in blocks,
 * so that it is copied once, at its end, and not each time that a single buffer would
 * have to grow: a text at the limit of {@code callbacks.max-answer-size} then takes twice
 * its size and not four times. Used by one thread at a time.
 */
public final class TextAssembler {

	/** Characters of a block. */
	private static final int BLOCK = 128 * 1024;

	private final StringBuilder latest = new StringBuilder();

	/** Complete blocks, once there are any. */
	private @Nullable List<String> blocks;

	/**
	 * Add the next fragment.
	 * @param fragment the fragment
	 */
	public void append(String fragment) {
		this.latest.append(fragment);
		if (this.latest.length() >= BLOCK) {
			endBlock();
		}
	}

	/**
	 * Whether nothing has been added since the text was taken.
	 * @return whether the text is empty
	 */
	public boolean isEmpty() {
		return this.blocks == null && this.latest.isEmpty();
	}

	/**
	 * Return the text, and begin another one.
	 * @return the text
	 */
	public String take() {
		String text = toString();
		this.blocks = null;
		this.latest.setLength(0);
		return text;
	}

	private List<String> endBlock() {
		List<String> blocks = (this.blocks != null) ? this.blocks : new ArrayList<>();
		blocks.add(this.latest.toString());
		this.latest.setLength(0);
		this.blocks = blocks;
		return blocks;
	}

	/**
	 * Return the text so far.
	 */
	@Override
	public String toString() {
		if (this.blocks == null) {
			return this.latest.toString();
		}
		List<String> blocks = endBlock();
		String text = String.join("", blocks);
		blocks.clear();
		blocks.add(text);
		return text;
	}

}
