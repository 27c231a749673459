package io.vigilnvr.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a simulated camera writes into each picture: a {@code user_data_unregistered} SEI message
 * (ITU-T H.264, D.1.6; H.265, D.2.6) with a fixed UUID and plain text, so it needs no emulation
 * prevention and is found in RTP payloads, Annex B streams and MP4 files alike.
 *
 * @param camera name and stream, e.g. {@code front/main}
 * @param number counts the pictures of the stream, in decoding order, since the camera started;
 *     goes on through loops, lost connections and changes of the sample
 * @param sentMicros when it was sent, wall clock, microseconds since 1970
 */
public record FrameMark(String camera, long number, long sentMicros) {
  /** Without a zero byte, so that it can stand in a NAL unit as it is. */
  private static final byte[] UUID = "Vigil frame mark".getBytes(StandardCharsets.ISO_8859_1);

  private static final int LONGEST = 120;

  /** All marks in these bytes, in the order they stand there. The buffer is left as it was. */
  public static List<FrameMark> in(ByteBuffer bytes) {
    var marks = new ArrayList<FrameMark>();
    for (int at = bytes.position(); at <= bytes.limit() - UUID.length; ) {
      // The last byte of the UUID decides how far the window can move.
      if (bytes.get(at + UUID.length - 1) != 'k') {
        at++;
      } else if (isUuid(bytes, at)) {
        parse(bytes, at + UUID.length).ifPresent(marks::add);
        at += UUID.length;
      } else {
        at++;
      }
    }
    return marks;
  }

  public static List<FrameMark> in(byte[] bytes) {
    return in(ByteBuffer.wrap(bytes));
  }

  /** All marks in a file, in the order they stand there. */
  public static List<FrameMark> in(Path file) throws IOException {
    try (var channel = FileChannel.open(file)) {
      return in(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    }
  }

  /**
   * What is wrong with marks that should follow each other without a hole; empty if nothing is.
   * Names the first numbers that are missing, there twice, or out of order.
   */
  public static Optional<String> problem(List<FrameMark> marks) {
    for (int i = 1; i < marks.size(); i++) {
      long before = marks.get(i - 1).number;
      long number = marks.get(i).number;
      if (number == before) {
        return Optional.of("frame " + number + " is there twice");
      }
      if (number < before) {
        return Optional.of("frame " + number + " comes after " + before);
      }
      if (number > before + 1) {
        return Optional.of("frames " + (before + 1) + " to " + (number - 1) + " are missing");
      }
    }
    return Optional.empty();
  }

  /** Writes the SEI NAL unit; returns its length. */
  static int write(byte[] out, Sample.Video video, byte[] camera, long number, long sentMicros) {
    int at = 0;
    if (video == Sample.Video.H264) {
      out[at++] = 6;
    } else {
      out[at++] = 39 << 1;
      out[at++] = 1;
    }
    out[at++] = 5;
    int length = at++;
    System.arraycopy(UUID, 0, out, at, UUID.length);
    at += UUID.length;
    System.arraycopy(camera, 0, out, at, camera.length);
    at += camera.length;
    out[at++] = ' ';
    at = decimal(out, at, number);
    out[at++] = ' ';
    at = decimal(out, at, sentMicros);
    out[at++] = '\n';
    out[length] = (byte) (at - length - 1);
    out[at++] = (byte) 0x80;
    return at;
  }

  /** The most bytes that {@link #write} makes. */
  static int maxBytes(byte[] camera) {
    return 4 + UUID.length + camera.length + 44;
  }

  private static int decimal(byte[] out, int at, long value) {
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = value;
    for (int i = at + digits - 1; i >= at; i--) {
      out[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return at + digits;
  }

  private static boolean isUuid(ByteBuffer bytes, int at) {
    for (int i = 0; i < UUID.length; i++) {
      if (bytes.get(at + i) != UUID[i]) {
        return false;
      }
    }
    return true;
  }

  private static Optional<FrameMark> parse(ByteBuffer bytes, int at) {
    var text = new StringBuilder();
    for (int i = at; i < bytes.limit() && i < at + LONGEST && bytes.get(i) != '\n'; i++) {
      text.append((char) (bytes.get(i) & 0xff));
    }
    String[] words = text.toString().split(" ", -1);
    try {
      return words.length == 3
          ? Optional.of(new FrameMark(words[0], Long.parseLong(words[1]), Long.parseLong(words[2])))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
