package io.vigilnvr.decode.protocol;

import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeSink;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What platform and worker say to each other; all of it about one session, but for {@link Hello}
 * and {@link OneByOne}.
 */
public sealed interface Message {
  /** Platform: starts a session. */
  record Open(int session, DecodeRequest request) implements Message {}

  /** Platform: the next access unit. */
  record Unit(int session, long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload)
      implements Message {}

  /** Platform: nothing more comes. */
  record Drain(int session) implements Message {}

  /** Platform: nothing more is wanted. */
  record Close(int session) implements Message {}

  /** Platform: sessions are to be served one at a time, which is told each time, or all at once. */
  record OneByOne(boolean on) implements Message {}

  /** Worker: it is this session's turn. */
  record Turn(int session) implements Message {}

  /**
   * Worker: the first thing it says.
   *
   * @param problem why it cannot decode; empty if it can
   */
  record Hello(String problem) implements Message {}

  /** Worker: a unit went in and all that came of it has been sent. */
  record Taken(int session) implements Message {}

  /** Worker: what decodes what follows, and what has failed before. */
  record Decoder(int session, String name, List<DecodeSink.Left> left) implements Message {}

  /** Worker: the codec config of H.264 that follows. */
  record Config(int session, ByteBuffer codecConfig) implements Message {}

  /** Worker: a picture. */
  record Picture(
      int session, long ptsTicks, boolean keyframe, int widthPx, int heightPx, ByteBuffer bytes)
      implements Message {}

  /** Worker: everything was given, and the session is over. */
  record Drained(int session) implements Message {}

  /** Worker: it cannot go on, and the session is over. */
  record Failed(int session, String cause) implements Message {}
}
