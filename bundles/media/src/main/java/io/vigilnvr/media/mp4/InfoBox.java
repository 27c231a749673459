package io.vigilnvr.media.mp4;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The box that {@link SegmentInfo} describes, both ways.
 *
 * @param tracks of the stream, all of them, without codec configs; empty if they do not make sense
 */
record InfoBox(SegmentInfo info, List<Track> tracks) {
  private static final long TYPE_HIGH = 0xb7c3e1d45a024f6bL;
  private static final long TYPE_LOW = 0x9d3861f0a2c47e95L;
  private static final int VERSION = 1;
  private static final int TEXT_AT = Boxes.HEADER_BYTES + 16 + 4;
  private static final int MAX_BYTES = 8192;

  static void write(BoxWriter out, SegmentInfo info, StreamFormat format) {
    int box = out.begin("uuid");
    out.u64(TYPE_HIGH);
    out.u64(TYPE_LOW);
    out.u32((long) VERSION << 24);
    String tracks =
        format.tracks().stream()
            .map(track -> track.number() + ":" + track.codec() + "/" + track.timescale())
            .collect(Collectors.joining(","));
    String text =
        String.join(
            "\n",
            "camera=" + info.camera(),
            "role=" + info.role(),
            "run=" + info.run(),
            "openSequence=" + info.openSequence(),
            "firstSequence=" + info.firstSequence(),
            "startedAt=" + info.startedAt(),
            "startTicks=" + info.startTicks(),
            "timescale=" + info.timescale(),
            "primaryTrack=" + info.primaryTrack(),
            "tracks=" + tracks,
            "");
    out.bytes(text.getBytes(StandardCharsets.UTF_8));
    out.end(box);
  }

  /** Whether a box, header included, is of this type; of whatever version. */
  static boolean is(ByteBuffer box) {
    return box.remaining() >= TEXT_AT
        && box.getInt(4) == Boxes.UUID
        && box.getLong(8) == TYPE_HIGH
        && box.getLong(16) == TYPE_LOW;
  }

  /** Reads a box, header included; empty if it is of another type or version, or broken. */
  static Optional<InfoBox> parse(ByteBuffer box) {
    if (!is(box) || box.get(24) != VERSION || box.remaining() > MAX_BYTES) {
      return Optional.empty();
    }
    String text =
        StandardCharsets.UTF_8.decode(box.slice(TEXT_AT, box.limit() - TEXT_AT)).toString();
    Map<String, String> values = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals > 0) {
                values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
              }
            });
    try {
      SegmentInfo info =
          new SegmentInfo(
              values.getOrDefault("camera", ""),
              values.getOrDefault("role", ""),
              number(values, "run"),
              number(values, "openSequence"),
              number(values, "firstSequence"),
              Instant.parse(values.getOrDefault("startedAt", "")),
              number(values, "startTicks"),
              Math.toIntExact(number(values, "timescale")),
              Math.toIntExact(number(values, "primaryTrack")));
      return Optional.of(new InfoBox(info, tracks(values.getOrDefault("tracks", ""))));
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static long number(Map<String, String> values, String key) {
    return Long.parseLong(values.getOrDefault(key, ""));
  }

  private static List<Track> tracks(String text) {
    List<Track> tracks = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      int colon = word.indexOf(':');
      int slash = word.indexOf('/');
      if (colon < 0 || slash < colon) {
        return List.of();
      }
      tracks.add(
          new Track(
              Integer.parseInt(word.substring(0, colon)),
              Codec.valueOf(word.substring(colon + 1, slash)),
              Integer.parseInt(word.substring(slash + 1)),
              ByteBuffer.allocate(0)));
    }
    return List.copyOf(tracks);
  }
}
