package io.vigilnvr.tck;

import java.nio.ByteBuffer;

/**
 * Cuts access units into RTP payloads: H.264 by RFC 6184 (single, STAP-A, FU-A), H.265 by RFC 7798
 * (single, AP, FU), AAC by RFC 3640 (AAC-hbr), Opus by RFC 7587, G.711 by RFC 3551; and documents
 * of metadata by ONVIF's Streaming Specification.
 */
final class Packetizer {
  /** Most bytes of an RTP payload: fits an Ethernet frame. */
  static final int MAX_PAYLOAD = 1400;

  /** Takes packets; {@code open} writes the RTP header. */
  interface Packets {
    ByteBuffer open(boolean marker, long timestamp);

    void close();
  }

  private Packetizer() {}

  static void video(
      Sample.Video video, Picture picture, long timestamp, boolean markers, Packets out) {
    boolean h264 = video == Sample.Video.H264;
    for (int i = 0; i < picture.count; ) {
      if (picture.bytes[i] > MAX_PAYLOAD) {
        fragment(h264, picture, i, timestamp, markers, out);
        i++;
        continue;
      }
      int next = i + 1;
      int total = (h264 ? 1 : 2) + 2 + picture.bytes[i];
      while (next < picture.count && total + 2 + picture.bytes[next] <= MAX_PAYLOAD) {
        total += 2 + picture.bytes[next++];
      }
      ByteBuffer packet = out.open(markers && next == picture.count, timestamp);
      if (next - i > 1) {
        aggregate(h264, picture, i, next, packet);
      } else {
        packet.put(picture.nal[i], picture.offset[i], picture.bytes[i]);
      }
      out.close();
      i = next;
    }
  }

  private static void aggregate(boolean h264, Picture picture, int from, int to, ByteBuffer out) {
    if (h264) {
      int importance = 0;
      for (int i = from; i < to; i++) {
        importance = Math.max(importance, picture.nal[i][picture.offset[i]] & 0x60);
      }
      out.put((byte) (importance | 24));
    } else {
      out.put((byte) (48 << 1)).put((byte) 1);
    }
    for (int i = from; i < to; i++) {
      out.putShort((short) picture.bytes[i]);
      out.put(picture.nal[i], picture.offset[i], picture.bytes[i]);
    }
  }

  private static void fragment(
      boolean h264, Picture picture, int i, long timestamp, boolean markers, Packets out) {
    byte[] nal = picture.nal[i];
    int header = h264 ? 1 : 2;
    int at = picture.offset[i] + header;
    int end = picture.offset[i] + picture.bytes[i];
    int room = MAX_PAYLOAD - header - 1;
    byte first = nal[picture.offset[i]];
    for (boolean start = true; at < end; start = false) {
      int length = Math.min(room, end - at);
      boolean last = at + length == end;
      ByteBuffer packet = out.open(markers && last && i == picture.count - 1, timestamp);
      int flags = (start ? 0x80 : 0) | (last ? 0x40 : 0);
      if (h264) {
        packet.put((byte) ((first & 0xe0) | 28)).put((byte) (flags | (first & 0x1f)));
      } else {
        packet.put((byte) ((first & 0x81) | (49 << 1))).put(nal[picture.offset[i] + 1]);
        packet.put((byte) (flags | ((first >> 1) & 0x3f)));
      }
      packet.put(nal, at, length);
      out.close();
      at += length;
    }
  }

  /** A document in as many packets as it takes; the last one is marked: 5.1.2.1.1. */
  static void data(byte[] document, long timestamp, Packets out) {
    for (int at = 0; at < document.length; at += MAX_PAYLOAD) {
      int length = Math.min(MAX_PAYLOAD, document.length - at);
      out.open(at + length == document.length, timestamp).put(document, at, length);
      out.close();
    }
  }

  /** One AAC frame, one Opus packet, or 20 ms of G.711, in one packet. */
  static void audio(Sample sample, Sample.Unit unit, long timestamp, Packets out) {
    boolean aac = sample.audio.filter(audio -> audio.codec() == Sample.Sound.AAC).isPresent();
    ByteBuffer packet = out.open(aac, timestamp);
    if (aac) {
      packet.putShort((short) 16).putShort((short) (unit.bytes() << 3));
    }
    packet.put(sample.data, unit.offset(), unit.bytes());
    out.close();
  }
}
