package io.vigilnvr.media.codec;

import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the tracks of a stream are called, and what they look like. */
public final class Codecs {
  /** Version, channels, pre-skip, input rate, gain, mapping family. */
  private static final int OPUS_CONFIG_BYTES = 11;

  private Codecs() {}

  /**
   * The name browsers know a track's codec by (RFC 6381; ISO/IEC 14496-15, Annex E), e.g. {@code
   * avc1.4d0028}, {@code hvc1.1.6.L93.B0}, {@code mp4a.40.2}, {@code opus}.
   *
   * @return empty for what MP4 does not carry here (G.711), and if the codec config is broken
   */
  public static String rfc6381(Track track) {
    ByteBuffer config = track.codecConfig();
    return switch (track.codec()) {
      case H264 -> AvcConfig.suffix(config).map(text -> "avc1." + text).orElse("");
      case H265 -> HevcConfig.suffix(config).map(text -> "hvc1." + text).orElse("");
      case AAC ->
          AudioSpecificConfig.parse(config)
              .map(audio -> "mp4a.40." + audio.objectType())
              .orElse("");
      case OPUS -> isOpus(config) ? "opus" : "";
      case PCMA, PCMU -> "";
    };
  }

  /**
   * Whether MP4 carries a track: its codec is not G.711 and its config is sound. Init segments
   * leave other tracks out, so no fragments may be made for them.
   */
  public static boolean isCarried(Track track) {
    return !rfc6381(track).isEmpty();
  }

  /**
   * The content type of a stream as MP4, for Media Source Extensions and HLS, e.g. {@code
   * video/mp4; codecs="avc1.4d0028,mp4a.40.2"}. Tracks that MP4 does not carry are left out.
   */
  public static String mime(StreamFormat format) {
    List<Track> carried = format.tracks().stream().filter(Codecs::isCarried).toList();
    boolean video = carried.stream().anyMatch(track -> track.codec().isVideo());
    return carried.stream()
        .map(Codecs::rfc6381)
        .collect(Collectors.joining(",", (video ? "video" : "audio") + "/mp4; codecs=\"", "\""));
  }

  /** Size and frame rate; empty for audio and where the codec config does not say. */
  public static Optional<Picture> picture(Track track) {
    return switch (track.codec()) {
      case H264 -> AvcConfig.picture(track.codecConfig());
      case H265 -> HevcConfig.picture(track.codecConfig());
      default -> Optional.empty();
    };
  }

  /**
   * By how many pictures the order of decoding differs from that of showing, as the codec config
   * says; 1 where it leaves that open, 0 for audio.
   */
  public static int reorderDepth(Track track) {
    return switch (track.codec()) {
      case H264 -> AvcConfig.reorderDepth(track.codecConfig());
      case H265 -> HevcConfig.reorderDepth(track.codecConfig());
      default -> 0;
    };
  }

  /** Audio channels; 0 for video and where the codec config does not say. */
  public static int channels(Track track) {
    ByteBuffer config = track.codecConfig();
    return switch (track.codec()) {
      case AAC -> AudioSpecificConfig.parse(config).map(AudioSpecificConfig::channels).orElse(0);
      case OPUS -> isOpus(config) ? config.get(config.position() + 1) & 0xff : 0;
      case PCMA, PCMU -> 1;
      default -> 0;
    };
  }

  /**
   * The config of an Opus track, a {@code dOps} payload (Encapsulation of Opus in ISO BMFF, 4.3.2;
   * mapping family 0, as RTP has it: RFC 7587).
   *
   * @param channels 1 or 2
   * @param preSkip samples at 48 kHz to be dropped at the start; 0 for a stream joined midway
   */
  public static ByteBuffer opusConfig(int channels, int preSkip, int inputSampleRateHz) {
    if (channels < 1 || channels > 2) {
      throw new IllegalArgumentException("channels must be 1 or 2: " + channels);
    }
    return ByteBuffer.allocate(OPUS_CONFIG_BYTES)
        .put((byte) 0)
        .put((byte) channels)
        .putShort((short) preSkip)
        .putInt(inputSampleRateHz)
        .putShort((short) 0)
        .put((byte) 0)
        .flip()
        .asReadOnlyBuffer();
  }

  private static boolean isOpus(ByteBuffer config) {
    int at = config.position();
    if (config.remaining() < OPUS_CONFIG_BYTES || config.get(at) != 0) {
      return false;
    }
    int channels = config.get(at + 1) & 0xff;
    int family = config.get(at + 10) & 0xff;
    int bytes = OPUS_CONFIG_BYTES + (family == 0 ? 0 : 2 + channels);
    return channels > 0 && config.remaining() >= bytes;
  }
}
