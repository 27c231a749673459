package io.vigilnvr.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A second reader of fragmented MP4, written apart from the first and strict: it throws at anything
 * it does not expect. Boxes of one {@code traf} and one {@code trun}.
 */
public final class ReferenceMp4 {
  /** One sample of a fragmented file. */
  public record Sample(
      int track, int number, long dts, long pts, long duration, boolean sync, ByteBuffer data) {}

  private ReferenceMp4() {}

  /** Names of the boxes at the top of a file. */
  public static List<String> boxes(byte[] file) {
    List<String> names = new ArrayList<>();
    for (int at = 0; at < file.length; at += size(file, at)) {
      names.add(name(file, at));
    }
    return names;
  }

  /** All samples, in the order of the file. */
  public static List<Sample> samples(byte[] file) {
    List<Sample> samples = new ArrayList<>();
    for (int at = 0; at < file.length; at += size(file, at)) {
      if (name(file, at).equals("moof")) {
        samples(file, at, samples);
      }
    }
    return samples;
  }

  /** Content of the first box with a name, wherever it is; for names that are unmistakable. */
  public static byte[] anywhere(byte[] file, String name) {
    byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
    for (int at = 4; at < file.length - 4; at++) {
      if (Arrays.equals(file, at, at + 4, wanted, 0, 4)) {
        return Arrays.copyOfRange(file, at + 4, at - 4 + size(file, at - 4));
      }
    }
    throw new AssertionError("no " + name);
  }

  private static void samples(byte[] file, int moof, List<Sample> samples) {
    int end = moof + size(file, moof);
    if (!name(file, end).equals("mdat")) {
      throw new AssertionError("no mdat behind the moof at " + moof);
    }
    int mfhd = child(file, moof, "mfhd");
    int traf = child(file, moof, "traf");
    int tfhd = child(file, traf, "tfhd");
    int tfdt = child(file, traf, "tfdt");
    int trun = child(file, traf, "trun");
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int headFlags = bytes.getInt(tfhd + 8);
    if ((headFlags & 0x20001) != 0x20000) {
      throw new AssertionError("offsets do not count from the moof");
    }
    int track = bytes.getInt(tfhd + 12);
    int at = tfhd + 16;
    int duration = 0;
    int size = 0;
    int flags = 0;
    if ((headFlags & 8) != 0) {
      duration = bytes.getInt(at);
      at += 4;
    }
    if ((headFlags & 16) != 0) {
      size = bytes.getInt(at);
      at += 4;
    }
    if ((headFlags & 32) != 0) {
      flags = bytes.getInt(at);
      at += 4;
    }
    if (at != tfhd + size(file, tfhd)) {
      throw new AssertionError("tfhd has another length than its flags say");
    }
    long dts = file[tfdt + 8] == 1 ? bytes.getLong(tfdt + 12) : bytes.getInt(tfdt + 12);
    int runFlags = bytes.getInt(trun + 8);
    boolean signed = runFlags >>> 24 == 1;
    int count = bytes.getInt(trun + 12);
    int data = moof + bytes.getInt(trun + 16);
    at = trun + 20;
    int firstFlags = flags;
    if ((runFlags & 4) != 0) {
      firstFlags = bytes.getInt(at);
      at += 4;
    }
    for (int i = 0; i < count; i++) {
      int sampleDuration = duration;
      int sampleSize = size;
      int sampleFlags = i == 0 ? firstFlags : flags;
      int offset = 0;
      if ((runFlags & 0x100) != 0) {
        sampleDuration = bytes.getInt(at);
        at += 4;
      }
      if ((runFlags & 0x200) != 0) {
        sampleSize = bytes.getInt(at);
        at += 4;
      }
      if ((runFlags & 0x400) != 0) {
        sampleFlags = bytes.getInt(at);
        at += 4;
      }
      if ((runFlags & 0x800) != 0) {
        offset = bytes.getInt(at);
        at += 4;
      }
      if (!signed && offset < 0) {
        throw new AssertionError("negative offset in a trun of version 0");
      }
      samples.add(
          new Sample(
              track,
              bytes.getInt(mfhd + 12),
              dts,
              dts + offset,
              sampleDuration,
              (sampleFlags & 0x10000) == 0,
              bytes.slice(data, sampleSize)));
      dts += sampleDuration;
      data += sampleSize;
    }
    if (at != trun + size(file, trun) || data != end + size(file, end)) {
      throw new AssertionError("trun and mdat do not end where they say");
    }
  }

  private static int child(byte[] file, int parent, String name) {
    int end = parent + size(file, parent);
    for (int at = parent + 8; at < end; at += size(file, at)) {
      if (name(file, at).equals(name)) {
        return at;
      }
    }
    throw new AssertionError("no " + name + " in the box at " + parent);
  }

  private static int size(byte[] file, int at) {
    int size = ByteBuffer.wrap(file).getInt(at);
    if (size < 8 || size > file.length - at) {
      throw new AssertionError("box of " + size + " bytes at " + at);
    }
    return size;
  }

  private static String name(byte[] file, int at) {
    return new String(file, at + 4, 4, StandardCharsets.US_ASCII);
  }
}
