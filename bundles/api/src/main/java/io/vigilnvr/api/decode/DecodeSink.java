package io.vigilnvr.api.decode;

import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Takes what a {@link DecodeSession} makes. One call at a time. */
@ProviderType
public interface DecodeSink {
  /**
   * A decoder that was tried before.
   *
   * @param decoder its name, e.g. {@code vah264dec}
   * @param cause why it was given up, in one line
   */
  record Left(String decoder, String cause) {}

  /**
   * Which decoder does the work; comes before the first picture that it gives.
   *
   * @param name e.g. {@code avdec_h264}
   * @param left those that would have been better, and failed in this process
   */
  default void decoder(String name, List<Left> left) {}

  /**
   * For {@link DecodeOutput.H264}: the {@code avcC} of what follows. Comes before the first
   * picture, and again if it changes.
   */
  void config(ByteBuffer codecConfig);

  /**
   * A picture, in the order in which they are shown.
   *
   * @param ptsTicks of the access unit it was decoded from
   * @param keyframe for H.264: whether decoding can start here; else always
   * @param bytes a JPEG file, pixels, or length-prefixed NAL units; lent for the call
   */
  void picture(long ptsTicks, boolean keyframe, int widthPx, int heightPx, ByteBuffer bytes);

  /** Everything was given. */
  void drained();

  /**
   * It cannot go on; nothing is called after it.
   *
   * @param cause in words a user understands
   */
  void failed(String cause);
}
