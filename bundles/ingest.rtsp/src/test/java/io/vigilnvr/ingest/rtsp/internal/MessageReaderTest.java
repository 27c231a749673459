package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Request;
import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Response;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageReaderTest {
  private static List<RtspMessage> read(String text, int piece) throws Fault {
    var reader = new MessageReader();
    var messages = new ArrayList<RtspMessage>();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += piece) {
      ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
      while (in.hasRemaining()) {
        reader.read(in).ifPresent(messages::add);
      }
    }
    return messages;
  }

  private static Response one(String text) throws Fault {
    List<RtspMessage> messages = read(text, Integer.MAX_VALUE / 2);
    assertThat(messages).hasSize(1);
    return (Response) messages.get(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1000})
  void readsPiecesOfAnySize(int piece) throws Fault {
    List<RtspMessage> messages =
        read(
            "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nhello"
                + "OPTIONS * RTSP/1.0\r\ncseq:7\r\n\r\n"
                + "RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: a\r\nwww-authenticate: b\r\n\r\n",
            piece);
    assertThat(messages).hasSize(3);
    assertThat(((Response) messages.get(0)).body()).isEqualTo("hello");
    assertThat(((Request) messages.get(1)).method()).isEqualTo("OPTIONS");
    assertThat(messages.get(1).headers().first("CSeq")).hasValue("7");
    assertThat(((Response) messages.get(2)).status()).isEqualTo(401);
    assertThat(messages.get(2).headers().all("WWW-Authenticate")).containsExactly("a", "b");
  }

  /** RFC 2326, 4: a receiver takes LF alone for the end of a line. */
  @Test
  void takesLinesWithoutCarriageReturn() throws Fault {
    assertThat(one("RTSP/1.0 200 OK\nContent-Length: 2\n\nab").body()).isEqualTo("ab");
  }

  /** RFC 2068, 4.2, which RFC 2326, 15 goes by. */
  @Test
  void takesFoldedLines() throws Fault {
    assertThat(
            one("RTSP/1.0 200 OK\r\nPublic: OPTIONS,\r\n DESCRIBE,\r\n\tPLAY\r\n\r\n")
                .headers()
                .all("public"))
        .containsExactly("OPTIONS,", "DESCRIBE,", "PLAY");
  }

  /** RFC 7826, 4: before a message; packets may follow, so no more than the line is taken. */
  @Test
  void takesNoMoreThanAnEmptyLine() throws Fault {
    var reader = new MessageReader();
    ByteBuffer in = ByteBuffer.wrap(Rtp.text("\r\n$"));
    assertThat(reader.read(in)).isEmpty();
    assertThat(in.remaining()).isEqualTo(1);
    assertThat(reader.isInside()).isFalse();
  }

  @Test
  void passesOverLinesThatAreNone() throws Fault {
    Response response = one("RTSP/1.0 200\r\nnonsense\r\n: x\r\n folded\r\nCSeq: 3\r\n\r\n");
    assertThat(response.headers().first("CSeq")).isEqualTo(Optional.of("3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RTSP/1.0\r\n\r\n",
        "RTSP/1.0 abc\r\n\r\n",
        "RTSP/1.0 2\r\n\r\n",
        "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        "RTSP/1.0 200 OK\r\nContent-Length: 4294967295\r\n\r\n",
        "RTSP/1.0 200 OK\r\nContent-Length: 262145\r\n\r\n",
        "RTSP/1.0 200 OK\r\nContent-Length: ten\r\n\r\n"
      })
  void refusesWhatCannotBe(String text) {
    assertThatThrownBy(() -> read(text, 1000)).isInstanceOf(Fault.class);
  }

  @Test
  void boundsHeaders() {
    assertThatThrownBy(() -> read("RTSP/1.0 200 OK\r\nX: " + "A".repeat(70_000), 1000))
        .isInstanceOf(Fault.class);
    assertThatThrownBy(() -> read("RTSP/1.0 200 OK\r\n" + "a:\r\n".repeat(1000), 1000))
        .isInstanceOf(Fault.class);
    assertThatThrownBy(() -> read("A".repeat(70_000), 1)).isInstanceOf(Fault.class);
  }
}
