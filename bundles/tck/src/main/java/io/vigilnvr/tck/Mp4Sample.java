package io.vigilnvr.tck;

import io.vigilnvr.tck.Sample.Unit;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the sample tables of a progressive MP4 file (ISO/IEC 14496-12, 8.5 to 8.7). */
final class Mp4Sample {
  private final byte[] data;

  private Mp4Sample(byte[] data) {
    this.data = data;
  }

  static Sample read(String name, byte[] data) throws IOException {
    try {
      return new Mp4Sample(data).sample(name);
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(name + " is not an MP4 file that can be read", e);
    }
  }

  /** What one track's tables say; times in the track's own timescale. */
  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Track(
      String format,
      int timescale,
      long shiftTicks,
      int widthPx,
      int heightPx,
      int rate,
      int channels,
      ByteBuffer config,
      int[] offsets,
      int[] sizes,
      long[] dts,
      long[] pts,
      boolean[] keyframes,
      long durationTicks) {
    boolean video() {
      return !format.equals("mp4a") && !format.equals("Opus");
    }
  }

  private Sample sample(String name) throws IOException {
    ByteBuffer moov = child(ByteBuffer.wrap(data), "moov");
    if (moov == null) {
      throw new IOException(name + " has no moov box");
    }
    Track video = null;
    Track audio = null;
    for (ByteBuffer trak : children(moov, "trak")) {
      Track track = track(trak);
      if (track != null && track.video() && video == null) {
        video = track;
      } else if (track != null && !track.video() && audio == null) {
        audio = track;
      }
    }
    if (video == null || video.offsets.length == 0) {
      throw new IOException(
          name + " has no H.264 or H.265 in sample tables; remux it with ffmpeg -c copy");
    }
    boolean h264 = video.format.equals("avc1") || video.format.equals("avc3");
    long loopTicks = video.durationTicks * Sample.VIDEO_RATE / video.timescale;
    var units = new ArrayList<Unit>();
    for (int i = 0; i < video.offsets.length; i++) {
      units.add(
          new Unit(
              Sample.VIDEO,
              video.offsets[i],
              video.sizes[i],
              video.dts[i] * 1_000_000_000L / video.timescale,
              video.pts[i] * Sample.VIDEO_RATE / video.timescale,
              video.keyframes[i],
              i));
    }
    if (audio != null) {
      long shift = video.shiftTicks * audio.timescale / video.timescale - audio.shiftTicks;
      for (int i = 0; i < audio.offsets.length; i++) {
        long ticks = audio.dts[i] + shift;
        if (ticks >= 0 && ticks * Sample.VIDEO_RATE < loopTicks * audio.timescale) {
          units.add(
              new Unit(
                  Sample.AUDIO,
                  audio.offsets[i],
                  audio.sizes[i],
                  ticks * 1_000_000_000L / audio.timescale,
                  ticks,
                  true,
                  -1));
        }
      }
    }
    units.sort(Comparator.comparingLong(Unit::dueNanos).thenComparingInt(Unit::track));
    return new Sample(
        name,
        h264 ? Sample.Video.H264 : Sample.Video.H265,
        video.widthPx,
        video.heightPx,
        h264 ? avcParameterSets(video.config) : hevcParameterSets(video.config),
        Optional.ofNullable(audio)
            .map(
                a ->
                    new Sample.Audio(
                        a.format.equals("Opus") ? Sample.Sound.OPUS : Sample.Sound.AAC,
                        a.rate,
                        a.channels,
                        a.config)),
        data,
        units.toArray(Unit[]::new),
        loopTicks);
  }

  private @Nullable Track track(ByteBuffer trak) throws IOException {
    ByteBuffer mdia = required(trak, "mdia");
    ByteBuffer stbl = required(required(mdia, "minf"), "stbl");
    ByteBuffer entry = required(stbl, "stsd").position(8).slice();
    String format = type(entry, 4);
    ByteBuffer box = entry.slice(8, entry.getInt(0) - 8);
    int widthPx = 0;
    int heightPx = 0;
    int rate = 0;
    int channels = 0;
    ByteBuffer config;
    switch (format) {
      case "avc1", "avc3", "hvc1", "hev1" -> {
        widthPx = box.getShort(24);
        heightPx = box.getShort(26);
        ByteBuffer inner = box.position(78).slice();
        config = required(inner, format.startsWith("avc") ? "avcC" : "hvcC");
      }
      case "mp4a" -> {
        channels = box.getShort(16);
        rate = box.getInt(24) >>> 16;
        config = audioConfig(required(box.position(28).slice(), "esds"));
      }
      case "Opus" -> {
        channels = box.getShort(16);
        rate = box.getInt(24) >>> 16;
        config = required(box.position(28).slice(), "dOps");
      }
      default -> {
        return null;
      }
    }
    ByteBuffer mdhd = required(mdia, "mdhd");
    int timescale = mdhd.getInt(mdhd.get(0) == 1 ? 20 : 12);
    ByteBuffer stsz = required(stbl, "stsz");
    int count = stsz.getInt(8);
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = stsz.getInt(4) != 0 ? stsz.getInt(4) : stsz.getInt(12 + 4 * i);
    }
    long[] dts = new long[count];
    long duration = decodingTimes(required(stbl, "stts"), dts);
    return new Track(
        format,
        timescale,
        editStart(trak),
        widthPx,
        heightPx,
        rate,
        channels,
        config,
        offsets(stbl, sizes),
        sizes,
        dts,
        presentationTimes(child(stbl, "ctts"), dts),
        keyframes(child(stbl, "stss"), count),
        duration);
  }

  private static long decodingTimes(ByteBuffer stts, long[] dts) {
    long time = 0;
    int sample = 0;
    for (int i = 0; i < stts.getInt(4); i++) {
      for (int n = stts.getInt(8 + 8 * i); n > 0 && sample < dts.length; n--) {
        dts[sample++] = time;
        time += stts.getInt(12 + 8 * i);
      }
    }
    return time;
  }

  private static long[] presentationTimes(@Nullable ByteBuffer ctts, long[] dts) {
    long[] pts = dts.clone();
    if (ctts != null) {
      int sample = 0;
      for (int i = 0; i < ctts.getInt(4); i++) {
        for (int n = ctts.getInt(8 + 8 * i); n > 0 && sample < pts.length; n--) {
          pts[sample++] += ctts.getInt(12 + 8 * i);
        }
      }
    }
    return pts;
  }

  private static boolean[] keyframes(@Nullable ByteBuffer stss, int count) {
    boolean[] keyframes = new boolean[count];
    if (stss == null) {
      java.util.Arrays.fill(keyframes, true);
      return keyframes;
    }
    for (int i = 0; i < stss.getInt(4); i++) {
      keyframes[stss.getInt(8 + 4 * i) - 1] = true;
    }
    return keyframes;
  }

  private static int[] offsets(ByteBuffer stbl, int[] sizes) throws IOException {
    ByteBuffer stco = child(stbl, "stco");
    ByteBuffer co64 = child(stbl, "co64");
    ByteBuffer stsc = required(stbl, "stsc");
    ByteBuffer table = stco != null ? stco : required(stbl, "co64");
    int[] offsets = new int[sizes.length];
    int sample = 0;
    int row = 0;
    for (int chunk = 0; chunk < table.getInt(4) && sample < sizes.length; chunk++) {
      while (row + 1 < stsc.getInt(4) && stsc.getInt(8 + 12 * (row + 1)) <= chunk + 1) {
        row++;
      }
      long at = co64 != null ? co64.getLong(8 + 8 * chunk) : table.getInt(8 + 4 * chunk);
      for (int n = stsc.getInt(12 + 12 * row); n > 0 && sample < sizes.length; n--) {
        offsets[sample] = Math.toIntExact(at);
        at += sizes[sample++];
      }
    }
    return offsets;
  }

  /** Media time that the first edit starts with (8.6.6), 0 without. */
  private static long editStart(ByteBuffer trak) {
    ByteBuffer edts = child(trak, "edts");
    ByteBuffer elst = edts == null ? null : child(edts, "elst");
    if (elst == null || elst.getInt(4) < 1) {
      return 0;
    }
    return Math.max(0, elst.get(0) == 1 ? elst.getLong(16) : elst.getInt(12));
  }

  /** The AudioSpecificConfig in an ES descriptor (ISO/IEC 14496-1, 7.2.6). */
  private static ByteBuffer audioConfig(ByteBuffer esds) throws IOException {
    ByteBuffer in = esds.position(4).slice();
    while (in.remaining() > 2) {
      int tag = in.get();
      int length = 0;
      int b;
      do {
        b = in.get();
        length = (length << 7) | (b & 0x7f);
      } while (b < 0);
      if (tag == 5) {
        return in.slice(in.position(), length);
      }
      in.position(in.position() + (tag == 3 ? 3 : tag == 4 ? 13 : length));
    }
    throw new IOException("the AAC track has no config");
  }

  private static List<byte[]> avcParameterSets(ByteBuffer avcc) {
    var sets = new ArrayList<byte[]>();
    avcc.position(5);
    for (int n = avcc.get() & 0x1f; n > 0; n--) {
      sets.add(bytes(avcc, avcc.getShort()));
    }
    for (int n = avcc.get(); n > 0; n--) {
      sets.add(bytes(avcc, avcc.getShort()));
    }
    return sets;
  }

  private static List<byte[]> hevcParameterSets(ByteBuffer hvcc) {
    var sets = new ArrayList<byte[]>();
    hvcc.position(22);
    for (int arrays = hvcc.get(); arrays > 0; arrays--) {
      int type = hvcc.get() & 0x3f;
      for (int n = hvcc.getShort(); n > 0; n--) {
        byte[] set = bytes(hvcc, hvcc.getShort());
        if (type >= 32 && type <= 34) {
          sets.add(set);
        }
      }
    }
    return sets;
  }

  private static byte[] bytes(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static ByteBuffer required(ByteBuffer parent, String type) throws IOException {
    ByteBuffer box = child(parent, type);
    if (box == null) {
      throw new IOException("no " + type + " box");
    }
    return box;
  }

  private static @Nullable ByteBuffer child(ByteBuffer parent, String type) {
    List<ByteBuffer> children = children(parent, type);
    return children.isEmpty() ? null : children.get(0);
  }

  private static List<ByteBuffer> children(ByteBuffer parent, String type) {
    var found = new ArrayList<ByteBuffer>();
    long at = 0;
    while (at + 8 <= parent.limit()) {
      int start = (int) at;
      long size = Integer.toUnsignedLong(parent.getInt(start));
      int header = 8;
      if (size == 1) {
        size = parent.getLong(start + 8);
        header = 16;
      } else if (size == 0) {
        size = parent.limit() - at;
      }
      if (size < header || at + size > parent.limit()) {
        break;
      }
      if (type(parent, start + 4).equals(type)) {
        found.add(parent.slice(start + header, (int) size - header));
      }
      at += size;
    }
    return found;
  }

  private static String type(ByteBuffer in, int at) {
    byte[] type = new byte[4];
    in.get(at, type);
    return new String(type, StandardCharsets.ISO_8859_1);
  }
}
