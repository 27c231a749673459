package io.vigilnvr.media.mp4;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The index at the end of a sealed file: {@code mfra} with one {@code tfra} (ISO/IEC 14496-12,
 * 8.8.9 to 8.8.11), so that players need not walk the file to seek in it.
 */
public final class Trailer {
  /**
   * Where decoding can start.
   *
   * @param offset of the {@code moof} in the file
   * @param ticks in the track's timescale: the decoding time, which without B-frames is the
   *     presentation time that {@code tfra} asks for, and else before it by the reordering delay
   */
  public record Keyframe(long offset, long ticks) {}

  private Trailer() {}

  /**
   * The trailer of a file.
   *
   * @param track number of the primary track
   * @param keyframes in order
   */
  public static ByteBuffer mfra(int track, List<Keyframe> keyframes) {
    BoxWriter out = new BoxWriter();
    int mfra = out.begin("mfra");
    int tfra = out.begin("tfra", 1, 0);
    out.u32(track);
    // One byte each for the numbers of traf, trun and sample.
    out.u32(0);
    out.u32(keyframes.size());
    for (Keyframe keyframe : keyframes) {
      out.u64(keyframe.ticks());
      out.u64(keyframe.offset());
      out.u8(1);
      out.u8(1);
      out.u8(1);
    }
    out.end(tfra);
    int mfro = out.begin("mfro", 0, 0);
    out.u32(out.bytes() - mfra + 4);
    out.end(mfro);
    out.end(mfra);
    return out.toBuffer();
  }
}
