package io.vigilnvr.e2e;

import io.vigilnvr.e2e.HostileCamera.Request;
import io.vigilnvr.e2e.HostileCamera.Script;
import io.vigilnvr.e2e.HostileCamera.Talk;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a camera can do to a recorder by its answers alone. */
final class Hostility {
  private Hostility() {}

  /** Those that need no accomplice. */
  static Map<String, Script> scripts() {
    Map<String, Script> scripts = new LinkedHashMap<>();
    scripts.put(
        "RANDOM_BYTES",
        talk -> {
          Random random = new Random(1);
          while (true) {
            talk.next();
            talk.send(bytes(random, 5000));
          }
        });
    scripts.put(
        "ENDLESS_HEADER",
        talk -> {
          talk.next();
          talk.send("RTSP/1.0 200 OK\r\nX: ");
          byte[] chunk = "A".repeat(1 << 16).getBytes(StandardCharsets.ISO_8859_1);
          while (true) {
            talk.send(chunk);
            talk.pause(Duration.ofMillis(10));
          }
        });
    scripts.put(
        "ENDLESS_HEADERS",
        talk -> {
          talk.next();
          talk.send("RTSP/1.0 200 OK\r\n");
          byte[] chunk = "X: y\r\n".repeat(1 << 12).getBytes(StandardCharsets.ISO_8859_1);
          while (true) {
            talk.send(chunk);
            talk.pause(Duration.ofMillis(10));
          }
        });
    scripts.put(
        "HUGE_CONTENT_LENGTH",
        describing(
            (talk, request) -> {
              talk.send(
                  "RTSP/1.0 200 OK\r\nCSeq: "
                      + request.cseq()
                      + "\r\nContent-Type: application/sdp\r\nContent-Length: 4294967295\r\n\r\nv=0");
              talk.fallSilent();
            }));
    scripts.put("STALL_AFTER_OPTIONS", describing((talk, request) -> talk.fallSilent()));
    scripts.put(
        "REDIRECT_LOOP",
        describing((talk, request) -> redirect(talk, request, talk.own().toString())));
    scripts.put(
        "REDIRECT_TO_FILE",
        describing((talk, request) -> redirect(talk, request, "file:///etc/passwd")));
    scripts.put(
        "THOUSANDS_OF_MEDIA",
        describing(
            (talk, request) ->
                talk.describe(
                    request,
                    "",
                    session()
                        + IntStream.range(0, 2000)
                            .mapToObj(
                                i ->
                                    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:t"
                                        + i
                                        + "\r\n")
                            .collect(Collectors.joining()))));
    scripts.put(
        "HUGE_PARAMETER_SETS",
        playing("sprop-parameter-sets=" + "A".repeat(200_000), Hostility::sendNoise));
    scripts.put(
        "MALFORMED_PARAMETER_SETS",
        playing("sprop-parameter-sets=%%%%,;;=,\0,Z0IAH;=", Hostility::sendNoise));
    scripts.put(
        "GARBAGE_RTP",
        playing(
            "sprop-parameter-sets=Z0LAHtkDxWhAAAADAEAAAAwDxYuS,aMuMsg==",
            Hostility::sendNoiseOfAllTypes));
    scripts.put("NO_MEDIA", playing("", Talk::fallSilent));
    scripts.put(
        "ONE_BYTE_A_SECOND",
        talk -> {
          Request request = talk.next();
          String answer =
              "RTSP/1.0 200 OK\r\nCSeq: "
                  + request.cseq()
                  + "\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n";
          for (int i = 0; i < answer.length(); i++) {
            talk.send(answer.substring(i, i + 1));
            talk.pause(Duration.ofSeconds(1));
          }
        });
    scripts.put("NEVER_ANSWERS", Talk::fallSilent);
    scripts.put("CLOSES_AT_ONCE", talk -> {});
    return scripts;
  }

  /** What is done with one kind of request. */
  interface Answer {
    void to(Talk talk, Request request) throws IOException;
  }

  /** An ordinary camera but for its description. */
  static Script describing(Answer answer) {
    return answering("DESCRIBE", answer);
  }

  /** Sends whoever makes this request to another place. */
  static Script sendingOn(String method, URI elsewhere) {
    return answering(method, (talk, request) -> redirect(talk, request, elsewhere.toString()));
  }

  /** Names another place in its description, where an address may stand. */
  static Script pointingTo(String headers, String control) {
    return describing(
        (talk, request) ->
            talk.describe(request, headers, session() + video("", control) + "a=x\r\n"));
  }

  /** Asks for a login, with these header lines, whatever is sent. */
  static Script demanding(String challenge) {
    return talk -> {
      while (true) {
        Request request = talk.next();
        talk.reply(request, "401 Unauthorized", challenge, "");
      }
    };
  }

  private static Script answering(String method, Answer answer) {
    return talk -> {
      while (true) {
        Request request = talk.next();
        if (request.method().equals(method)) {
          answer.to(talk, request);
        } else if (request.method().equals("DESCRIBE")) {
          talk.describe(request, "", session() + video("", "track"));
        } else {
          talk.agree(request);
        }
      }
    };
  }

  private static Script playing(String format, Script media) {
    return talk -> {
      while (true) {
        Request request = talk.next();
        if (request.method().equals("DESCRIBE")) {
          talk.describe(request, "", session() + video(format, "track"));
        } else {
          talk.agree(request);
        }
        if (request.method().equals("PLAY")) {
          media.serve(talk);
          return;
        }
      }
    };
  }

  private static void redirect(Talk talk, Request request, String location) throws IOException {
    talk.reply(request, "302 Found", "Location: " + location + "\r\n", "");
  }

  /** Noise that has no parameter sets, so that it can never be taken for pictures. */
  private static void sendNoise(Talk talk) throws IOException {
    sendPackets(talk, 0x7c, 0x78, 0x18, 0x1c, 0x65, 0x61);
  }

  private static void sendNoiseOfAllTypes(Talk talk) throws IOException {
    sendPackets(talk, 0x7c, 0x78, 0x18, 0x1c, 0x67, 0x68, 0x65, 0x61);
  }

  /** Packets that have an RTP header, most of them, and noise for a payload. */
  private static void sendPackets(Talk talk, int... nalTypes) throws IOException {
    Random random = new Random(2);
    for (int sequence = 0; ; sequence++) {
      ByteBuffer packet = ByteBuffer.allocate(1500);
      packet.put((byte) '$').put((byte) 0).putShort((short) 0);
      if (random.nextInt(5) == 0) {
        packet.put(bytes(random, 12));
      } else {
        packet.put((byte) 0x80).put((byte) (random.nextInt(3) == 0 ? 0xe0 : 0x60));
        packet.putShort((short) sequence).putInt(sequence * 3000).putInt(0x11223344);
      }
      packet.put((byte) nalTypes[random.nextInt(nalTypes.length)]);
      packet.put(bytes(random, random.nextInt(1400)));
      packet.putShort(2, (short) (packet.position() - 4));
      byte[] sent = new byte[packet.position()];
      packet.flip().get(sent);
      talk.send(sent);
      talk.pause(Duration.ofMillis(4));
    }
  }

  private static String session() {
    return "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n";
  }

  private static String video(String format, String control) {
    return "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;"
        + format
        + "\r\na=control:"
        + control
        + "\r\n";
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
