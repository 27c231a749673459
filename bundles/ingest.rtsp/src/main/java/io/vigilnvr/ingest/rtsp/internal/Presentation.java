package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.codec.DecodingTimes;
import io.vigilnvr.media.codec.NalUnits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a session shows the worker: the tracks that were chosen of those the camera offers, the
 * format once it is known, and units of it. Says nothing any more after {@link #end}.
 */
final class Presentation {
  private static final int VIDEO_TIMESCALE = 90_000;
  private static final long USUAL_FRAME_TICKS = 3600;
  private static final int OPUS_TIMESCALE = 48_000; // RFC 7587, 4.1
  private static final int OPUS_PRE_SKIP = 312; // 6.5 ms at 48 kHz, libopus' own

  /** 240 pictures and 400 packets of Opus are the most that anything sends. */
  private static final int MAX_UNITS_IN_SECOND = 2000;

  /** Each is a run of its own to those behind us. */
  private static final int MAX_FORMATS_IN_SECOND = 5;

  /** ONVIF Streaming Specification, 5.1.2.1.1: as it is, or compressed. */
  private static final Set<String> METADATA =
      Set.of(
          "VND.ONVIF.METADATA",
          "VND.ONVIF.METADATA.GZIP",
          "VND.ONVIF.METADATA.EXI.ONVIF",
          "VND.ONVIF.METADATA.EXI.EXT");

  /** Smaller pictures, and longer ones, no camera makes. */
  private static final int LEAST_SIDE_PX = 64;

  private static final int MOST_STRETCHED = 8;

  private final EngineSink sink;
  private final List<Chosen> tracks = new ArrayList<>();
  private Optional<ParameterSetBook> book = Optional.empty();
  private ByteBuffer videoConfig = ByteBuffer.allocate(0);
  private DecodingTimes times = new DecodingTimes(0);
  private long frameTicks = USUAL_FRAME_TICKS;
  private boolean setsChanged;
  private boolean formatTold;
  private boolean ended;
  private int units;
  private int formats;

  /** Whether units were told since the last {@link #handOver}. */
  private boolean told;

  /**
   * A track, and where its packets go.
   *
   * @param codec empty if it is neither picture nor sound; it has no number then
   * @param timescale ticks of its RTP timestamps in a second
   */
  record Chosen(
      int number,
      Sdp.Media media,
      Optional<Codec> codec,
      int timescale,
      Depacketizer depacketizer) {
    private boolean isSound() {
      return codec.isPresent() && !codec.get().isVideo();
    }
  }

  Presentation(EngineSink sink) {
    this.sink = sink;
  }

  /**
   * Chooses the first video and the first sound that can be received, and the first metadata if
   * anybody wants it.
   */
  List<Chosen> choose(Sdp description) throws Fault {
    tracks.clear();
    formatTold = false;
    for (Sdp.Media media : description.media()) {
      Optional<Codec> codec = codec(media);
      if (codec.isPresent() && codec.get().isVideo() && tracks.isEmpty()) {
        tracks.add(video(media, codec.get()));
      }
    }
    for (Sdp.Media media : description.media()) {
      Optional<Codec> codec = codec(media);
      if (codec.isPresent()
          && !codec.get().isVideo()
          && tracks.stream().noneMatch(Chosen::isSound)) {
        tracks.add(audio(media, codec.get(), tracks.size() + 1));
      }
    }
    if (tracks.isEmpty()) {
      throw Fault.protocol(
          description.media().isEmpty()
              ? "the camera's description of the stream makes no sense"
              : "the camera sends nothing that can be received, but "
                  + String.join(
                      ", ",
                      description.media().stream()
                          .map(each -> each.kind() + " " + shown(each.encoding()))
                          .toList()));
    }
    if (sink.wantsData()) {
      description.media().stream()
          .filter(media -> METADATA.contains(media.encoding()))
          .findFirst()
          .ifPresent(media -> tracks.add(data(media)));
    }
    return List.copyOf(tracks);
  }

  /** Goes on without a track. */
  List<Chosen> without(Chosen refused) {
    tracks.remove(refused);
    return List.copyOf(tracks);
  }

  private static String shown(String encoding) {
    return encoding.isEmpty() ? "unknown" : encoding.replaceAll("[^A-Z0-9._-]", "?");
  }

  private static Optional<Codec> codec(Sdp.Media media) {
    return switch (media.encoding()) {
      // DON and interleaving were never seen in a camera: RFC 6184, 6.2 has three modes, 2 is left.
      case "H264" ->
          media.number("packetization-mode", 0) < 2 ? Optional.of(Codec.H264) : Optional.empty();
      case "H265" ->
          media.number("sprop-max-don-diff", 0) == 0 ? Optional.of(Codec.H265) : Optional.empty();
      case "MPEG4-GENERIC" ->
          media.parameter("config").isEmpty() || !AacDepacketizer.understands(media)
              ? Optional.empty()
              : Optional.of(Codec.AAC);
      case "OPUS" -> Optional.of(Codec.OPUS);
      case "PCMA" -> Optional.of(Codec.PCMA);
      case "PCMU" -> Optional.of(Codec.PCMU);
      default -> Optional.empty();
    };
  }

  private Chosen video(Sdp.Media media, Codec codec) {
    var sets = new ParameterSetBook(codec);
    book = Optional.of(sets);
    for (String name : List.of("sprop-vps", "sprop-sps", "sprop-pps", "sprop-parameter-sets")) {
      for (String each : media.parameter(name).split(",", 16)) {
        setsChanged |= sets.put(base64(each));
      }
    }
    return new Chosen(
        1,
        media,
        Optional.of(codec),
        VIDEO_TIMESCALE,
        new VideoDepacketizer(
            codec,
            (ticks, payload) -> video(codec, ticks, payload),
            nal -> setsChanged |= sets.put(nal)));
  }

  private Chosen audio(Sdp.Media media, Codec codec, int number) {
    Depacketizer.Output output = (ticks, payload) -> audio(number, ticks, payload);
    return new Chosen(
        number,
        media,
        Optional.of(codec),
        codec == Codec.OPUS ? OPUS_TIMESCALE : media.clockRate(),
        codec == Codec.AAC ? new AacDepacketizer(media, output) : new WholeDepacketizer(output));
  }

  private Chosen data(Sdp.Media media) {
    String type = "application/" + media.encoding().toLowerCase(Locale.ROOT);
    return new Chosen(
        0,
        media,
        Optional.empty(),
        VIDEO_TIMESCALE,
        new DocumentDepacketizer((ticks, payload) -> data(type, ticks, payload)));
  }

  private void video(Codec codec, long ticks, ByteBuffer payload) throws Fault {
    if (ended) {
      return;
    }
    count();
    if (setsChanged) {
      setsChanged = false;
      Optional<ByteBuffer> config = book.flatMap(ParameterSetBook::config);
      if (config.isPresent()
          && !config.get().equals(videoConfig)
          && isPlausible(new Track(1, codec, VIDEO_TIMESCALE, config.get()))) {
        videoConfig = config.get();
        formatTold = false;
        if (++formats > MAX_FORMATS_IN_SECOND) {
          throw Fault.protocol("the camera changes its format all the time");
        }
        var track = new Track(1, codec, VIDEO_TIMESCALE, videoConfig);
        times = new DecodingTimes(Codecs.reorderDepth(track));
        double rate = Codecs.picture(track).map(picture -> picture.frameRate()).orElse(0.0);
        frameTicks = rate > 1 ? Math.round(VIDEO_TIMESCALE / rate) : USUAL_FRAME_TICKS;
      }
    }
    if (!videoConfig.hasRemaining()) {
      return; // nobody could decode it
    }
    tellFormat();
    long dts = times.next(ticks, frameTicks);
    sink.unit(1, ticks, dts, NalUnits.keyframe(codec, payload), payload);
    told = true;
  }

  /** Noise may pass for a parameter set; what it says of the picture then, no camera has. */
  private static boolean isPlausible(Track track) {
    return Codecs.picture(track)
        .filter(
            picture ->
                Math.min(picture.widthPx(), picture.heightPx()) >= LEAST_SIDE_PX
                    && Math.max(picture.widthPx(), picture.heightPx())
                        <= MOST_STRETCHED * Math.min(picture.widthPx(), picture.heightPx()))
        .isPresent();
  }

  private void audio(int number, long ticks, ByteBuffer payload) throws Fault {
    if (ended) {
      return;
    }
    count();
    if (!formatTold) {
      if (number > 1) {
        return; // the video comes first: its parameter sets may still be on their way
      }
      tellFormat();
    }
    sink.unit(number, ticks, ticks, true, payload);
    told = true;
  }

  private void data(String type, long ticks, ByteBuffer payload) throws Fault {
    if (!ended) {
      count();
      sink.data(type, ticks, payload);
    }
  }

  /** What costs little here costs more behind us: numbers, rings, files. */
  private void count() throws Fault {
    if (++units > MAX_UNITS_IN_SECOND) {
      throw Fault.protocol("the camera sends more pictures than anybody has use for");
    }
  }

  /** A second is over, or more of them. */
  void second() {
    units = 0;
    formats = 0;
  }

  private void tellFormat() {
    if (!formatTold) {
      formatTold = true;
      sink.format(
          new StreamFormat(
              tracks.stream()
                  .flatMap(
                      track ->
                          track.codec().stream()
                              .map(
                                  codec ->
                                      new Track(
                                          track.number(),
                                          codec,
                                          track.timescale(),
                                          config(codec, track.media()))))
                  .toList()));
    }
  }

  private ByteBuffer config(Codec codec, Sdp.Media media) {
    return switch (codec) {
      case H264, H265 -> videoConfig;
      case AAC -> ByteBuffer.wrap(hex(media.parameter("config")));
      case OPUS ->
          Codecs.opusConfig(
              media.parameter("sprop-stereo").equals("1") ? 2 : 1, OPUS_PRE_SKIP, OPUS_TIMESCALE);
      case PCMA, PCMU -> ByteBuffer.allocate(0);
    };
  }

  /** Nothing more comes for now. */
  void handOver() {
    if (told && !ended) {
      sink.handOver();
    }
    told = false;
  }

  void lostPackets(long count) {
    if (!ended) {
      sink.lostPackets(count);
    }
  }

  void failed(Kind kind, String cause) {
    if (!ended) {
      ended = true;
      sink.failed(kind, cause);
    }
  }

  /** Nothing is told any more. */
  void end() {
    ended = true;
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static byte[] hex(String text) {
    String digits = text.strip().toLowerCase(Locale.ROOT);
    if (!digits.matches("([0-9a-f]{2}){1,64}")) {
      return new byte[0];
    }
    return java.util.HexFormat.of().parseHex(digits);
  }
}
