package io.vigilnvr.tck;

import java.util.Arrays;

/**
 * The NAL units of one picture as they are sent: parameter sets and the frame mark included. Used
 * again for each picture, so that sending allocates nothing.
 */
final class Picture {
  byte[][] nal = new byte[16][];
  int[] offset = new int[16];
  int[] bytes = new int[16];
  int count;
  int totalBytes;

  /** Takes the units of a sample's access unit, with these inserted before the first slice. */
  void fill(Sample sample, Sample.Unit unit, boolean parameterSets, byte[] mark, int markBytes) {
    count = 0;
    totalBytes = 0;
    boolean inserted = false;
    int end = unit.offset() + unit.bytes();
    for (int at = unit.offset(); at + 4 < end; ) {
      int length = bigEndian(sample.data, at);
      at += 4;
      if (!inserted && !delimiter(sample.video, sample.data[at])) {
        inserted = true;
        if (parameterSets) {
          for (byte[] set : sample.parameterSets) {
            add(set, 0, set.length);
          }
        }
        add(mark, 0, markBytes);
      }
      add(sample.data, at, length);
      at += length;
    }
  }

  private void add(byte[] array, int from, int length) {
    if (count == nal.length) {
      nal = Arrays.copyOf(nal, 2 * count);
      offset = Arrays.copyOf(offset, 2 * count);
      bytes = Arrays.copyOf(bytes, 2 * count);
    }
    nal[count] = array;
    offset[count] = from;
    bytes[count] = length;
    totalBytes += length;
    count++;
  }

  private static boolean delimiter(Sample.Video video, byte header) {
    return video == Sample.Video.H264 ? (header & 0x1f) == 9 : ((header >> 1) & 0x3f) == 35;
  }

  private static int bigEndian(byte[] in, int at) {
    return ((in[at] & 0xff) << 24)
        | ((in[at + 1] & 0xff) << 16)
        | ((in[at + 2] & 0xff) << 8)
        | (in[at + 3] & 0xff);
  }
}
