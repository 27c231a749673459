package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The ways on which the packets of a session's tracks come, in the order of their SETUP. */
interface MediaPaths {
  /** Takes packets of a track, in order. */
  @FunctionalInterface
  interface Packets {
    void packet(RtpReceiver receiver, ByteBuffer in, int at, int length, long nanos) throws Fault;
  }

  /** What the header Transport offers for the next track. */
  String offer() throws IOException;

  /**
   * The camera took the offer.
   *
   * @param transport what it made of it
   */
  void open(RtpReceiver receiver, Parameters transport) throws IOException;

  /** It did not, and this track is done without. */
  void withdraw();

  /** How many tracks are open. */
  int count();

  /** Whether packets of a channel among the messages are expected. */
  default boolean isChannel(int channel) {
    return false;
  }

  /** A packet that came among the messages; whether it was one of media. */
  default boolean packet(int channel, ByteBuffer in, int at, int length, long nanos) throws Fault {
    return false;
  }

  /** Looks at the time. */
  default void tick(long nanos) throws Fault {}

  /** Sends a receiver report for each track. */
  void report(Wire wire, int ownSource, long nanos) throws IOException;

  void close();
}
