package io.vigilnvr.tck;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One track of one client: RTP and RTCP (RFC 3550), interleaved in TCP or over UDP. */
final class RtpTrack implements Packetizer.Packets {
  private static final int RTP_HEADER = 12;
  private static final int REPORT_BYTES = 28;

  /** Seconds from 1900, where NTP starts, to 1970. */
  private static final long NTP_EPOCH = 2_208_988_800L;

  private final RtspConnection connection;
  private final int payloadType;
  private final Random random;
  private final int ssrc;
  private final long offset;
  private int sequence;
  private long packets;
  private long octets;

  /** Interleaved channel of RTP; RTCP is the next. */
  private final int interleaved;

  private final @Nullable DatagramChannel rtp;
  private final @Nullable DatagramChannel rtcp;
  private final ByteBuffer datagram;
  private int start;

  private RtpTrack(
      RtspConnection connection,
      int payloadType,
      int interleaved,
      @Nullable DatagramChannel rtp,
      @Nullable DatagramChannel rtcp) {
    this.connection = connection;
    this.payloadType = payloadType;
    this.random = connection.random;
    this.ssrc = random.nextInt();
    this.offset = random.nextInt() & 0xffff_ffffL;
    this.sequence = random.nextInt(0x10000);
    this.interleaved = interleaved;
    this.rtp = rtp;
    this.rtcp = rtcp;
    this.datagram =
        rtp == null
            ? ByteBuffer.allocate(0)
            : ByteBuffer.allocateDirect(RTP_HEADER + Packetizer.MAX_PAYLOAD + 100);
  }

  static RtpTrack tcp(RtspConnection connection, int payloadType, int interleaved) {
    return new RtpTrack(connection, payloadType, interleaved, null, null);
  }

  /** Takes a pair of ports, the even one for RTP (RFC 3550, 11). */
  static RtpTrack udp(
      RtspConnection connection, int payloadType, InetAddress client, int clientPort)
      throws IOException {
    InetAddress local = connection.localAddress();
    for (int tries = 0; tries < 50; tries++) {
      var rtp = DatagramChannel.open();
      var rtcp = DatagramChannel.open();
      try {
        rtp.bind(new InetSocketAddress(local, 0));
        int port = ((InetSocketAddress) rtp.getLocalAddress()).getPort();
        if (port % 2 == 0) {
          rtcp.bind(new InetSocketAddress(local, port + 1));
          rtp.connect(new InetSocketAddress(client, clientPort));
          rtcp.connect(new InetSocketAddress(client, clientPort + 1));
          rtp.configureBlocking(false);
          rtcp.configureBlocking(false);
          return new RtpTrack(connection, payloadType, 0, rtp, rtcp);
        }
      } catch (java.net.BindException e) {
        // Somebody has the odd one; try another pair.
      }
      rtp.close();
      rtcp.close();
    }
    throw new IOException("no pair of UDP ports is free");
  }

  boolean isUdp() {
    return rtp != null;
  }

  int serverPort() throws IOException {
    return rtp == null ? 0 : ((InetSocketAddress) rtp.getLocalAddress()).getPort();
  }

  @Nullable DatagramChannel rtcp() {
    return rtcp;
  }

  int ssrc() {
    return ssrc;
  }

  int nextSequence() {
    return sequence;
  }

  long packets() {
    return packets;
  }

  long octets() {
    return octets;
  }

  /** RTP timestamp, as this client sees it. */
  long timestamp(long ticks) {
    return (ticks + offset) & 0xffff_ffffL;
  }

  void sendPicture(Sample sample, Picture picture, long ticks) {
    Packetizer.video(
        sample.video, picture, timestamp(ticks), !connection.camera().markersMissing, this);
  }

  void sendAudio(Sample sample, Sample.Unit unit, long ticks) {
    Packetizer.audio(sample, unit, timestamp(ticks), this);
  }

  void sendData(byte[] document, long ticks) {
    Packetizer.data(document, timestamp(ticks), this);
  }

  @Override
  public ByteBuffer open(boolean marker, long timestamp) {
    ByteBuffer out;
    if (rtp == null) {
      out = connection.room(4 + RTP_HEADER + Packetizer.MAX_PAYLOAD + 100);
      start = out.position();
      out.put((byte) '$').put((byte) interleaved).putShort((short) 0);
    } else {
      out = datagram.clear();
      start = 0;
    }
    out.put((byte) 0x80).put((byte) ((marker ? 0x80 : 0) | payloadType));
    out.putShort((short) sequence).putInt((int) timestamp).putInt(ssrc);
    sequence = (sequence + 1) & 0xffff;
    return out;
  }

  @Override
  public void close() {
    SimulatedCamera camera = connection.camera();
    boolean lost =
        camera.loss > 0 && (isUdp() || camera.lossOnTcp) && random.nextDouble() < camera.loss;
    ByteBuffer out = rtp == null ? connection.room(0) : datagram;
    int packetStart = rtp == null ? start + 4 : start;
    int length = out.position() - packetStart;
    packets++;
    octets += length - RTP_HEADER;
    if (camera.garbled && random.nextInt(5) == 0) {
      for (int i = packetStart + RTP_HEADER; i < out.position(); i++) {
        out.put(i, (byte) random.nextInt());
      }
    }
    if (rtp == null) {
      if (lost) {
        out.position(start);
      } else {
        out.putShort(start + 2, (short) length);
      }
    } else if (!lost) {
      write(rtp, out.flip());
    }
  }

  /** Sends a sender report (RFC 3550, 6.4.1), or one that is wrong. */
  void report(long wallMicros, long ticks, Rtcp rtcpMode) {
    if (rtcpMode == Rtcp.ABSENT) {
      return;
    }
    ByteBuffer out;
    if (rtp == null) {
      out = connection.room(4 + REPORT_BYTES);
      out.put((byte) '$').put((byte) (interleaved + 1)).putShort((short) REPORT_BYTES);
    } else {
      out = datagram.clear();
    }
    long seconds = wallMicros / 1_000_000 + NTP_EPOCH;
    long fraction = wallMicros % 1_000_000 * (1L << 32) / 1_000_000;
    if (rtcpMode == Rtcp.WRONG) {
      // What cameras do whose clock was never set, or is drawn anew: 1970, then years ahead.
      seconds = NTP_EPOCH + random.nextInt(1 << 30);
      fraction = random.nextInt() & 0xffff_ffffL;
    }
    long stamp = rtcpMode == Rtcp.WRONG ? random.nextInt() : timestamp(ticks);
    out.put((byte) 0x80).put((byte) 200).putShort((short) (REPORT_BYTES / 4 - 1)).putInt(ssrc);
    out.putInt((int) seconds).putInt((int) fraction).putInt((int) stamp);
    out.putInt((int) packets).putInt((int) octets);
    if (rtcp != null) {
      write(rtcp, out.flip());
    }
  }

  /** Sends a datagram of noise; says whether the track has datagrams. */
  boolean noise() {
    if (rtp == null) {
      return false;
    }
    byte[] noise = new byte[200];
    random.nextBytes(noise);
    write(rtp, datagram.clear().put(noise).flip());
    return true;
  }

  private static void write(DatagramChannel channel, ByteBuffer out) {
    try {
      channel.write(out);
    } catch (IOException e) {
      // The client has gone, or its buffer is full: UDP loses what it loses.
    }
  }

  void release() {
    try {
      if (rtp != null) {
        rtp.close();
      }
      if (rtcp != null) {
        rtcp.close();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
