package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;

/** Makes access units of the packets of one track. Not thread-safe. */
interface Depacketizer {
  /** Takes access units. */
  @FunctionalInterface
  interface Output {
    /**
     * @param ticks presentation time
     * @param payload lent for the call
     */
    void unit(long ticks, ByteBuffer payload) throws Fault;
  }

  /**
   * The payload of the next packet, in order.
   *
   * @param in holds it from {@code at} on; its position is left alone
   * @param ticks of its timestamp
   * @param marker as RFC 3550, 5.1 has it
   * @param gap whether packets are missing before it
   */
  void packet(ByteBuffer in, int at, int length, long ticks, boolean marker, boolean gap)
      throws Fault;
}
