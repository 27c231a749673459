package io.vigilnvr.api.decode;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A picture as a JPEG file.
 *
 * @param captured of the access unit it was decoded from
 * @param bytes the file; read-only
 */
public record Jpeg(Instant captured, int widthPx, int heightPx, ByteBuffer bytes) {
  public Jpeg {
    bytes = bytes.slice().asReadOnlyBuffer();
  }
}
