package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets among the messages of the connection, in channels: RFC 2326, 10.12. */
final class InterleavedPaths implements MediaPaths {
  private static final int PREFIX_BYTES = 4;
  private static final int CHANNELS = 256;

  private record Channel(RtpReceiver receiver, boolean control) {}

  private record Open(RtpReceiver receiver, int controlChannel) {}

  private final Packets packets;
  private final @Nullable Channel[] channels = new Channel[CHANNELS];
  private final List<Open> open = new ArrayList<>();
  private final ByteBuffer report = ByteBuffer.allocate(128);

  InterleavedPaths(Packets packets) {
    this.packets = packets;
  }

  @Override
  public String offer() {
    int channel = 2 * open.size();
    return "RTP/AVP/TCP;unicast;interleaved=" + channel + "-" + (channel + 1);
  }

  /** The camera may choose other channels than those it was offered: RFC 2326, 12.39. */
  @Override
  public void open(RtpReceiver receiver, Parameters transport) {
    int channel =
        transport
            .firstOfRange("interleaved")
            .filter(number -> number < CHANNELS - 1 && channels[number] == null)
            .orElse(2 * open.size());
    channels[channel] = new Channel(receiver, false);
    channels[channel + 1] = new Channel(receiver, true);
    open.add(new Open(receiver, channel + 1));
  }

  @Override
  public void withdraw() {}

  @Override
  public int count() {
    return open.size();
  }

  @Override
  public boolean isChannel(int channel) {
    return channels[channel] != null;
  }

  @Override
  public boolean packet(int number, ByteBuffer in, int at, int length, long nanos) throws Fault {
    Channel channel = channels[number];
    if (channel == null) {
      return false;
    }
    if (channel.control()) {
      channel.receiver().control(in, at, length, nanos);
    } else {
      packets.packet(channel.receiver(), in, at, length, nanos);
    }
    return !channel.control();
  }

  @Override
  public void report(Wire wire, int ownSource, long nanos) throws IOException {
    for (int i = 0; i < open.size(); i++) {
      Open track = open.get(i);
      ByteBuffer out = report.clear().position(PREFIX_BYTES);
      track.receiver().report(out, ownSource, nanos);
      int length = out.position() - PREFIX_BYTES;
      if (length > 0) {
        out.flip().put(0, (byte) Framing.INTERLEAVED).put(1, (byte) track.controlChannel());
        wire.write(out.putShort(2, (short) length));
      }
    }
  }

  @Override
  public void close() {}
}
