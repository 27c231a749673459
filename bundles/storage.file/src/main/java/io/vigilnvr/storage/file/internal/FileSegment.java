package io.vigilnvr.storage.file.internal;

import io.vigilnvr.api.storage.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A segment's file. After the first error it refuses everything but {@code close}. */
final class FileSegment implements SegmentFile {
  private final FileChannel channel;
  private long bytes;
  private boolean suspect;

  /** Takes over a channel whose position is at the given length. */
  FileSegment(FileChannel channel, long bytes) {
    this.channel = channel;
    this.bytes = bytes;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void append(ByteBuffer[] buffers, int count) throws IOException {
    guard();
    long remaining = 0;
    for (int i = 0; i < count; i++) {
      remaining += buffers[i].remaining();
    }
    int first = 0;
    try {
      while (remaining > 0) {
        long written = channel.write(buffers, first, count - first);
        remaining -= written;
        while (first < count && !buffers[first].hasRemaining()) {
          first++;
        }
        bytes += written;
      }
    } catch (IOException | RuntimeException e) {
      suspect = true;
      throw e;
    }
  }

  @Override
  public void sync() throws IOException {
    guard();
    try {
      channel.force(false);
    } catch (IOException | RuntimeException e) {
      suspect = true;
      throw e;
    }
  }

  private void guard() throws IOException {
    if (suspect) {
      throw new IOException("the file is suspect after an earlier error");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
