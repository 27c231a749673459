package io.vigilnvr.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Pre-encoded media that a simulated camera sends over and over. Immutable; held in memory once,
 * however many cameras send it.
 */
public final class Sample {
  /** Compression of the video. */
  public enum Video {
    H264,
    H265
  }

  /** Names of the samples that come along. */
  public static final List<String> BUILT_IN = List.of("main", "sub", "bframes", "h265", "aac");

  static final int VIDEO = 0;
  static final int AUDIO = 1;
  static final int VIDEO_RATE = 90_000;

  private static final Map<String, Sample> LOADED = new ConcurrentHashMap<>();

  /**
   * An AAC track.
   *
   * @param rate samples in one second: the RTP clock
   * @param config AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1)
   */
  record Audio(int rate, int channels, ByteBuffer config) {}

  /**
   * An access unit.
   *
   * @param track {@link #VIDEO} or {@link #AUDIO}
   * @param offset where in {@link #data} its bytes start; video in length-prefixed NAL units
   * @param dueNanos when to send it, from the start of the loop
   * @param ptsTicks presentation time, from the start of the loop, in the RTP clock
   * @param picture its number among the pictures of the loop, in decoding order
   */
  record Unit(
      int track,
      int offset,
      int bytes,
      long dueNanos,
      long ptsTicks,
      boolean keyframe,
      int picture) {}

  final String name;
  final Video video;
  final int widthPx;
  final int heightPx;
  final List<byte[]> parameterSets;
  final Optional<Audio> audio;
  final byte[] data;
  final Unit[] units;
  final int pictures;

  /** Length of the loop in ticks of 90 kHz. */
  final long loopTicks;

  Sample(
      String name,
      Video video,
      int widthPx,
      int heightPx,
      List<byte[]> parameterSets,
      Optional<Audio> audio,
      byte[] data,
      Unit[] units,
      long loopTicks) {
    this.name = name;
    this.video = video;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.parameterSets = List.copyOf(parameterSets);
    this.audio = audio;
    this.data = data;
    this.units = units;
    this.loopTicks = loopTicks;
    this.pictures = Math.toIntExact(Arrays.stream(units).filter(u -> u.track == VIDEO).count());
  }

  /** H.264 Main, 640x360, 25 pictures in one second, a keyframe each second, 300 kb/s. */
  public static Sample main() {
    return named("main");
  }

  /** H.264 Baseline, 320x180, 25 pictures in one second, a keyframe each second, 80 kb/s. */
  public static Sample sub() {
    return named("sub");
  }

  /** H.264 High with two B-frames between reference pictures, 640x360. */
  public static Sample bFrames() {
    return named("bframes");
  }

  /** H.265 Main, 640x360. */
  public static Sample h265() {
    return named("h265");
  }

  /** H.264 Main, 640x360, and AAC-LC, 48 kHz, mono. */
  public static Sample aac() {
    return named("aac");
  }

  /**
   * A sample that comes along, by its name in {@link #BUILT_IN}.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Sample named(String name) {
    if (!BUILT_IN.contains(name)) {
      throw new IllegalArgumentException("no sample " + name + "; there are " + BUILT_IN);
    }
    return LOADED.computeIfAbsent(
        name,
        key -> {
          try (var in = Sample.class.getResourceAsStream(key + ".mp4")) {
            if (in == null) {
              throw new IllegalStateException(key + ".mp4 is missing in the jar");
            }
            return Mp4Sample.read(key, in.readAllBytes());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * Reads a progressive MP4 file as ffmpeg makes it, with H.264 or H.265 and perhaps AAC. It is
   * sent in a loop, so it should start with a keyframe and not refer beyond its end.
   *
   * @throws IOException if it cannot be read, or is something else
   */
  public static Sample file(Path path) throws IOException {
    try {
      return LOADED.computeIfAbsent(
          path.toAbsolutePath() + "@" + Files.getLastModifiedTime(path),
          key -> {
            try {
              return Mp4Sample.read(String.valueOf(path.getFileName()), Files.readAllBytes(path));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Only its first pictures, without audio: a short loop, so that a keyframe is always near. */
  Sample firstPictures(int count) {
    Unit[] first =
        Arrays.stream(units)
            .filter(unit -> unit.track == VIDEO && unit.picture < count)
            .toArray(Unit[]::new);
    return new Sample(
        name,
        video,
        widthPx,
        heightPx,
        parameterSets,
        Optional.empty(),
        data,
        first,
        loopTicks * count / pictures);
  }

  public String name() {
    return name;
  }

  public Video video() {
    return video;
  }

  public int widthPx() {
    return widthPx;
  }

  public int heightPx() {
    return heightPx;
  }

  /** Pictures in one round of the loop. */
  public int pictures() {
    return pictures;
  }

  public boolean hasAudio() {
    return audio.isPresent();
  }

  /** Pictures in one second. */
  public double frameRate() {
    return pictures * (double) VIDEO_RATE / loopTicks;
  }

  @Override
  public String toString() {
    return Arrays.asList(name, video, widthPx + "x" + heightPx).stream()
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  int rate(int track) {
    return track == VIDEO ? VIDEO_RATE : audio.map(Audio::rate).orElse(VIDEO_RATE);
  }

  static long nanos(long ticks) {
    return ticks / 9 * 100_000 + ticks % 9 * 100_000 / 9;
  }
}
