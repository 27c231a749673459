package io.vigilnvr.media.mp4;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads tracks back from a {@code moov} that may be anything. */
final class MoovReader {
  private static final int VIDEO_ENTRY_BYTES = 78;
  private static final int AUDIO_ENTRY_BYTES = 28;
  private static final int MAX_TRACK = 16;

  private MoovReader() {}

  /** Takes the content of a {@code trak}. */
  static Optional<Track> track(ByteBuffer trak) {
    Optional<Integer> number = Boxes.find(trak, "tkhd").flatMap(box -> wordByVersion(box, 12, 20));
    Optional<ByteBuffer> mdia = Boxes.find(trak, "mdia");
    Optional<Integer> timescale =
        mdia.flatMap(box -> Boxes.find(box, "mdhd")).flatMap(box -> wordByVersion(box, 12, 20));
    Optional<ByteBuffer> entry =
        mdia.flatMap(box -> Boxes.find(box, "minf", "stbl", "stsd"))
            .flatMap(box -> Boxes.after(box, 8))
            .flatMap(box -> Boxes.in(box).stream().findFirst());
    if (number.isEmpty()
        || number.get() < 1
        || number.get() > MAX_TRACK
        || timescale.isEmpty()
        || timescale.get() < 1
        || entry.isEmpty()) {
      return Optional.empty();
    }
    return sample(entry.get(), number.get(), timescale.get());
  }

  private static Optional<Track> sample(ByteBuffer entry, int number, int timescale) {
    int type = entry.getInt(4);
    ByteBuffer content = Boxes.content(entry);
    if (type == Boxes.type("avc1") || type == Boxes.type("avc3")) {
      return config(content, VIDEO_ENTRY_BYTES, "avcC")
          .map(config -> new Track(number, Codec.H264, timescale, config));
    }
    if (type == Boxes.type("hvc1") || type == Boxes.type("hev1")) {
      return config(content, VIDEO_ENTRY_BYTES, "hvcC")
          .map(config -> new Track(number, Codec.H265, timescale, config));
    }
    if (type == Boxes.type("mp4a")) {
      return config(content, AUDIO_ENTRY_BYTES, "esds")
          .flatMap(MoovReader::audioSpecificConfig)
          .map(config -> new Track(number, Codec.AAC, timescale, config));
    }
    if (type == Boxes.type("Opus")) {
      return config(content, AUDIO_ENTRY_BYTES, "dOps")
          .map(config -> new Track(number, Codec.OPUS, timescale, config));
    }
    return Optional.empty();
  }

  private static Optional<ByteBuffer> config(ByteBuffer entry, int fixedBytes, String type) {
    return Boxes.after(entry, fixedBytes).flatMap(boxes -> Boxes.find(boxes, type));
  }

  /** DecoderSpecificInfo out of the nested descriptors of an {@code esds}. */
  private static Optional<ByteBuffer> audioSpecificConfig(ByteBuffer esds) {
    return Boxes.after(esds, 4)
        .flatMap(bytes -> descriptor(bytes, 3))
        .flatMap(bytes -> Boxes.after(bytes, 3))
        .flatMap(bytes -> descriptor(bytes, 4))
        .flatMap(bytes -> Boxes.after(bytes, 13))
        .flatMap(bytes -> descriptor(bytes, 5));
  }

  /** Content of the descriptor that bytes start with, if it has the tag and is whole. */
  private static Optional<ByteBuffer> descriptor(ByteBuffer bytes, int tag) {
    int at = bytes.position();
    if (!bytes.hasRemaining() || bytes.get(at++) != tag) {
      return Optional.empty();
    }
    int length = 0;
    for (int i = 0; i < 4 && at < bytes.limit(); i++) {
      int next = bytes.get(at++);
      length = length << 7 | (next & 0x7f);
      if (next >= 0) {
        return length <= bytes.limit() - at
            ? Optional.of(bytes.slice(at, length))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** A word whose place depends on the version that a box starts with. */
  private static Optional<Integer> wordByVersion(ByteBuffer box, int version0, int version1) {
    if (!box.hasRemaining()) {
      return Optional.empty();
    }
    int at = box.position() + (box.get(box.position()) == 1 ? version1 : version0);
    return at + 4 <= box.limit() ? Optional.of(box.getInt(at)) : Optional.empty();
  }
}
