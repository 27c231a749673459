package io.vigilnvr.record.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash of a file, while it is written or afterwards. */
final class Sha256 {
  private static final int BLOCK = 1 << 16;

  private final MessageDigest digest;
  private final byte[] block = new byte[BLOCK];

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** Takes all of the buffer; its position stays. Read-only buffers hide their array: copies. */
  void update(ByteBuffer bytes) {
    ByteBuffer rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      int length = Math.min(BLOCK, rest.remaining());
      rest.get(block, 0, length);
      digest.update(block, 0, length);
    }
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(SeekableByteChannel file) throws IOException {
    var hash = new Sha256();
    var buffer = ByteBuffer.allocate(BLOCK);
    file.position(0);
    while (file.read(buffer.clear()) >= 0) {
      hash.update(buffer.flip());
    }
    return hash.hex();
  }
}
