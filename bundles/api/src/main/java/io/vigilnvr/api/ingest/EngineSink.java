package io.vigilnvr.api.ingest;

import io.vigilnvr.api.media.StreamFormat;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** Takes what an engine receives. One call at a time; the calls return soon and do not throw. */
@ProviderType
public interface EngineSink {
  /**
   * The tracks are known, or are others from the next unit on. Comes before the first unit. Codec
   * configs are complete.
   */
  void format(StreamFormat format);

  /**
   * An access unit, in decoding order within its track, all tracks interleaved by arrival. The
   * first one may be any; the worker waits for a keyframe.
   *
   * @param ptsTicks presentation time in the track's timescale, from any zero that all tracks of
   *     the session share. With B-frames pts and dts differ; dts must not decrease, except where
   *     the camera's own timestamps jump
   * @param keyframe as {@link io.vigilnvr.api.media.AccessUnit#keyframe}
   * @param payload as {@link io.vigilnvr.api.media.AccessUnit#buffer} without headroom; lent for
   *     the call
   */
  void unit(int track, long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload);

  /**
   * Whether {@link #data} is wanted. Asked while the session connects: what nobody wants, the
   * camera is not asked for.
   */
  default boolean wantsData() {
    return false;
  }

  /**
   * What the camera sends beside pictures and sound, whole, e.g. a document of ONVIF metadata. It
   * belongs to no track, and may come before the first unit. Engines that cannot receive it never
   * call this.
   *
   * @param type media type, e.g. {@code application/vnd.onvif.metadata}
   * @param ticks when it came, in 90 kHz from the zero that all tracks of the session share; from
   *     one to the next as the camera's timestamps have it
   * @param payload lent for the call
   */
  default void data(String type, long ticks, ByteBuffer payload) {}

  /**
   * Nothing more comes for now: what was told need not wait for more. An engine that lets data
   * gather calls it after each time it took some; others need not.
   */
  default void handOver() {}

  /** Packets that never came since the last call, as far as the protocol tells. */
  void lostPackets(long count);

  /**
   * The connection is no more; the worker closes the session. Nothing is called after it.
   *
   * @param kind by what to do about it
   * @param cause in words a user understands, without secrets
   */
  void failed(io.vigilnvr.api.camera.CameraException.Kind kind, String cause);
}
