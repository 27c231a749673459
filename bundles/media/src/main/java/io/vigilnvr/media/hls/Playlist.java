package io.vigilnvr.media.hls;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Writes a media playlist of recorded files (RFC 8216, 4.3; version 7), line by line as it is told,
 * so that the playlist of a day takes no memory. One file gives many parts, each a range of its
 * bytes that starts with a keyframe; {@code ftyp} and {@code moov} at its start are the init
 * segment.
 *
 * <pre>{@code
 * Playlist playlist = Playlist.vod(out, longestPart);
 * playlist.map("segments/a.mp4", initBytes);
 * playlist.at(startedAt);
 * playlist.part("segments/a.mp4", offset, bytes, duration);   // and so on
 * playlist.discontinuity();                                   // another run
 * playlist.map("segments/b.mp4", initBytes);
 * …
 * playlist.end();
 * }</pre>
 *
 * <p>Between parts of one run no discontinuity is needed, although they are in several files: their
 * times go on. Call {@link #discontinuity} where another run starts.
 */
public final class Playlist {
  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final int NANOS_IN_MICRO = 1000;

  private final Appendable out;
  private Optional<String> map = Optional.empty();
  private boolean parts;

  private Playlist(Appendable out) {
    this.out = out;
  }

  /**
   * Starts a playlist of something that is over.
   *
   * @param longestPart no part lasts longer; a player may refuse the playlist otherwise
   */
  public static Playlist vod(Appendable out, Duration longestPart) throws IOException {
    // Each part, rounded to the nearest second, must not exceed it (4.3.3.1): rounding up holds.
    long target = Math.max(1, longestPart.plusNanos(999_999_999).toSeconds());
    out.append("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:")
        .append(Long.toString(target))
        .append("\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n")
        .append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    return new Playlist(out);
  }

  /**
   * Says which init segment the parts that follow have: the first bytes of a file. Written only if
   * it is another one than before.
   *
   * @throws IllegalArgumentException if the URI has quotes, spaces or control characters
   */
  public void map(String uri, int initBytes) throws IOException {
    String line = "#EXT-X-MAP:URI=\"" + checked(uri) + "\",BYTERANGE=\"" + initBytes + "@0\"\n";
    if (!map.equals(Optional.of(line))) {
      out.append(line);
      map = Optional.of(line);
    }
  }

  /** Says when the part that follows was recorded; in milliseconds. */
  public void at(Instant instant) throws IOException {
    out.append("#EXT-X-PROGRAM-DATE-TIME:")
        .append(INSTANT.format(instant.truncatedTo(ChronoUnit.MILLIS)))
        .append('\n');
  }

  /**
   * Says that the times, the tracks or the codec config of the parts that follow are others. Before
   * the first part it says nothing, and is not written.
   */
  public void discontinuity() throws IOException {
    if (parts) {
      out.append("#EXT-X-DISCONTINUITY\n");
    }
  }

  /**
   * Adds a part.
   *
   * @param uri of the file, relative to the playlist
   * @param offset in the file, of a keyframe's fragment
   * @param bytes up to the next part
   * @throws IllegalArgumentException if the URI has quotes, spaces or control characters, or the
   *     range is empty
   */
  public void part(String uri, long offset, long bytes, Duration duration) throws IOException {
    if (offset < 0 || bytes < 1 || duration.isNegative()) {
      throw new IllegalArgumentException("no such part: " + bytes + "@" + offset);
    }
    String name = checked(uri);
    String micros = Integer.toString(1_000_000 + duration.getNano() / NANOS_IN_MICRO);
    out.append("#EXTINF:")
        .append(Long.toString(duration.getSeconds()))
        .append('.')
        .append(micros, 1, micros.length())
        .append(",\n#EXT-X-BYTERANGE:")
        .append(Long.toString(bytes))
        .append('@')
        .append(Long.toString(offset))
        .append('\n')
        .append(name)
        .append('\n');
    parts = true;
  }

  /** Says that there are no more parts. */
  public void end() throws IOException {
    out.append("#EXT-X-ENDLIST\n");
  }

  private static String checked(String uri) {
    for (int i = 0; i < uri.length(); i++) {
      if (uri.charAt(i) <= ' ' || uri.charAt(i) == '"' || uri.charAt(i) == 0x7f) {
        throw new IllegalArgumentException("not a URI for a playlist: " + uri);
      }
    }
    if (uri.isEmpty() || uri.charAt(0) == '#') {
      throw new IllegalArgumentException("not a URI for a playlist: " + uri);
    }
    return uri;
  }
}
