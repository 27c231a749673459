package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;

/**
 * Documents of metadata in one packet or several, the last one marked (ONVIF Streaming
 * Specification, 5.1.2.1.1). What they hold is not looked at.
 */
final class DocumentDepacketizer implements Depacketizer {
  /** A frame with hundreds of objects takes 100 KB. More is not worth losing the pictures for. */
  private static final int MAX_BYTES = 512 * 1024;

  private static final int FIRST_BYTES = 2048;

  private final Output output;
  private final UnitBuffer document = new UnitBuffer(FIRST_BYTES);
  private long ticks;

  /** Of the present document something is missing, or it is too long. */
  private boolean broken;

  DocumentDepacketizer(Output output) {
    this.output = output;
  }

  @Override
  public void packet(ByteBuffer in, int at, int length, long time, boolean marker, boolean gap)
      throws Fault {
    if (gap) {
      broken = true; // which document lacks its beginning is not known: until the next marker
    } else if (document.size() > 0 && time != ticks && !broken) {
      // Some cameras set no marker. The timestamp is that of the document: 5.1.2.1.1.
      flush();
    }
    ticks = time;
    broken |= document.size() + length > MAX_BYTES;
    if (!broken) {
      document.add(in, at, length);
    }
    if (marker) {
      flush();
    }
  }

  private void flush() throws Fault {
    try {
      if (!broken && document.size() > 0) {
        output.unit(ticks, document.content());
      }
    } finally {
      document.clear();
      broken = false;
    }
  }
}
