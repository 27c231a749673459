package io.vigilnvr.api.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An open volume. Thread-safe, except that one {@link SegmentFile} is used by one thread at a time.
 *
 * <p>Paths are relative, made of {@code [A-Za-z0-9._-]} names that do not start with a dot, and
 * {@code /}; a path that would leave the volume is refused with {@link IllegalArgumentException}.
 */
@ConsumerType
public interface Volume extends AutoCloseable {
  /** Bytes that the volume has in all, and has free for us. */
  record Capacity(long totalBytes, long freeBytes) {}

  /** A file that is there, and its length. */
  record Stored(String path, long bytes) {}

  VolumeId id();

  /** Where it is, for people. */
  String location();

  /** Counts the openings of this volume; rises by one with each. */
  long openSequence();

  /**
   * Creates a file that must not exist, writes its header, and makes file and directory entry
   * durable.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the path is taken; nothing was changed
   */
  SegmentFile create(String path, ByteBuffer header) throws IOException;

  /**
   * Opens an unfinished file to go on at the given length; what is beyond is cut off.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  SegmentFile resume(String path, long bytes) throws IOException;

  /**
   * Reads a file; the caller closes the channel. A file that is still written can be read up to
   * what was appended.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  SeekableByteChannel read(String path) throws IOException;

  /** Deletes a file and makes that durable; says whether there was one. */
  boolean delete(String path) throws IOException;

  /** Moves a file aside, where it is never listed again, and keeps it for at least 7 days. */
  void quarantine(String path) throws IOException;

  /** Lists the files under a path, in no order. The caller closes the stream. */
  Stream<Stored> list(String under) throws IOException;

  Capacity capacity() throws IOException;

  /**
   * Writes, syncs, reads back and removes a small file.
   *
   * @throws IOException if the volume does not keep what it is given, whatever its flags say
   */
  void probe() throws IOException;

  /**
   * Appends a record to the journal; durable after the next {@link #syncJournal}.
   *
   * @param record at most 1 MiB
   */
  void journal(ByteBuffer record) throws IOException;

  void syncJournal() throws IOException;

  /**
   * Reads the journal from its start, up to the first record that is not whole; that one and what
   * follows is cut off.
   */
  void replayJournal(Consumer<ByteBuffer> each) throws IOException;

  /** Replaces the journal by these records, atomically and durably. */
  void rewriteJournal(Iterable<ByteBuffer> records) throws IOException;

  @Override
  void close();
}
