package io.vigilnvr.ingest.rtsp.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Tells messages and packets apart in what a connection brings, in turns, so that one camera does
 * not take the time of the others. What is cut off at the end of a turn is kept for the next.
 */
final class Framing {
  static final int INTERLEAVED = '$';

  private static final int INTERLEAVED_HEADER_BYTES = 4;
  private static final int RTP_HEADER_BYTES = 12;

  /** A tick's worth for one camera, so that the others have their turn. */
  private static final int MAX_BYTES_IN_TURN = 1024 * 1024;

  /** The same for what its bytes cost: many small packets are much work. Of a tick, a sixth. */
  private static final long MAX_NANOS_IN_TURN = Duration.ofMillis(5).toNanos();

  /** So many packets are taken between looks at the clock. */
  private static final int PACKETS_BETWEEN_LOOKS = 64;

  /** TLS reads whole records of 16 KiB. */
  private static final int LEAST_ROOM = 32 * 1024;

  private static final int MAX_NOISE_BYTES = 64 * 1024;

  /** More is only kept while there is a packet of that size. */
  private static final int MOST_KEPT_BYTES = 128 * 1024;

  private static final String RESPONSE = "RTSP/";

  /** What a camera may ask a client: RFC 2326, 10, and RFC 7826, 13. */
  private static final List<String> REQUESTS =
      List.of(
          "OPTIONS ",
          "ANNOUNCE ",
          "REDIRECT ",
          "GET_PARAMETER ",
          "SET_PARAMETER ",
          "PLAY_NOTIFY ",
          "TEARDOWN ");

  /** Takes what is whole. */
  interface Taker {
    /** Whether packets are what comes, and messages the exception. */
    boolean isPlaying();

    boolean isChannel(int channel);

    /** Takes a packet; whether it was one of media. */
    boolean packet(int channel, ByteBuffer in, int at, int length, long nanos) throws Fault;

    void message(RtspMessage message) throws IOException, Fault;
  }

  private enum Guess {
    YES,
    NO,
    MAYBE
  }

  private final Wire wire;
  private final Taker taker;
  private final MessageReader reader = new MessageReader();
  private ByteBuffer rest = ByteBuffer.allocate(0);
  private int noise;

  /** Whether there is more in {@link #rest} than the beginning of something. */
  private boolean backlog;

  private boolean over;

  Framing(Wire wire, Taker taker) {
    this.wire = wire;
    this.taker = taker;
  }

  /** The session has done with the connection: what is left in it is not taken any more. */
  void end() {
    over = true;
    rest = ByteBuffer.allocate(0);
  }

  /**
   * A turn.
   *
   * @param scratch the loop's buffer
   * @throws EOFException if the camera has hung up
   */
  void read(ByteBuffer scratch, long now) throws IOException, Fault {
    long until = now + MAX_NANOS_IN_TURN;
    for (int taken = 0; !over && taken < MAX_BYTES_IN_TURN; ) {
      scratch.clear();
      scratch.put(rest);
      int read = scratch.remaining() < LEAST_ROOM ? 0 : wire.read(scratch);
      boolean all = scratch.hasRemaining() && wire.isTakenWhole();
      scratch.flip();
      if (read > 0 || backlog) {
        taken += Math.max(0, read);
        backlog = !take(scratch, now, until);
      }
      if (over) {
        return;
      }
      keep(scratch);
      if (read < 0) {
        throw new EOFException();
      }
      if (read == 0 || all || backlog) {
        return;
      }
    }
  }

  private void keep(ByteBuffer scratch) {
    int left = scratch.remaining();
    if (left == 0 && rest.capacity() <= MOST_KEPT_BYTES) {
      rest.clear().limit(0);
      return;
    }
    if (rest.capacity() < left || rest.capacity() > MOST_KEPT_BYTES) {
      rest = ByteBuffer.allocate(Math.max(2048, Integer.highestOneBit(left) * 2));
    }
    rest.clear().put(scratch).flip();
  }

  /**
   * Takes what is whole.
   *
   * @return false if there is more to take, but this camera's time is over
   */
  private boolean take(ByteBuffer in, long now, long until) throws IOException, Fault {
    int packets = 0;
    while (in.hasRemaining() && !over) {
      if (++packets % PACKETS_BETWEEN_LOOKS == 0 && System.nanoTime() - until > 0) {
        return false;
      }
      int at = in.position();
      int first = in.get(at);
      if (reader.isInside()) {
        message(in);
      } else if (first == INTERLEAVED) {
        if (in.remaining() < INTERLEAVED_HEADER_BYTES) {
          return true;
        }
        int length = in.getShort(at + 2) & 0xffff;
        if (noise > 0 && !isLikely(in, at, length)) {
          skip(in);
          continue;
        }
        if (in.remaining() < INTERLEAVED_HEADER_BYTES + length) {
          return true;
        }
        packet(in.get(at + 1) & 0xff, in, at + INTERLEAVED_HEADER_BYTES, length, now);
        in.position(at + INTERLEAVED_HEADER_BYTES + length);
      } else {
        switch (taker.isPlaying() ? beginsMessage(in) : said(first)) {
          case YES -> message(in);
          case NO -> skip(in);
          case MAYBE -> {
            return true;
          }
        }
      }
    }
    return true;
  }

  private void message(ByteBuffer in) throws IOException, Fault {
    Optional<RtspMessage> message = reader.read(in);
    if (message.isPresent()) {
      taker.message(message.get());
    }
  }

  private void packet(int channel, ByteBuffer in, int at, int length, long now) throws Fault {
    if (taker.packet(channel, in, at, length, now) && length >= RTP_HEADER_BYTES) {
      noise = 0;
    }
  }

  private static Guess said(int first) {
    return first >= 'A' && first <= 'Z' ? Guess.YES : Guess.NO;
  }

  /** Among packets, a letter may be anything: only what begins as a message does is one. */
  private static Guess beginsMessage(ByteBuffer in) {
    Guess guess = begins(in, RESPONSE);
    for (int i = 0; guess == Guess.NO && i < REQUESTS.size(); i++) {
      guess = begins(in, REQUESTS.get(i));
    }
    return guess;
  }

  private static Guess begins(ByteBuffer in, String text) {
    int length = Math.min(text.length(), in.remaining());
    for (int i = 0; i < length; i++) {
      if (in.get(in.position() + i) != text.charAt(i)) {
        return Guess.NO;
      }
    }
    return length == text.length() ? Guess.YES : Guess.MAYBE;
  }

  /** Some cameras lose count of their own bytes: look for the next packet, but not for long. */
  private void skip(ByteBuffer in) throws Fault {
    byte passed = in.get();
    // Empty lines are to be passed over: RFC 7826, 4; after a body they are more than announced.
    boolean emptyLine = noise == 0 && (passed == '\r' || passed == '\n');
    if (!emptyLine && ++noise > MAX_NOISE_BYTES) {
      throw Fault.protocol("the camera sends what is neither RTSP nor RTP");
    }
  }

  /** Whether a dollar sign, once count was lost, is a packet's beginning. */
  private boolean isLikely(ByteBuffer in, int at, int length) {
    return taker.isChannel(in.get(at + 1) & 0xff)
        && length >= 8
        && (in.remaining() == INTERLEAVED_HEADER_BYTES
            || (in.get(at + INTERLEAVED_HEADER_BYTES) & 0xc0) == 0x80);
  }
}
