package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.media.mp4.SegmentInfo;
import io.vigilnvr.media.mp4.SegmentReader;
import io.vigilnvr.media.mp4.SegmentReader.Part;
import io.vigilnvr.media.mp4.SegmentReader.Scan;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;

/**
 * What a file that was not ended holds, as its boxes tell.
 *
 * @param parts at least one; up to the last that is whole and sound
 * @param wholeBytes where the file is to be cut
 */
record Unsealed(
    String path,
    SegmentInfo info,
    StreamFormat format,
    int initBytes,
    List<Part> parts,
    long wholeBytes) {
  /**
   * Parts from the end that are looked into: more than come between two syncs. What was synced
   * before is sound.
   */
  private static final int SUSPECTS = 512;

  Unsealed {
    parts = List.copyOf(parts);
  }

  /** What became of an attempt to read a file. */
  enum Content {
    /** It has fragments. */
    MEDIA,
    /** A header and nothing more, or not even that: nothing is lost with it. */
    EMPTY,
    /** Something, but not what we write. */
    FOREIGN
  }

  /**
   * @param unsealed there if the content is {@code MEDIA}
   */
  record Reading(Content content, Optional<Unsealed> unsealed) {}

  /**
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  static Reading read(Volume volume, String path) throws IOException {
    try (SeekableByteChannel file = volume.read(path)) {
      Scan scan = SegmentReader.scan(file);
      if (scan.info().isEmpty() || scan.format().isEmpty()) {
        return new Reading(file.size() == 0 ? Content.EMPTY : Content.FOREIGN, Optional.empty());
      }
      int sound = sound(file, scan, scan.format().get());
      if (sound == 0) {
        boolean nothing = file.size() <= scan.initBytes();
        return new Reading(nothing ? Content.EMPTY : Content.FOREIGN, Optional.empty());
      }
      List<Part> parts = scan.parts().subList(0, sound);
      Part last = parts.get(sound - 1);
      boolean whole = sound == scan.parts().size();
      return new Reading(
          Content.MEDIA,
          Optional.of(
              new Unsealed(
                  path,
                  scan.info().get(),
                  scan.format().get(),
                  scan.initBytes(),
                  parts,
                  whole && scan.sealed() ? scan.wholeBytes() : last.offset() + last.bytes())));
    }
  }

  /** How many parts from the start are sound. */
  private static int sound(SeekableByteChannel file, Scan scan, StreamFormat format)
      throws IOException {
    List<Part> parts = scan.parts();
    for (int i = Math.max(0, parts.size() - SUSPECTS); i < parts.size(); i++) {
      if (!SegmentReader.isSound(file, format, parts.get(i))) {
        return i;
      }
    }
    return parts.size();
  }

  /** What of it comes before a number; empty if nothing does. */
  Optional<Unsealed> before(long sequence) {
    if (nextSequence() <= sequence) {
      return Optional.of(this);
    }
    List<Part> some = parts.stream().takeWhile(part -> part.lastSequence() < sequence).toList();
    if (some.isEmpty()) {
      return Optional.empty();
    }
    Part last = some.get(some.size() - 1);
    return Optional.of(
        new Unsealed(path, info, format, initBytes, some, last.offset() + last.bytes()));
  }

  StreamId stream() {
    return OpenSegment.streamOf(info);
  }

  long nextSequence() {
    return parts.get(parts.size() - 1).lastSequence() + 1;
  }

  long accessUnits() {
    return parts.stream().mapToLong(part -> part.lastSequence() - part.firstSequence() + 1).sum();
  }

  private long endTicks() {
    return parts.stream()
        .filter(part -> part.track() == info.primaryTrack())
        .mapToLong(part -> part.dtsTicks() + part.durationTicks())
        .max()
        .orElse(info.startTicks());
  }

  Segment row(VolumeId volume, Segment.State state, Optional<String> sha256) {
    long endTicks = endTicks();
    return new Segment(
        SegmentNames.id(stream(), info.firstSequence()),
        stream(),
        info.run(),
        info.startedAt(),
        OpenSegment.at(info, endTicks),
        info.startTicks(),
        endTicks,
        info.timescale(),
        initBytes,
        wholeBytes,
        accessUnits(),
        info.firstSequence(),
        nextSequence() - 1,
        OpenSegment.codecs(format),
        parts.stream()
            .filter(Part::keyframe)
            .map(part -> new Segment.Keyframe(part.offset(), part.dtsTicks()))
            .toList(),
        sha256,
        state,
        volume,
        path);
  }
}
