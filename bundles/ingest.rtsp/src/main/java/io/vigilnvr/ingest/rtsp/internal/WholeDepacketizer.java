package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;

/** One packet is one unit: Opus (RFC 7587), G.711 (RFC 3551, 4.5.14). */
final class WholeDepacketizer implements Depacketizer {
  private final Output output;

  WholeDepacketizer(Output output) {
    this.output = output;
  }

  @Override
  public void packet(ByteBuffer in, int at, int length, long ticks, boolean marker, boolean gap)
      throws Fault {
    if (length > 0) {
      output.unit(ticks, in.slice(at, length));
    }
  }
}
