package io.vigilnvr.api.decode;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** One track that is being decoded. One thread at a time, but for {@link #close}. */
@ConsumerType
public interface DecodeSession extends AutoCloseable {
  /**
   * The next access unit in decoding order; the first is a keyframe. Returns when there is room for
   * another one.
   *
   * @param payload as {@link io.vigilnvr.api.media.AccessUnit#payload}; lent for the call
   */
  void unit(long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload);

  /**
   * Nothing more comes: gives what is left to the sink, and then {@link DecodeSink#drained}. Only
   * {@link #close} may follow.
   */
  void drain();

  /**
   * Ends it and frees everything. No call to the sink is under way or comes after it returned. Any
   * thread, any number of times; lets a call that is under way return.
   */
  @Override
  void close();
}
