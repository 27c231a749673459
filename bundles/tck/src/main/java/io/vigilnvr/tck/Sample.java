package io.vigilnvr.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

  /** Compression of the sound. */
  public enum Sound {
    AAC,
    OPUS,
    /** G.711 A-law. */
    PCMA,
    /** G.711 µ-law. */
    PCMU
  }

  /** Names of the samples that come along. */
  public static final List<String> BUILT_IN =
      List.of("main", "sub", "bframes", "h265", "aac", "opus", "pcma", "pcmu");

  static final int VIDEO = 0;
  static final int AUDIO = 1;
  static final int DATA = 2;
  static final int VIDEO_RATE = 90_000;

  private static final Map<String, Sample> LOADED = new ConcurrentHashMap<>();

  /** One millisecond of 1 kHz at 8 kHz: ITU-T G.711, tables 5 and 6. */
  private static final Map<Sound, String> TONES =
      Map.of(Sound.PCMA, "34212134b4a1a1b4", Sound.PCMU, "1e0b0b1e9e8b8b9e");

  private static final int TELEPHONE_RATE = 8000;

  /** RFC 3551, 4.2: unless said otherwise, a packet holds 20 ms. */
  private static final int TELEPHONE_PACKET_SAMPLES = TELEPHONE_RATE / 50;

  /**
   * A track of sound.
   *
   * @param rate samples in one second: the RTP clock
   * @param config of AAC: AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1)
   */
  record Audio(Sound codec, int rate, int channels, ByteBuffer config) {
    /** G.711 has types of its own (RFC 3551, 6), which cameras use. */
    int payloadType() {
      return switch (codec) {
        case AAC, OPUS -> 97;
        case PCMA -> 8;
        case PCMU -> 0;
      };
    }
  }

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

  /** H.264 Baseline, 320x180, and Opus, mono, in frames of 20 ms. */
  public static Sample opus() {
    return named("opus");
  }

  /** H.264 Main, 640x360, and a tone in G.711: 8 kHz, mono. */
  public static Sample pcma() {
    return named("pcma");
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
    if (name.startsWith("pcm")) {
      Sample pictures = main();
      return LOADED.computeIfAbsent(
          name, key -> pictures.withTone(key, Sound.valueOf(key.toUpperCase(Locale.ROOT))));
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
   * Reads a progressive MP4 file as ffmpeg makes it, with H.264 or H.265, and perhaps AAC or Opus.
   * It is sent in a loop, so it should start with a keyframe and not refer beyond its end.
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

  /**
   * With a tone of 1 kHz instead of what sound it has. Each packet of the loop begins with its
   * number, so that they can be told apart.
   */
  private Sample withTone(String toneName, Sound sound) {
    byte[] tone = HexFormat.of().parseHex(TONES.getOrDefault(sound, ""));
    int packets =
        Math.toIntExact(loopTicks * TELEPHONE_RATE / VIDEO_RATE / TELEPHONE_PACKET_SAMPLES);
    byte[] longer = Arrays.copyOf(data, data.length + packets * TELEPHONE_PACKET_SAMPLES);
    for (int i = data.length; i < longer.length; i++) {
      longer[i] = tone[(i - data.length) % tone.length];
    }
    for (int i = 0; i < packets; i++) {
      ByteBuffer.wrap(longer).putShort(data.length + i * TELEPHONE_PACKET_SAMPLES, (short) i);
    }
    Stream<Unit> packet =
        IntStream.range(0, packets)
            .mapToObj(
                i -> {
                  long ticks = (long) i * TELEPHONE_PACKET_SAMPLES;
                  long nanos = ticks * 1_000_000_000 / TELEPHONE_RATE;
                  int offset = data.length + i * TELEPHONE_PACKET_SAMPLES;
                  return new Unit(AUDIO, offset, TELEPHONE_PACKET_SAMPLES, nanos, ticks, true, -1);
                });
    return new Sample(
        toneName,
        video,
        widthPx,
        heightPx,
        parameterSets,
        Optional.of(new Audio(sound, TELEPHONE_RATE, 1, ByteBuffer.allocate(0))),
        longer,
        Stream.concat(Arrays.stream(units).filter(unit -> unit.track == VIDEO), packet)
            .sorted(Comparator.comparingLong(Unit::dueNanos).thenComparingInt(Unit::track))
            .toArray(Unit[]::new),
        loopTicks);
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

  int payloadType(int track) {
    return switch (track) {
      case VIDEO -> 96;
      case DATA -> Metadata.PAYLOAD_TYPE;
      default -> audio.map(Audio::payloadType).orElse(97);
    };
  }

  int rate(int track) {
    return track == AUDIO ? audio.map(Audio::rate).orElse(VIDEO_RATE) : VIDEO_RATE;
  }

  static long nanos(long ticks) {
    return ticks / 9 * 100_000 + ticks % 9 * 100_000 / 9;
  }
}
