package io.vigilnvr.storage.file.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file of records, each with its length and its CRC32C (RFC 3720, B.4) in front, both big-endian.
 * The CRC covers length and content, so a tail of zeros is no record. What follows the first record
 * that is not whole was never synced, and is cut off.
 */
final class JournalFile implements AutoCloseable {
  static final int LONGEST = 1 << 20;
  private static final int HEAD = 8;

  private final Path root;
  private final Path file;
  private FileChannel channel;
  private boolean suspect;

  JournalFile(Path root) throws IOException {
    this.root = root;
    this.file = root.resolve(VolumePaths.OWN + "journal");
    boolean created = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    this.channel = open(file);
    if (created) {
      channel.force(true);
      Folders.sync(root);
    }
    channel.position(channel.size());
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(
        path,
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  synchronized void append(ByteBuffer record) throws IOException {
    guard();
    try {
      append(channel, record);
    } catch (IOException | RuntimeException e) {
      suspect = !(e instanceof IllegalArgumentException);
      throw e;
    }
  }

  private static void append(FileChannel to, ByteBuffer record) throws IOException {
    if (record.remaining() > LONGEST || !record.hasRemaining()) {
      throw new IllegalArgumentException("a record has 1 to " + LONGEST + " bytes");
    }
    var head = ByteBuffer.allocate(HEAD);
    head.putInt(record.remaining()).putInt(crc(record)).flip();
    var both = new ByteBuffer[] {head, record.duplicate()};
    while (both[1].hasRemaining()) {
      to.write(both);
    }
  }

  private static int crc(ByteBuffer record) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(4).putInt(record.remaining()).flip());
    crc.update(record.duplicate());
    return (int) crc.getValue();
  }

  synchronized void sync() throws IOException {
    guard();
    try {
      channel.force(false);
    } catch (IOException | RuntimeException e) {
      suspect = true;
      throw e;
    }
  }

  synchronized void replay(Consumer<ByteBuffer> each) throws IOException {
    guard();
    long size = channel.size();
    long whole = 0;
    var head = ByteBuffer.allocate(HEAD);
    while (size - whole >= HEAD) {
      readFully(head.clear(), whole);
      int length = head.getInt(0);
      if (length < 1 || length > LONGEST || length > size - whole - HEAD) {
        break;
      }
      var record = ByteBuffer.allocate(length);
      readFully(record, whole + HEAD);
      if (crc(record.flip()) != head.getInt(4)) {
        break;
      }
      whole += HEAD + length;
      each.accept(record.asReadOnlyBuffer());
    }
    if (whole < size) {
      channel.truncate(whole);
      channel.force(true);
    }
    channel.position(whole);
  }

  private void readFully(ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        throw new EOFException("the journal became shorter while it was read");
      }
      at += read;
    }
  }

  /**
   * Writes aside, syncs, renames over the old journal, and syncs the folder. The new file owes
   * nothing to the old one, so this also ends a suspicion.
   */
  synchronized void rewrite(Iterable<ByteBuffer> records) throws IOException {
    Path aside = file.resolveSibling(VolumePaths.OWN + "journal.new");
    Files.deleteIfExists(aside);
    FileChannel next = open(aside);
    try {
      for (ByteBuffer record : records) {
        append(next, record);
      }
      next.force(true);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      // The old journal is as it was.
      next.close();
      Files.deleteIfExists(aside);
      throw e;
    }
    FileChannel old = channel;
    channel = next;
    suspect = true;
    old.close();
    Folders.sync(root);
    suspect = false;
  }

  private void guard() throws IOException {
    if (suspect) {
      throw new IOException("the journal is suspect after an earlier error");
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
