package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.media.codec.AudioSpecificConfig;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.codec.NalUnits;
import io.vigilnvr.media.mp4.Fragments;
import io.vigilnvr.media.mp4.InitSegments;
import io.vigilnvr.media.mp4.SegmentInfo;
import io.vigilnvr.media.mp4.Trailer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A stream as the recorder would have left it on disk: 25 pictures a second, a keyframe each two
 * seconds, and sound, encoded by ffmpeg.
 */
final class RecordedStream {
  static final int FRAMES_PER_GOP = 50;
  private static final int VIDEO_TICKS = 3600;
  private static final int AUDIO_TICKS = 1024;

  private final List<ByteBuffer> pictures;
  private final List<ByteBuffer> sounds;
  private final StreamFormat format;
  private long nextSequence = 1;

  private RecordedStream(List<ByteBuffer> pictures, List<ByteBuffer> sounds, StreamFormat format) {
    this.pictures = pictures;
    this.sounds = sounds;
    this.format = format;
  }

  static RecordedStream make(Path folder, int seconds, String size) throws Exception {
    Path h264 = folder.resolve("v" + size + ".h264");
    Path adts = folder.resolve("a.aac");
    Tool.ffmpeg(
        "-y",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=" + size + ":rate=25:duration=" + seconds,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-bf",
        "0",
        "-g",
        "50",
        "-keyint_min",
        "50",
        "-sc_threshold",
        "0",
        "-x264-params",
        "aud=1:repeat-headers=1",
        "-pix_fmt",
        "yuv420p",
        "-f",
        "h264",
        h264.toString());
    Tool.ffmpeg(
        "-y",
        "-f",
        "lavfi",
        "-i",
        "sine=sample_rate=48000:duration=" + seconds,
        "-c:a",
        "aac",
        "-f",
        "adts",
        adts.toString());
    List<ByteBuffer> pictures = pictures(Files.readAllBytes(h264));
    List<ByteBuffer> sounds = sounds(Files.readAllBytes(adts));
    ByteBuffer config =
        NalUnits.codecConfig(Codec.H264, NalUnits.parameterSets(Codec.H264, pictures.get(0)))
            .orElseThrow();
    var format =
        new StreamFormat(
            List.of(
                new Track(1, Codec.H264, 90_000, config),
                new Track(2, Codec.AAC, 48_000, new AudioSpecificConfig(2, 48_000, 1).encode())));
    return new RecordedStream(pictures, sounds, format);
  }

  private static List<ByteBuffer> pictures(byte[] annexB) {
    var starts = new ArrayList<Integer>();
    for (int i = 0; i + 4 < annexB.length; i++) {
      if (annexB[i] == 0 && annexB[i + 1] == 0 && annexB[i + 2] == 1 && (annexB[i + 3] & 31) == 9) {
        starts.add(i > 0 && annexB[i - 1] == 0 ? i - 1 : i);
      }
    }
    starts.add(annexB.length);
    var pictures = new ArrayList<ByteBuffer>();
    for (int i = 0; i + 1 < starts.size(); i++) {
      ByteBuffer unit = ByteBuffer.wrap(annexB, starts.get(i), starts.get(i + 1) - starts.get(i));
      ByteBuffer target =
          ByteBuffer.allocate(NalUnits.lengthPrefixedBytes(Codec.H264, unit.slice()));
      NalUnits.toLengthPrefixed(Codec.H264, unit.slice(), target);
      pictures.add(target.flip());
    }
    return pictures;
  }

  private static List<ByteBuffer> sounds(byte[] adts) {
    var sounds = new ArrayList<ByteBuffer>();
    int at = 0;
    while (at + 7 <= adts.length) {
      int length =
          (adts[at + 3] & 3) << 11 | (adts[at + 4] & 0xff) << 3 | (adts[at + 5] & 0xff) >> 5;
      int header = (adts[at + 1] & 1) == 1 ? 7 : 9;
      sounds.add(ByteBuffer.wrap(adts, at + header, length - header).slice());
      at += length;
    }
    return sounds;
  }

  /** Lets so many units be missing before the next that is recorded. */
  void skip(int units) {
    nextSequence += units;
  }

  /** Records a run of whole GOPs in segments of so many GOPs. */
  List<Segment> record(
      FakeBackend.FakeRecordings into,
      Path folder,
      StreamId stream,
      long run,
      Instant start,
      int gops,
      int gopsInSegment)
      throws IOException {
    var units = new ArrayList<AccessUnit>();
    Track video = format.track(1);
    Track audio = format.track(2);
    int frames = gops * FRAMES_PER_GOP;
    int nextSound = 0;
    for (int i = 0; i < frames; i++) {
      units.add(
          unit(1, (long) i * VIDEO_TICKS, i % FRAMES_PER_GOP == 0, pictures.get(i), start, 90_000));
      while ((long) nextSound * AUDIO_TICKS * 25 < (i + 1L) * 48_000) {
        units.add(
            unit(
                2,
                (long) nextSound * AUDIO_TICKS,
                true,
                sounds.get(nextSound % sounds.size()),
                start,
                48_000));
        nextSound++;
      }
    }
    var segments = new ArrayList<Segment>();
    int from = 0;
    while (from < units.size()) {
      int to = from + 1;
      int keyframes = 1;
      while (to < units.size()) {
        if (units.get(to).track() == 1 && units.get(to).keyframe() && ++keyframes > gopsInSegment) {
          break;
        }
        to++;
      }
      segments.add(segment(folder, stream, run, units.subList(from, to), video, audio, into));
      from = to;
    }
    into.segments.addAll(segments);
    into.segments.sort(Comparator.comparing(Segment::startedAt));
    return segments;
  }

  private AccessUnit unit(
      int track, long ticks, boolean keyframe, ByteBuffer payload, Instant start, int timescale) {
    ByteBuffer buffer = ByteBuffer.allocate(AccessUnit.HEADROOM + payload.remaining());
    buffer.position(AccessUnit.HEADROOM).put(payload.duplicate()).position(0);
    Instant captured = start.plus(Duration.ofNanos(ticks * 1_000_000_000 / timescale));
    return new AccessUnit(nextSequence++, track, captured, ticks, ticks, keyframe, buffer);
  }

  private Segment segment(
      Path folder,
      StreamId stream,
      long run,
      List<AccessUnit> units,
      Track video,
      Track audio,
      FakeBackend.FakeRecordings into)
      throws IOException {
    AccessUnit first = units.get(0);
    AccessUnit last = units.get(units.size() - 1);
    var out = new ByteArrayOutputStream();
    var info =
        new SegmentInfo(
            stream.camera().value(),
            stream.role().word(),
            run,
            1,
            first.sequence(),
            first.captured(),
            first.dtsTicks(),
            90_000,
            1);
    write(out, InitSegments.of(format, info));
    int initBytes = out.size();
    var keyframes = new ArrayList<Segment.Keyframe>();
    var trailer = new ArrayList<Trailer.Keyframe>();
    int pictureCount = 0;
    for (AccessUnit unit : units) {
      Fragment fragment =
          unit.track() == 1
              ? Fragments.wrap(unit, video, true, VIDEO_TICKS)
              : Fragments.wrap(unit, audio, false, AUDIO_TICKS);
      if (unit.track() == 1) {
        pictureCount++;
        if (unit.keyframe()) {
          keyframes.add(new Segment.Keyframe(out.size(), unit.dtsTicks()));
          trailer.add(new Trailer.Keyframe(out.size(), unit.dtsTicks()));
        }
      }
      write(out, fragment.bytes().duplicate());
    }
    write(out, Trailer.mfra(1, trailer));
    String id = stream.camera() + "-" + stream.role().word() + "-" + first.sequence();
    Path file = folder.resolve(id + ".mp4");
    Files.write(file, out.toByteArray());
    into.files.put(id, file);
    long ticks = (long) pictureCount * VIDEO_TICKS;
    return new Segment(
        id,
        stream,
        run,
        first.captured(),
        first.captured().plus(Duration.ofMillis(ticks / 90)),
        first.dtsTicks(),
        first.dtsTicks() + ticks,
        90_000,
        initBytes,
        out.size(),
        units.size(),
        first.sequence(),
        last.sequence(),
        Codecs.mime(format),
        keyframes,
        Optional.of("a".repeat(64)),
        Segment.State.SEALED,
        new VolumeId("first"),
        file.getFileName().toString());
  }

  private static void write(ByteArrayOutputStream out, ByteBuffer bytes) {
    var array = new byte[bytes.remaining()];
    bytes.get(array);
    out.write(array, 0, array.length);
  }
}
