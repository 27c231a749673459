package io.vigilnvr.media;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A file in memory, of which only the first so many bytes may be there. Gives short reads. */
public final class MemoryChannel implements SeekableByteChannel {
  private static final int MAX_READ = 1000;

  private final byte[] bytes;
  private final int size;
  private long position;
  private long bytesRead;
  private int reads;

  public MemoryChannel(byte[] bytes) {
    this(bytes, bytes.length);
  }

  public MemoryChannel(byte[] bytes, int size) {
    this.bytes = bytes;
    this.size = size;
  }

  public long bytesRead() {
    return bytesRead;
  }

  public int reads() {
    return reads;
  }

  @Override
  public int read(ByteBuffer target) {
    reads++;
    if (position >= size) {
      return -1;
    }
    int count = (int) Math.min(Math.min(target.remaining(), MAX_READ), size - position);
    target.put(bytes, (int) position, count);
    position += count;
    bytesRead += count;
    return count;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
