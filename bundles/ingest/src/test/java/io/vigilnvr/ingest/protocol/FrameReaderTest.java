package io.vigilnvr.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.GapCause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {
  private static final StreamSource SOURCE =
      new StreamSource.Rtsp(
          URI.create("rtsp://192.0.2.10/a?b=c"),
          Optional.of(new Credentials("admin", "geheim äöü")),
          StreamSource.Transport.AUTO,
          true);

  private static final StreamSource CHOSEN =
      new StreamSource.Rtsp(
          URI.create("rtsps://192.0.2.10/a"),
          Optional.empty(),
          StreamSource.Transport.TCP,
          false,
          "rtsp",
          "ab".repeat(32));

  private static final List<Message> MESSAGES =
      List.of(
          new Message.Hello(1, 7),
          new Message.Welcome(
              1,
              "3",
              4711,
              1_700_000_000_000L,
              "abc",
              "5a17",
              List.of("rtsp", "rtsps"),
              List.of(new Message.Held(4, "door/main", "f0"))),
          new Message.Open(4, "door/main", "f0", SOURCE, 1L << 40, 16 << 20, true),
          new Message.Resume(4, 99, 1000),
          new Message.Acknowledge(4, 98),
          new Message.Watched(4, true),
          new Message.Open(5, "door/sub", "f1", CHOSEN, 0, 1000, false),
          new Message.Close(4),
          new Message.Stop(),
          new Message.Status(
              4,
              Phase.STALLED,
              12,
              "stopped sending 3 s ago",
              "gstreamer",
              7,
              Optional.of(CameraException.Kind.UNREACHABLE)),
          new Message.Status(4, Phase.STREAMING, 12, "", "rtsp", 7, Optional.empty()),
          new Message.Run(
              4,
              1_700_000_000_001L,
              new StreamFormat(
                  List.of(
                      new Track(1, Codec.H265, 90_000, ByteBuffer.wrap(new byte[] {1, 2, 3})),
                      new Track(2, Codec.PCMA, 8000, ByteBuffer.allocate(0))))),
          new Message.Lost(4, 1, 5, GapCause.STORAGE),
          new Message.Interrupted(4, GapCause.CLOCK_STEP),
          new Message.Pulse(17, List.of(new Message.Count(4, 1234))));

  private static final class Heard implements FrameReader.Handler {
    final List<Message> messages = new ArrayList<>();
    final List<AccessUnit> units = new ArrayList<>();

    @Override
    public void message(Message message) {
      messages.add(message);
    }

    @Override
    public void unit(int handle, AccessUnit unit) {
      units.add(unit);
    }
  }

  private static byte[] unit(long sequence, int payloadBytes) {
    ByteBuffer frame = ByteBuffer.allocate(Frames.UNIT_HEADER_BYTES + payloadBytes);
    Frames.unitHeader(frame, 4, sequence, 1_700_000_000_123_456L, 3600, -5, 2, true, payloadBytes);
    for (int i = 0; i < payloadBytes; i++) {
      frame.put((byte) i);
    }
    return frame.array();
  }

  private static byte[] conversation() throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (Message message : MESSAGES) {
      bytes.write(Frames.encode(message));
      bytes.write(unit(bytes.size(), Math.min(bytes.size(), 1000)));
    }
    return bytes.toByteArray();
  }

  /** One of version 2 says no kind; one of a later version may say another. */
  @Test
  void takesAStatusWithoutAKindOrOfOneThatItDoesNotKnow() throws IOException {
    var status =
        new Message.Status(
            4, Phase.BACKOFF, 12, "why", "rtsp", 7, Optional.of(CameraException.Kind.PROTOCOL));
    byte[] frame = Frames.encode(status);
    int kind = 2 + "PROTOCOL".length();
    byte[] without = Arrays.copyOf(frame, frame.length - kind);
    ByteBuffer.wrap(without).putInt(without.length - 4);
    frame[frame.length - 1] = '?';
    var heard = new Heard();
    var reader = new FrameReader();
    reader.read(ByteBuffer.wrap(without), heard);
    reader.read(ByteBuffer.wrap(frame), heard);
    var unknown = new Message.Status(4, Phase.BACKOFF, 12, "why", "rtsp", 7, Optional.empty());
    assertThat(heard.messages).containsExactly(unknown, unknown);
  }

  @Test
  void readsWhatWasWrittenHoweverItIsCut() throws IOException {
    byte[] bytes = conversation();
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      Heard heard = new Heard();
      FrameReader reader = new FrameReader();
      int at = 0;
      while (at < bytes.length) {
        int length = Math.min(bytes.length - at, random.nextInt(round < 50 ? 3 : 400));
        reader.read(ByteBuffer.wrap(bytes, at, length), heard);
        at += length;
      }
      assertThat(heard.messages).isEqualTo(MESSAGES);
      assertThat(heard.units).hasSameSizeAs(MESSAGES);
    }
  }

  @Test
  void handsAUnitOverWithRoomInFrontOfItsPayload() throws IOException {
    Heard heard = new Heard();
    new FrameReader().read(ByteBuffer.wrap(unit(77, 300)), heard);
    AccessUnit unit = heard.units.get(0);
    assertThat(unit.sequence()).isEqualTo(77);
    assertThat(unit.track()).isEqualTo(2);
    assertThat(unit.captured()).isEqualTo(Instant.parse("2023-11-14T22:13:20.123456Z"));
    assertThat(unit.ptsTicks()).isEqualTo(3600);
    assertThat(unit.dtsTicks()).isEqualTo(-5);
    assertThat(unit.keyframe()).isTrue();
    assertThat(unit.payloadBytes()).isEqualTo(300);
    assertThat(unit.payload().get(299)).isEqualTo((byte) 299);
  }

  @Test
  void ignoresWhatANewerVersionAdds() throws IOException {
    byte[] stop = Frames.encode(new Message.Stop());
    ByteBuffer longer = ByteBuffer.allocate(stop.length + 3).put(stop).rewind();
    longer.putInt(0, stop.length - 4 + 3);
    ByteBuffer unknown = ByteBuffer.allocate(7).putInt(3).put((byte) 99).rewind();
    Heard heard = new Heard();
    FrameReader reader = new FrameReader();
    reader.read(longer, heard);
    reader.read(unknown, heard);
    assertThat(heard.messages).containsExactly(new Message.Stop(), new Message.Unknown(99));
  }

  @Test
  void refusesLengthsThatCannotBe() {
    for (int length : new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      for (int type : new int[] {1, 2}) {
        ByteBuffer frame = ByteBuffer.allocate(64).putInt(length).put((byte) type).rewind();
        assertThatThrownBy(() -> new FrameReader().read(frame, new Heard()))
            .isInstanceOf(ProtocolException.class);
      }
    }
  }

  /** Whatever comes, it is read or refused; nothing else is thrown, and little memory is taken. */
  @Test
  void survivesGarbage() throws IOException {
    byte[] good = conversation();
    Random random = new Random(2);
    int refused = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] bad = good.clone();
      for (int change = 1 + random.nextInt(4); change > 0; change--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        new FrameReader()
            .read(
                ByteBuffer.wrap(bad, 0, 1 + random.nextInt(bad.length)),
                new FrameReader.Handler() {
                  @Override
                  public void message(Message message) {}

                  @Override
                  public void unit(int handle, AccessUnit unit) {}
                });
      } catch (ProtocolException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void saysNothingOfSecrets() {
    byte[] open = Frames.encode(MESSAGES.get(2));
    for (int i = 0; i < open.length; i++) {
      byte[] bad = open.clone();
      bad[i] ^= 0x55;
      bad[0] = 0;
      bad[1] = 0;
      try {
        Heard heard = new Heard();
        new FrameReader().read(ByteBuffer.wrap(bad), heard);
        assertThat(heard.messages.toString()).doesNotContain("geheim");
      } catch (IOException e) {
        assertThat(e).hasMessageNotContaining("geheim").hasNoCause();
      }
    }
  }

  @Test
  void tellsSourcesApartByEverythingTheyHold() {
    String salt = Fingerprint.newSalt();
    StreamSource.Rtsp same = (StreamSource.Rtsp) SOURCE;
    assertThat(Fingerprint.of(SOURCE, salt))
        .isEqualTo(
            Fingerprint.of(
                new StreamSource.Rtsp(
                    same.uri(), same.credentials(), same.transport(), same.basicAllowed()),
                salt))
        .isNotEqualTo(Fingerprint.of(SOURCE, Fingerprint.newSalt()))
        .isNotEqualTo(
            Fingerprint.of(
                new StreamSource.Rtsp(
                    same.uri(),
                    Optional.of(new Credentials("admin", "other")),
                    same.transport(),
                    same.basicAllowed()),
                salt));
  }

  @Test
  void aSourceWithoutChoicesHasTheBytesThatOlderWorkersKnow() {
    StreamSource.Rtsp same = (StreamSource.Rtsp) CHOSEN;
    byte[] plain =
        Frames.encode(
            new StreamSource.Rtsp(
                same.uri(), same.credentials(), same.transport(), same.basicAllowed()));
    assertThat(Frames.encode(CHOSEN)).startsWith(plain).hasSizeGreaterThan(plain.length);
    assertThat(Frames.carries(1, CHOSEN)).as("would not verify the certificate").isFalse();
    assertThat(Frames.carries(2, CHOSEN)).isTrue();
    assertThat(Frames.carries(1, SOURCE)).isTrue();
  }
}
