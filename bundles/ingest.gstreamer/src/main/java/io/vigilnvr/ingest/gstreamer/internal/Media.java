package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.codec.NalUnits;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One medium of an RTSP session, as its RTP caps describe it.
 *
 * @param depayloader the element that makes units of its packets
 * @param caps what the depayloader is asked for
 * @param timescale 90000 for video, the sample rate for audio
 * @param config the codec config, where the session description has it
 */
record Media(
    Codec codec, String depayloader, String caps, int timescale, Optional<ByteBuffer> config) {
  /** Payload type and clock rate of RTP caps. */
  static RtpClock clock(String rtpCaps) {
    return new RtpClock(number(rtpCaps, "payload", -1), number(rtpCaps, "clock-rate", 90_000));
  }

  private static final Pattern CODEC_DATA =
      Pattern.compile("codec_data=\\(buffer\\)([0-9a-fA-F]+)");
  private static final int OPUS_PRE_SKIP = 312; // 6.5 ms at 48 kHz, libopus' own

  boolean video() {
    return codec.isVideo();
  }

  Track track(int number, ByteBuffer codecConfig) {
    return new Track(number, codec, timescale, codecConfig);
  }

  /** Reads {@code application/x-rtp} caps; empty if it is nothing that is received here. */
  static Optional<Media> of(String rtpCaps) {
    String encoding = text(rtpCaps, "encoding-name").toUpperCase(Locale.ROOT);
    int payload = number(rtpCaps, "payload", -1);
    int rate = number(rtpCaps, "clock-rate", 90_000);
    return switch (encoding) {
      case "H264" ->
          video(Codec.H264, "rtph264depay", "video/x-h264,stream-format=avc,alignment=au");
      case "H265" ->
          video(Codec.H265, "rtph265depay", "video/x-h265,stream-format=hvc1,alignment=au");
      case "MPEG4-GENERIC" ->
          hex(text(rtpCaps, "config"))
              .map(
                  config ->
                      new Media(
                          Codec.AAC,
                          "rtpmp4gdepay",
                          "audio/mpeg,mpegversion=4,stream-format=raw",
                          rate,
                          Optional.of(config)));
      case "OPUS" ->
          Optional.of(
              new Media(
                  Codec.OPUS,
                  "rtpopusdepay",
                  "audio/x-opus",
                  48_000,
                  Optional.of(
                      Codecs.opusConfig(
                          // Its rtpmap always says two channels (RFC 7587, 7).
                          text(rtpCaps, "sprop-stereo").equals("1") ? 2 : 1,
                          OPUS_PRE_SKIP,
                          48_000))));
      case "PCMA" -> g711(Codec.PCMA, "rtppcmadepay", "audio/x-alaw");
      case "PCMU" -> g711(Codec.PCMU, "rtppcmudepay", "audio/x-mulaw");
      case "" ->
          switch (payload) { // RFC 3551, 6
            case 0 -> g711(Codec.PCMU, "rtppcmudepay", "audio/x-mulaw");
            case 8 -> g711(Codec.PCMA, "rtppcmadepay", "audio/x-alaw");
            default -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  private static Optional<Media> video(Codec codec, String depayloader, String caps) {
    return Optional.of(new Media(codec, depayloader, caps, 90_000, Optional.empty()));
  }

  private static Optional<Media> g711(Codec codec, String depayloader, String caps) {
    return Optional.of(
        new Media(codec, depayloader, caps, 8000, Optional.of(ByteBuffer.allocate(0))));
  }

  /** What a medium calls itself, for people. */
  static String name(String rtpCaps) {
    String encoding = text(rtpCaps, "encoding-name");
    return text(rtpCaps, "media") + " " + (encoding.isEmpty() ? "unknown" : encoding);
  }

  /**
   * The {@code codec_data} of a depayloader's caps. For video only its parameter sets are taken:
   * GStreamer 1.22's {@code rtph265depay} fills the fields before them from the wrong bytes of the
   * SPS, so that profile and level are nonsense and browsers refuse the stream.
   */
  Optional<ByteBuffer> codecData(String depayloaderCaps) {
    Matcher matcher = CODEC_DATA.matcher(depayloaderCaps);
    Optional<ByteBuffer> data = matcher.find() ? hex(matcher.group(1)) : Optional.empty();
    return video()
        ? data.flatMap(found -> NalUnits.codecConfig(codec, NalUnits.parameterSetsOf(codec, found)))
        : data;
  }

  private static Optional<ByteBuffer> hex(String text) {
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(ByteBuffer.wrap(HexFormat.of().parseHex(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String text(String caps, String field) {
    Matcher matcher =
        Pattern.compile("\\b" + field + "=\\(string\\)(?:\"([^\"]*)\"|([^,;\\s]*))").matcher(caps);
    if (!matcher.find()) {
      return "";
    }
    return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
  }

  private static int number(String caps, String field, int fallback) {
    Matcher matcher =
        Pattern.compile("\\b" + field + "=\\((?:int|string)\\)\"?(\\d{1,9})").matcher(caps);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : fallback;
  }
}
