package io.vigilnvr.media.mp4;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.codec.Picture;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Init segments: {@code ftyp} and a {@code moov} without samples (ISO/IEC 14496-12, 8.2.1; ISO/IEC
 * 14496-15 for video sample entries, ISO/IEC 14496-14 for AAC, Encapsulation of Opus in ISO BMFF).
 *
 * <p>Track numbers of the stream are track IDs. Tracks that {@link Codecs#isCarried MP4 does not
 * carry} are left out. There are no edit lists: presentation times count from the start of the run,
 * so with B-frames the first picture of a run is a few pictures late, and stays in step with audio.
 */
public final class InitSegments {
  private static final int MOVIE_TIMESCALE = 1000;
  private static final int UNDETERMINED_LANGUAGE = 0x55c4;
  private static final int FULL_PIXEL_72_DPI = 0x480000;
  private static final int NORMAL_RATE = 0x10000;
  private static final int FULL_VOLUME = 0x100;
  private static final int[] IDENTITY = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

  private InitSegments() {}

  /**
   * The init segment of a stream; read-only.
   *
   * @throws IllegalArgumentException if MP4 carries none of its tracks
   */
  public static ByteBuffer of(StreamFormat format) {
    return write(format, Optional.empty());
  }

  /**
   * The start of a recorded file: the init segment, with the info box between {@code ftyp} and
   * {@code moov}; read-only. Players skip the box.
   *
   * @throws IllegalArgumentException if MP4 carries none of the tracks
   */
  public static ByteBuffer of(StreamFormat format, SegmentInfo info) {
    return write(format, Optional.of(info));
  }

  /**
   * Takes the info box out again: what is returned equals {@link #of(StreamFormat)}. An init
   * segment without it comes back as it is.
   */
  public static ByteBuffer strip(ByteBuffer initWithInfo) {
    List<ByteBuffer> kept = new ArrayList<>();
    int bytes = 0;
    for (ByteBuffer box : Boxes.in(initWithInfo)) {
      if (!InfoBox.is(box)) {
        kept.add(box);
        bytes += box.remaining();
      }
    }
    ByteBuffer out = ByteBuffer.allocate(bytes);
    kept.forEach(out::put);
    return out.flip().asReadOnlyBuffer();
  }

  /**
   * What a stream's init segment, with or without info box, says of it. Tracks that MP4 does not
   * carry are there only if the info box tells of them.
   *
   * @return empty if it is not one of Vigil's: broken, or with tracks of other kinds or numbers
   */
  public static Optional<StreamFormat> format(ByteBuffer init) {
    Map<Integer, Track> tracks = new HashMap<>();
    List<Track> told = new ArrayList<>();
    for (ByteBuffer box : Boxes.in(init)) {
      InfoBox.parse(box).ifPresent(info -> told.addAll(info.tracks()));
      if (box.getInt(4) != Boxes.MOOV) {
        continue;
      }
      for (ByteBuffer child : Boxes.in(Boxes.content(box))) {
        if (child.getInt(4) == Boxes.type("trak")) {
          Optional<Track> track = MoovReader.track(Boxes.content(child));
          if (track.isEmpty() || tracks.put(track.get().number(), track.get()) != null) {
            return Optional.empty();
          }
        }
      }
    }
    if (tracks.isEmpty()) {
      return Optional.empty();
    }
    told.forEach(track -> tracks.putIfAbsent(track.number(), track));
    List<Track> ordered = new ArrayList<>();
    for (int number = 1; number <= tracks.size(); number++) {
      Track track = tracks.get(number);
      if (track == null) {
        return Optional.empty();
      }
      ordered.add(track);
    }
    return Optional.of(new StreamFormat(ordered));
  }

  private static ByteBuffer write(StreamFormat format, Optional<SegmentInfo> info) {
    List<Track> tracks = format.tracks().stream().filter(Codecs::isCarried).toList();
    if (tracks.isEmpty()) {
      throw new IllegalArgumentException("no track that MP4 carries");
    }
    BoxWriter out = new BoxWriter();
    int ftyp = out.begin("ftyp");
    // iso5 has default-base-is-moof, iso6 the versions of trun and tfdt that are used here.
    out.fourcc("iso6");
    out.u32(0);
    for (String brand : List.of("iso5", "iso6", "mp41")) {
      out.fourcc(brand);
    }
    out.end(ftyp);
    info.ifPresent(said -> InfoBox.write(out, said, format));
    int moov = out.begin("moov");
    movieHeader(out, tracks.get(tracks.size() - 1).number() + 1);
    for (Track track : tracks) {
      track(out, track);
    }
    int mvex = out.begin("mvex");
    for (Track track : tracks) {
      int trex = out.begin("trex", 0, 0);
      out.u32(track.number());
      out.u32(1);
      out.zeros(12);
      out.end(trex);
    }
    out.end(mvex);
    out.end(moov);
    return out.toBuffer();
  }

  private static void movieHeader(BoxWriter out, int nextTrack) {
    int mvhd = out.begin("mvhd", 0, 0);
    out.zeros(8);
    out.u32(MOVIE_TIMESCALE);
    out.u32(0);
    out.u32(NORMAL_RATE);
    out.u16(FULL_VOLUME);
    out.zeros(10);
    matrix(out);
    out.zeros(24);
    out.u32(nextTrack);
    out.end(mvhd);
  }

  private static void matrix(BoxWriter out) {
    for (int value : IDENTITY) {
      out.u32(value);
    }
  }

  private static void track(BoxWriter out, Track track) {
    boolean video = track.codec().isVideo();
    Picture picture = Codecs.picture(track).orElse(new Picture(1, 1, 1, 1, 0));
    int trak = out.begin("trak");
    int tkhd = out.begin("tkhd", 0, 3);
    out.zeros(8);
    out.u32(track.number());
    // Reserved, duration, reserved, layer; then the alternate group: one audio is played at a time.
    out.zeros(18);
    out.u16(video ? 0 : 1);
    out.u16(video ? 0 : FULL_VOLUME);
    out.u16(0);
    matrix(out);
    out.u32(video ? shownWidth(picture) : 0);
    out.u32(video ? (long) picture.heightPx() << 16 : 0);
    out.end(tkhd);
    int mdia = out.begin("mdia");
    int mdhd = out.begin("mdhd", 0, 0);
    out.zeros(8);
    out.u32(track.timescale());
    out.u32(0);
    out.u16(UNDETERMINED_LANGUAGE);
    out.u16(0);
    out.end(mdhd);
    int hdlr = out.begin("hdlr", 0, 0);
    out.u32(0);
    out.fourcc(video ? "vide" : "soun");
    // Three reserved words, and an empty name with its terminator.
    out.zeros(13);
    out.end(hdlr);
    int minf = out.begin("minf");
    if (video) {
      out.empty("vmhd", 0, 1, 8);
    } else {
      out.empty("smhd", 0, 0, 4);
    }
    int dinf = out.begin("dinf");
    int dref = out.begin("dref", 0, 0);
    out.u32(1);
    // Flag 1: the media is in this file.
    out.empty("url ", 0, 1, 0);
    out.end(dref);
    out.end(dinf);
    int stbl = out.begin("stbl");
    int stsd = out.begin("stsd", 0, 0);
    out.u32(1);
    if (video) {
      videoEntry(out, track, picture);
    } else {
      audioEntry(out, track);
    }
    out.end(stsd);
    out.empty("stts", 0, 0, 4);
    out.empty("stsc", 0, 0, 4);
    out.empty("stsz", 0, 0, 8);
    out.empty("stco", 0, 0, 4);
    out.end(stbl);
    out.end(minf);
    out.end(mdia);
    out.end(trak);
  }

  /** 16.16 fixed point, with pixels made square. */
  private static long shownWidth(Picture picture) {
    long width = ((long) picture.widthPx() << 16) * picture.pixelWidth() / picture.pixelHeight();
    return Math.min(width, 0xffffffffL);
  }

  private static void videoEntry(BoxWriter out, Track track, Picture picture) {
    boolean avc = track.codec() == Codec.H264;
    int entry = out.begin(avc ? "avc1" : "hvc1");
    out.zeros(6);
    out.u16(1);
    out.zeros(16);
    out.u16(picture.widthPx());
    out.u16(picture.heightPx());
    out.u32(FULL_PIXEL_72_DPI);
    out.u32(FULL_PIXEL_72_DPI);
    out.u32(0);
    out.u16(1);
    out.zeros(32);
    out.u16(24);
    out.u16(0xffff);
    int config = out.begin(avc ? "avcC" : "hvcC");
    out.bytes(track.codecConfig());
    out.end(config);
    if (picture.pixelWidth() != picture.pixelHeight()) {
      int pasp = out.begin("pasp");
      out.u32(picture.pixelWidth());
      out.u32(picture.pixelHeight());
      out.end(pasp);
    }
    out.end(entry);
  }

  private static void audioEntry(BoxWriter out, Track track) {
    boolean aac = track.codec() == Codec.AAC;
    int entry = out.begin(aac ? "mp4a" : "Opus");
    out.zeros(6);
    out.u16(1);
    out.zeros(8);
    out.u16(Math.max(1, Codecs.channels(track)));
    out.u16(16);
    out.zeros(4);
    // 16.16; a higher rate does not fit and is said by the config.
    out.u32(track.timescale() <= 0xffff ? (long) track.timescale() << 16 : 0);
    if (aac) {
      elementaryStream(out, track.codecConfig());
    } else {
      int config = out.begin("dOps");
      out.bytes(track.codecConfig());
      out.end(config);
    }
    out.end(entry);
  }

  /** The {@code esds} box (ISO/IEC 14496-14, 5.6.1; descriptors: ISO/IEC 14496-1, 7.2.6). */
  private static void elementaryStream(BoxWriter out, ByteBuffer config) {
    int specific = config.remaining();
    int decoder = 13 + 5 + specific;
    int esds = out.begin("esds", 0, 0);
    descriptor(out, 3, 3 + 5 + decoder + 5 + 1);
    out.zeros(3);
    descriptor(out, 4, decoder);
    // MPEG-4 audio, an audio stream; buffer size and bit rates unknown.
    out.u8(0x40);
    out.u8(0x15);
    out.zeros(11);
    descriptor(out, 5, specific);
    out.bytes(config);
    descriptor(out, 6, 1);
    out.u8(2);
    out.end(esds);
  }

  /** Tag, and length in the form of four bytes. */
  private static void descriptor(BoxWriter out, int tag, int length) {
    out.u8(tag);
    for (int shift = 21; shift >= 0; shift -= 7) {
      out.u8((shift > 0 ? 0x80 : 0) | (length >> shift & 0x7f));
    }
  }
}
