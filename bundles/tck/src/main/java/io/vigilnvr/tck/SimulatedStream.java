package io.vigilnvr.tck;

import io.vigilnvr.tck.Sample.Unit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One encoding of a simulated camera: a sample in an endless loop. It runs with the clock whether
 * somebody watches or not, as a camera's encoder does. Confined to the loop's thread.
 */
final class SimulatedStream {
  /** A process that was held up goes on where the clock is, once it is this late. */
  private static final long TOO_LATE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int SESSIONS_KEPT = 50;

  /** Five documents in a second, as cameras do. */
  private static final int PICTURES_OF_DOCUMENT = 5;

  final SimulatedCamera camera;
  final String name;
  final List<RtspConnection> players = new ArrayList<>();
  final Deque<RtspConnection> past = new ArrayDeque<>();

  private final byte[] label;
  private final byte[] mark;
  private final Picture picture = new Picture();

  private Sample sample;

  /** When the present sample began, on the monotonic clock, and what came before it. */
  private long startedNanos;

  private long baseTicks;
  private long baseFrames;

  private long loop;
  private int index;
  private long sentFrames;

  SimulatedStream(SimulatedCamera camera, String name, Sample sample, long nowNanos) {
    this.camera = camera;
    this.name = name;
    this.sample = sample;
    this.startedNanos = nowNanos;
    this.label = label(camera.name(), name).getBytes(StandardCharsets.US_ASCII);
    this.mark = new byte[FrameMark.maxBytes(label)];
  }

  static String label(String camera, String stream) {
    return camera + "/" + stream;
  }

  Sample sample() {
    return sample;
  }

  long sentFrames() {
    return sentFrames;
  }

  /** The number of the next picture. */
  long nextFrame(long nowNanos) {
    if (players.isEmpty()) {
      seek(nowNanos);
    }
    for (int i = index; i < sample.units.length; i++) {
      if (sample.units[i].track() == Sample.VIDEO) {
        return baseFrames + loop * sample.pictures + sample.units[i].picture();
      }
    }
    return baseFrames + (loop + 1) * sample.pictures;
  }

  /** When there is something to do, or {@link Long#MAX_VALUE}. */
  long dueNanos() {
    return players.isEmpty() ? Long.MAX_VALUE : dueNanos(loop, sample.units[index]);
  }

  private long dueNanos(long round, Unit unit) {
    return startedNanos + Sample.nanos(round * sample.loopTicks) + unit.dueNanos();
  }

  /** Sends what is due. */
  void tick(long nowNanos) {
    if (players.isEmpty()) {
      return;
    }
    if (nowNanos - dueNanos() > TOO_LATE_NANOS) {
      seek(nowNanos);
      players.forEach(RtspConnection::awaitKeyframe);
    }
    while (!players.isEmpty() && dueNanos() <= nowNanos) {
      send(sample.units[index]);
      if (++index == sample.units.length) {
        index = 0;
        loop++;
      }
    }
  }

  private void send(Unit unit) {
    boolean video = unit.track() == Sample.VIDEO;
    // What was heard so long ago is sent now.
    long late = video ? 0 : camera.soundLateMillis * sample.rate(unit.track()) / 1000;
    long ticks = ticks(loop, unit) - late;
    long frame = -1;
    if (video) {
      frame = baseFrames + loop * sample.pictures + unit.picture();
      int bytes =
          FrameMark.write(mark, sample.video, label, frame, SimulatedCameras.microsSinceEpoch());
      picture.fill(sample, unit, unit.keyframe() && camera.inBandParameterSets, mark, bytes);
      sentFrames++;
    }
    // From the end: sending may find that a connection is gone.
    for (int i = players.size() - 1; i >= 0; i--) {
      if (video) {
        players.get(i).sendPicture(sample, picture, unit.keyframe(), frame, ticks);
      } else {
        players.get(i).sendAudio(sample, unit, ticks);
      }
    }
    if (video && camera.metadata && frame % PICTURES_OF_DOCUMENT == 0) {
      sendMetadata(frame / PICTURES_OF_DOCUMENT, ticks);
    }
  }

  /** A document that nobody wants is not made. */
  private void sendMetadata(long number, long ticks) {
    List<RtspConnection> wanting = players.stream().filter(RtspConnection::wantsData).toList();
    if (!wanting.isEmpty()) {
      byte[] document =
          Metadata.document(
              label(camera.name(), name), number, SimulatedCameras.microsSinceEpoch());
      wanting.forEach(player -> player.sendData(document, ticks));
    }
  }

  private long ticks(long round, Unit unit) {
    int rate = sample.rate(unit.track());
    long loopStart = baseTicks + round * sample.loopTicks;
    return loopStart / Sample.VIDEO_RATE * rate
        + loopStart % Sample.VIDEO_RATE * rate / Sample.VIDEO_RATE
        + unit.ptsTicks()
        + camera.jumpMillis * rate / 1000;
  }

  /** RTP time of a track at a moment, without the session's offset. */
  long ticksAt(int track, long nowNanos) {
    int rate = sample.rate(track);
    double seconds = (nowNanos - startedNanos) / 1e9 + baseTicks / (double) Sample.VIDEO_RATE;
    return Math.round(seconds * rate) + camera.jumpMillis * rate / 1000;
  }

  /** RTP time of the next keyframe, which a client that plays now gets first. */
  long nextKeyframeTicks(long nowNanos) {
    if (players.isEmpty()) {
      seek(nowNanos);
    }
    for (int i = index; i < index + sample.units.length; i++) {
      Unit unit = sample.units[i % sample.units.length];
      if (unit.track() == Sample.VIDEO && unit.keyframe()) {
        return ticks(loop + i / sample.units.length, unit);
      }
    }
    throw new IllegalStateException(sample + " has no keyframe");
  }

  void join(RtspConnection player, long nowNanos) {
    if (players.isEmpty()) {
      seek(nowNanos);
    }
    players.add(player);
  }

  void leave(RtspConnection player) {
    if (players.remove(player)) {
      past.addLast(player);
      if (past.size() > SESSIONS_KEPT) {
        past.removeFirst();
      }
    }
  }

  /** Goes on with another sample, at once and from its first keyframe. */
  void change(Sample other, long nowNanos) {
    baseFrames = nextFrame(nowNanos);
    long played = nowNanos - startedNanos;
    baseTicks += played / 100_000 * 9 + played % 100_000 * 9 / 100_000;
    startedNanos = nowNanos;
    loop = 0;
    index = 0;
    boolean restart =
        other.video != sample.video
            || !other.audio.map(Sample.Audio::codec).equals(sample.audio.map(Sample.Audio::codec));
    sample = other;
    if (restart) {
      // Another payload format needs another DESCRIBE.
      List.copyOf(players).forEach(RtspConnection::cut);
    }
  }

  /** Moves to the first unit that is not due yet. */
  private void seek(long nowNanos) {
    long played = Math.max(0, nowNanos - startedNanos);
    loop = played / Sample.nanos(sample.loopTicks);
    index = 0;
    while (dueNanos(loop, sample.units[index]) < nowNanos) {
      if (++index == sample.units.length) {
        index = 0;
        loop++;
        break;
      }
    }
  }

  /** Session description (RFC 8866). */
  String sdp() {
    var sdp = new StringBuilder();
    sdp.append("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=")
        .append(label(camera.name(), name))
        .append("\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\na=range:npt=now-\r\n")
        .append(camera.metadata ? Metadata.SDP : "")
        .append("m=video 0 RTP/AVP 96\r\na=rtpmap:96 ")
        .append(sample.video)
        .append("/90000\r\na=fmtp:96 ")
        .append(sample.video == Sample.Video.H264 ? h264Format() : h265Format())
        .append(String.format(Locale.ROOT, "\r\na=framerate:%.3f", sample.frameRate()))
        .append("\r\na=control:trackID=0\r\n");
    sample.audio.ifPresent(
        audio ->
            sdp.append("m=audio 0 RTP/AVP ")
                .append(audio.payloadType())
                .append(
                    switch (audio.codec()) {
                      case AAC -> aacFormat(audio);
                      case OPUS -> opusFormat(audio);
                      case PCMA, PCMU -> "";
                    })
                .append("\r\na=control:trackID=1\r\n"));
    return sdp.toString();
  }

  private static String aacFormat(Sample.Audio audio) {
    return "\r\na=rtpmap:97 mpeg4-generic/"
        + audio.rate()
        + "/"
        + audio.channels()
        + "\r\na=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;"
        + "sizelength=13;indexlength=3;indexdeltalength=3;config="
        + hex(audio.config());
  }

  /** RFC 7587, 7: it always says two channels; whether there are is said aside. */
  private static String opusFormat(Sample.Audio audio) {
    return "\r\na=rtpmap:97 opus/48000/2"
        + (audio.channels() == 2 ? "\r\na=fmtp:97 sprop-stereo=1" : "");
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private String h264Format() {
    if (!camera.parameterSetsInSdp) {
      return "packetization-mode=1";
    }
    var sets = new StringBuilder();
    String profile = "";
    for (byte[] set : sample.parameterSets) {
      if ((set[0] & 0x1f) == 7) {
        profile = HexFormat.of().withUpperCase().formatHex(set, 1, 4);
      }
      sets.append(sets.length() == 0 ? "" : ",").append(Base64.getEncoder().encodeToString(set));
    }
    return "packetization-mode=1;profile-level-id=" + profile + ";sprop-parameter-sets=" + sets;
  }

  private String h265Format() {
    if (!camera.parameterSetsInSdp) {
      return "sprop-max-don-diff=0";
    }
    var format = new StringBuilder();
    for (byte[] set : sample.parameterSets) {
      String kind =
          switch ((set[0] >> 1) & 0x3f) {
            case 32 -> "vps";
            case 33 -> "sps";
            default -> "pps";
          };
      format
          .append(format.length() == 0 ? "sprop-" : ";sprop-")
          .append(kind)
          .append('=')
          .append(Base64.getEncoder().encodeToString(set));
    }
    return format.toString();
  }
}
