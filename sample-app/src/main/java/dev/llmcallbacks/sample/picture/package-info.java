/**
 * Sends a picture to the model and reads the answer as a record.
 * {@link dev.llmcallbacks.sample.picture.PictureProgram} does so once, when the
 * application starts.
 */
@NullMarked
package dev.llmcallbacks.sample.picture;

import org.jspecify.annotations.NullMarked;
