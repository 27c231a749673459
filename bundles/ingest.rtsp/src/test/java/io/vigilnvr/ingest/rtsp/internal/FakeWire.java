package io.vigilnvr.ingest.rtsp.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A connection to a camera that is nothing but a script. */
final class FakeWire implements Wire {
  /** Makes the answer to a request; empty if there is none. */
  interface Camera extends Function<String, byte[]> {}

  private final Camera camera;
  private final ArrayDeque<ByteBuffer> sent = new ArrayDeque<>();
  private final StringBuilder said = new StringBuilder();
  private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
  private int piece = Integer.MAX_VALUE;
  private boolean over;
  long taken;

  /** How often it was read, and whether it is as a connection over TCP is. */
  int reads;

  boolean takenWhole;

  FakeWire(Camera camera) {
    this.camera = camera;
  }

  /** What the camera sends by itself. */
  void send(byte[]... bytes) {
    for (byte[] each : bytes) {
      sent.add(ByteBuffer.wrap(each));
    }
  }

  void pieces(int bytes) {
    piece = bytes;
  }

  /** The camera hangs up when everything was read. */
  void hangUp() {
    over = true;
  }

  /** Requests that were asked of it. */
  List<String> requests() {
    var all = new ArrayList<String>();
    for (String each : said.toString().split("(?<=\r\n\r\n)", -1)) {
      if (!each.isEmpty()) {
        all.add(each);
      }
    }
    return all;
  }

  List<String> methods() {
    return requests().stream().map(each -> each.substring(0, each.indexOf(' '))).toList();
  }

  byte[] reports() {
    return binary.toByteArray();
  }

  @Override
  public boolean isTakenWhole() {
    return takenWhole;
  }

  @Override
  public int read(ByteBuffer into) {
    reads++;
    while (!sent.isEmpty() && !sent.getFirst().hasRemaining()) {
      sent.removeFirst();
    }
    if (sent.isEmpty()) {
      return over ? -1 : 0;
    }
    ByteBuffer first = sent.getFirst();
    int count = Math.min(Math.min(first.remaining(), into.remaining()), piece);
    into.put(first.slice().limit(count));
    first.position(first.position() + count);
    taken += count;
    return count;
  }

  @Override
  public void write(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    if (copy[0] == '$') {
      binary.writeBytes(copy);
      return;
    }
    String request = new String(copy, StandardCharsets.UTF_8);
    said.append(request);
    byte[] answer = camera.apply(request);
    if (answer.length > 0) {
      send(answer);
    }
  }

  @Override
  public void flush() {}

  @Override
  public boolean isWaiting() {
    return false;
  }
}
