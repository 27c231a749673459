package io.vigilnvr.media.codec;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The NAL units that a decoder must have before anything else, with their headers, without start
 * codes or lengths. Views of the bytes that they were found in: copy what is to be kept.
 *
 * @param vps of H.265; empty for H.264
 * @param sps in the order found
 * @param pps in the order found
 */
public record ParameterSets(List<ByteBuffer> vps, List<ByteBuffer> sps, List<ByteBuffer> pps) {
  public ParameterSets {
    vps = List.copyOf(vps);
    sps = List.copyOf(sps);
    pps = List.copyOf(pps);
  }

  public boolean isEmpty() {
    return vps.isEmpty() && sps.isEmpty() && pps.isEmpty();
  }
}
