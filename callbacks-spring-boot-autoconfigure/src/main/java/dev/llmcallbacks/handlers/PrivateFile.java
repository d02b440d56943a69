package dev.llmcallbacks.handlers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Opens files whose contents concern their owner only.
 */
final class PrivateFile {

	private static final Set<OpenOption> OPTIONS = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND,
			LinkOption.NOFOLLOW_LINKS);

	private PrivateFile() {
	}

	/**
	 * Open a file for appending.
	 * @param file the file; created for its owner only if it does not exist
	 * @return the output, unbuffered
	 * @throws IOException if the file cannot be opened, or is a symbolic link
	 */
	static OutputStream append(Path file) throws IOException {
		boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
		FileAttribute<?>[] ownerOnly = posix
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
				: new FileAttribute<?>[0];
		return Channels.newOutputStream(Files.newByteChannel(file, OPTIONS, ownerOnly));
	}

}
