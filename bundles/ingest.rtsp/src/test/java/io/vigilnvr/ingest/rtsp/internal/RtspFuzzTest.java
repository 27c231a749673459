package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.media.codec.NalUnits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whatever a camera sends: what it is, or a fault, and never an exception; and nothing costs much
 * more memory than was sent.
 */
final class RtspFuzzTest {
  private static final long SLACK_BYTES = 4096;

  /** How the bytes of one input are given to several calls: a length, and so many bytes. */
  private static void each(byte[] data, Packets packets) throws Fault {
    ByteBuffer in = ByteBuffer.wrap(data);
    for (int at = 0; at + 1 < data.length; ) {
      int length = Math.min(((data[at] & 0x7) << 8) | (data[at + 1] & 0xff), data.length - at - 2);
      packets.packet(in, at + 2, length, data[at] & 0xff);
      at += 2 + length;
    }
  }

  private interface Packets {
    void packet(ByteBuffer in, int at, int length, int choice) throws Fault;
  }

  @FuzzTest(maxDuration = "30s")
  void messages(byte[] data) {
    var reader = new MessageReader();
    ByteBuffer in = ByteBuffer.wrap(data);
    try {
      while (in.hasRemaining()) {
        int before = in.remaining();
        reader
            .read(in)
            .ifPresent(
                message -> {
                  assertThat(reader.isInside()).isFalse();
                  message.headers().first("CSeq");
                });
        assertThat(in.remaining()).isLessThan(before);
      }
    } catch (Fault e) {
      assertThat(e).hasMessageContaining("camera");
    }
  }

  @FuzzTest(maxDuration = "30s")
  void challenges(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    var authorization = new Authorization(Optional.of(new Credentials("u", "p\"w")), true);
    try {
      authorization.challenged(List.of(text, text.toUpperCase(Locale.ROOT)));
      String header = authorization.header("DESCRIBE", "rtsp://192.0.2.1/").orElseThrow();
      assertThat(header.chars()).noneMatch(c -> c < ' ' || c == 127);
      assertThat(header.length()).isLessThan(3 * text.length() + 1000);
    } catch (Fault e) {
      assertThat(e).hasMessageContaining("camera");
    }
  }

  @FuzzTest(maxDuration = "30s")
  void descriptions(byte[] data) {
    try {
      Sdp sdp = Sdp.parse(new String(data, StandardCharsets.UTF_8));
      assertThat(sdp.media()).hasSizeLessThanOrEqualTo(16);
      var conversation = new Sink();
      for (var track : new Presentation(conversation).choose(sdp)) {
        assertThat(track.timescale()).isPositive();
        track.depacketizer().packet(ByteBuffer.allocate(20), 3, 10, 0, true, false);
      }
    } catch (Fault e) {
      assertThat(e).hasMessageContaining("camera");
    }
  }

  /** A whole session, from the first answer on. */
  @FuzzTest(maxDuration = "60s")
  void sessions(byte[] data) throws IOException {
    try (var conversation = new Conversation(request -> new byte[0])) {
      conversation.wire.pieces(1 + data.length % 97);
      conversation.wire.send(data);
      conversation.wire.hangUp();
      conversation.talk();
      for (int i = 0; i < 4; i++) {
        conversation.later(Duration.ofSeconds(4));
      }
      assertThat(conversation.failures).hasSize(1);
      assertThat(conversation.bytes).isLessThan(2L * data.length + SLACK_BYTES);
      assertThat(conversation.wire.requests()).hasSizeLessThan(200);
    }
  }

  /** Messages and packets told apart: each byte is part of one thing at most. */
  @FuzzTest(maxDuration = "30s")
  void frames(byte[] data) throws IOException {
    var wire = new FakeWire(request -> new byte[0]);
    wire.pieces(1 + data.length % 61);
    wire.send(data);
    long[] bytes = new long[1];
    var framing =
        new Framing(
            wire,
            new Framing.Taker() {
              @Override
              public boolean isPlaying() {
                return data.length % 2 == 0;
              }

              @Override
              public boolean isChannel(int channel) {
                return channel < 4;
              }

              @Override
              public boolean packet(int channel, ByteBuffer in, int at, int length, long nanos) {
                assertThat(at + length).isLessThanOrEqualTo(in.limit());
                bytes[0] += 4 + length;
                return channel % 2 == 0;
              }

              @Override
              public void message(RtspMessage message) {
                bytes[0] += "A\n\n".length();
              }
            });
    ByteBuffer scratch = ByteBuffer.allocate(256 * 1024);
    try {
      for (int turn = 0; wire.taken < data.length && turn < 1000; turn++) {
        framing.read(scratch, System.nanoTime());
      }
      assertThat(wire.taken).isEqualTo(data.length);
    } catch (Fault e) {
      assertThat(e).hasMessageContaining("camera");
    }
    assertThat(bytes[0]).isLessThanOrEqualTo(data.length);
  }

  @FuzzTest(maxDuration = "30s")
  void packets(byte[] data) throws Fault {
    var units = new long[1];
    var receiver =
        new RtpReceiver(
            Rtp.TYPE,
            90_000,
            (in, at, length, ticks, marker, gap) -> {
              assertThat(length).isNotNegative();
              assertThat(at + length).isLessThanOrEqualTo(in.capacity());
              units[0] += length;
            });
    ByteBuffer report = ByteBuffer.allocate(64);
    each(
        data,
        (in, at, length, choice) -> {
          assertThat(receiver.packet(in, at, length, choice)).isBetween(0, 2999);
          receiver.report(report.clear(), 1, choice * 1_000_000_000L);
        });
    assertThat(units[0]).isLessThanOrEqualTo(data.length);
  }

  @FuzzTest(maxDuration = "30s")
  void reports(byte[] data) throws Fault {
    var receiver = new RtpReceiver(Rtp.TYPE, 90_000, (in, at, length, ticks, marker, gap) -> {});
    byte[] packet = Rtp.packet(1, 0, false, (byte) 1);
    receiver.packet(ByteBuffer.wrap(packet), 0, packet.length, 0);
    ByteBuffer report = ByteBuffer.allocate(64);
    each(
        data,
        (in, at, length, choice) -> {
          receiver.control(in, at, length, choice);
          receiver.report(report.clear(), 1, choice * 1_000_000_000L);
          assertThat(report.position()).isEqualTo(48);
        });
  }

  private static void video(byte[] data, Codec codec) throws Fault {
    long[] bytes = new long[1];
    var depacketizer =
        new VideoDepacketizer(
            codec,
            (ticks, payload) -> {
              bytes[0] += payload.remaining();
              assertThat(NalUnits.isWellFormed(payload)).isTrue();
            },
            nal -> bytes[0] += nal.length);
    each(
        data,
        (in, at, length, choice) ->
            depacketizer.packet(
                in, at, length, choice >> 5, (choice & 0x10) != 0, (choice & 0x8) != 0));
    assertThat(bytes[0]).isLessThanOrEqualTo(2L * data.length + SLACK_BYTES);
  }

  @FuzzTest(maxDuration = "30s")
  void h264(byte[] data) throws Fault {
    video(data, Codec.H264);
  }

  @FuzzTest(maxDuration = "30s")
  void h265(byte[] data) throws Fault {
    video(data, Codec.H265);
  }

  @FuzzTest(maxDuration = "30s")
  void parameterSets(byte[] data) throws Fault {
    for (Codec codec : List.of(Codec.H264, Codec.H265)) {
      var book = new ParameterSetBook(codec);
      each(
          data,
          (in, at, length, choice) -> {
            byte[] nal = new byte[length];
            in.get(at, nal);
            book.put(nal);
          });
      book.config().ifPresent(config -> assertThat(config.hasRemaining()).isTrue());
    }
  }

  @FuzzTest(maxDuration = "30s")
  void aac(byte[] data) throws Fault {
    var out = new Rtp.Units();
    var aac =
        new AacDepacketizer(
            new Sdp.Media("audio", 97, "MPEG4-GENERIC", 48_000, 2, Map.of("mode", "aac-hbr"), ""),
            out);
    each(
        data,
        (in, at, length, choice) ->
            aac.packet(in, at, length, choice >> 4, true, (choice & 0x8) != 0));
    assertThat(out.bytes).isLessThanOrEqualTo(data.length);
  }

  @FuzzTest(maxDuration = "30s")
  void documents(byte[] data) throws Fault {
    var out = new Rtp.Units();
    var documents = new DocumentDepacketizer(out);
    each(
        data,
        (in, at, length, choice) ->
            documents.packet(
                in, at, length, choice >> 5, (choice & 0x10) != 0, (choice & 0x8) != 0));
    assertThat(out.bytes).isLessThanOrEqualTo(data.length);
  }

  @FuzzTest(maxDuration = "30s")
  void datagrams(byte[] data) throws Fault {
    int[] given = new int[1];
    int[] taken = new int[1];
    var window = new ReorderWindow((in, at, length) -> given[0]++);
    each(
        data,
        (in, at, length, choice) -> {
          if (length >= 4) {
            taken[0]++;
          }
          window.packet(in, at, length, choice * 10_000_000L);
          window.tick(choice * 10_000_000L);
        });
    assertThat(given[0]).isLessThanOrEqualTo(taken[0]);
    for (int i = 1; i < 100; i++) {
      window.tick(i * 1_000_000_000_000L);
    }
  }

  private static final class Sink implements EngineSink {
    @Override
    public boolean wantsData() {
      return true;
    }

    @Override
    public void format(StreamFormat format) {
      assertThat(format.tracks()).isNotEmpty();
    }

    @Override
    public void unit(int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {}

    @Override
    public void lostPackets(long count) {}

    @Override
    public void failed(Kind kind, String cause) {}
  }
}
