package io.vigilnvr.api.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A file being written. After any {@link IOException} it is suspect: close it and never write or
 * sync it again, because the kernel may have dropped what it could not write.
 */
@ConsumerType
public interface SegmentFile extends Closeable {
  /** Length of what was appended. */
  long bytes();

  /**
   * Appends all buffers with one gathering write where the system allows.
   *
   * @param buffers {@code count} of them are taken, from the start of the array; consumed
   */
  void append(ByteBuffer[] buffers, int count) throws IOException;

  /** Makes what was appended durable (fdatasync). */
  void sync() throws IOException;
}
