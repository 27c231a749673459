package io.vigilnvr.ingest.rtsp.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes packets, and notes what becomes of them. */
final class Rtp {
  static final int SSRC = 0x1122_3344;
  static final int TYPE = 96;

  private Rtp() {}

  static byte[] packet(int sequence, long timestamp, boolean marker, byte... payload) {
    return packet(SSRC, sequence, timestamp, marker, payload);
  }

  static byte[] packet(int ssrc, int sequence, long timestamp, boolean marker, byte... payload) {
    return ByteBuffer.allocate(12 + payload.length)
        .put((byte) 0x80)
        .put((byte) (TYPE | (marker ? 0x80 : 0)))
        .putShort((short) sequence)
        .putInt((int) timestamp)
        .putInt(ssrc)
        .put(payload)
        .array();
  }

  /** RFC 2326, 10.12. */
  static byte[] interleaved(int channel, byte[] packet) {
    return ByteBuffer.allocate(4 + packet.length)
        .put((byte) '$')
        .put((byte) channel)
        .putShort((short) packet.length)
        .put(packet)
        .array();
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }

  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Units as {@code ticks:payload}. */
  static final class Units implements Depacketizer.Output {
    final List<String> units = new ArrayList<>();
    long bytes;

    @Override
    public void unit(long ticks, ByteBuffer payload) {
      bytes += payload.remaining();
      units.add(ticks + ":" + hex(payload));
    }
  }
}
