package io.vigilnvr.ingest.gstreamer.internal;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.codec.DecodingTimes;
import io.vigilnvr.media.codec.NalUnits;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.freedesktop.gstreamer.Element;
import org.freedesktop.gstreamer.ElementFactory;
import org.freedesktop.gstreamer.Pipeline;
import org.freedesktop.gstreamer.State;
import org.freedesktop.gstreamer.glib.Natives;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline: {@code rtspsrc}, and a depayloader and an {@code appsink} for the first video and
 * the first audio. There is no parser: the depayloaders give whole pictures and their parameter
 * sets, and a parser would read every byte once more. A pipeline is used once; GStreamer's cannot
 * be started again after a fault.
 *
 * <p>Native code holds pointers to the callbacks and none of this keeps them alive but our fields,
 * so they are kept until the pipeline has stopped.
 */
final class GStreamerSession implements EngineSession {
  private static final long NO_TIME = -1;
  private static final long NANOS = 1_000_000_000;

  /** So much is kept back while a track's config is not known yet. */
  private static final int MOST_EARLY_UNITS = 250;

  private static final int FIRST_BYTES = 256 << 10;

  /** {@code rtspsrc}'s own, from which it pushes what it reads from the RTSP connection. */
  private static final String TCP_PAD = "internalsrc";

  private static final String RTP_PAD = "recv_rtp_sink_";
  private static final long UDP_TIMEOUT_MICROS = 3_000_000;
  private static final long TEARDOWN_NANOS = 500_000_000;
  private static final int UDP_LATENCY_MILLIS = 200;

  private final StreamSource.Rtsp source;
  private final EngineSink sink;
  private final Library library;
  private final RequestGuard guard;
  private final List<Callback> callbacks = new ArrayList<>();
  private final List<Memory> memory = new ArrayList<>();
  private final List<Receiver> receivers = new ArrayList<>();

  private @Nullable Pipeline pipeline;
  private volatile @Nullable Element rtspsrc;
  private long bus;
  private boolean closed;
  private boolean failed;
  private @Nullable StreamFormat format;
  private final List<EarlyUnit> early = new ArrayList<>();
  private final List<Long> jitterBuffers = new ArrayList<>();
  private long countedNanos = System.nanoTime();
  private long lostPackets;
  private final List<String> refusedMedia = new ArrayList<>();

  private record EarlyUnit(
      Receiver receiver, long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {}

  GStreamerSession(EngineRequest request, EngineSink sink, Library library) {
    source = (StreamSource.Rtsp) request.source();
    this.sink = sink;
    this.library = library;
    guard = new RequestGuard(source);
  }

  /** Whether there is a password that may not be sent in every way. */
  static boolean needsWatching(EngineRequest request) {
    StreamSource.Rtsp rtsp = (StreamSource.Rtsp) request.source();
    return rtsp.credentials().isPresent() && new RequestGuard(rtsp).refusesBasic();
  }

  synchronized void start() {
    Pipeline made = new Pipeline();
    Element src = ElementFactory.make("rtspsrc", null);
    pipeline = made;
    rtspsrc = src;
    src.set("location", location());
    source
        .credentials()
        .ifPresent(
            login -> {
              src.set("user-id", login.username());
              src.set("user-pw", login.password());
            });
    long element = pointer(src);
    library.connecting(element, this);
    // Beside TLS, UDP would carry the pictures in clear: only if that was asked for.
    boolean tcp =
        source.transport() == StreamSource.Transport.TCP
            || (source.transport() == StreamSource.Transport.AUTO && guard.encrypts());
    set(
        element,
        "protocols",
        tcp ? "tcp" : source.transport() == StreamSource.Transport.UDP ? "udp" : "tcp+udp");
    set(element, "latency", Integer.toString(tcp ? 0 : UDP_LATENCY_MILLIS));
    // Timestamps are the camera's as they are; the run's clock does the rest, for all engines.
    set(element, "buffer-mode", "none");
    set(element, "timeout", Long.toString(UDP_TIMEOUT_MICROS));
    set(element, "teardown-timeout", Long.toString(TEARDOWN_NANOS));
    set(element, "user-agent", "Vigil");
    // A camera's certificate is its own; there is nobody who could have signed it.
    set(element, "tls-validation-flags", "0");
    connect(
        element, "before-send", (NativeGst.BeforeSend) (e, message, data) -> beforeSend(message));
    connect(
        element,
        "select-stream",
        (NativeGst.SelectStream) (e, number, caps, data) -> select(number, caps) ? 1 : 0);
    connect(element, "new-manager", (NativeGst.NewManager) (e, manager, data) -> managed(manager));
    connect(element, "pad-added", (NativeGst.PadAdded) (e, pad, data) -> padAdded(pad));
    made.add(src);
    bus = NativeGst.Core.gst_pipeline_get_bus(pointer(made));
    NativeGst.BusSync listener = keep((b, message, data) -> told(message));
    NativeGst.Core.gst_bus_set_sync_handler(
        bus, CallbackReference.getFunctionPointer(listener), 0, 0);
    made.setState(State.PLAYING);
  }

  private static long pointer(org.freedesktop.gstreamer.glib.NativeObject object) {
    return Pointer.nativeValue(Natives.getRawPointer(object));
  }

  private static void set(long element, String property, String value) {
    NativeGst.Core.gst_util_set_object_arg(element, property, value);
  }

  private void connect(long element, String signal, Callback callback) {
    NativeGst.GObject.g_signal_connect_data(element, signal, keep(callback), 0, 0, 0);
  }

  private <T extends Callback> T keep(T callback) {
    callbacks.add(Library.attached(callback));
    return callback;
  }

  /** With the port: {@code rtspsrc} takes 554 for rtsps, too. */
  private String location() {
    URI uri = source.uri();
    if (uri.getPort() > 0 || uri.getHost() == null) {
      return uri.toString();
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return uri.getScheme()
        + "://"
        + uri.getHost()
        + ":"
        + RequestGuard.port(uri)
        + uri.getRawPath()
        + query;
  }

  /** What {@code rtspsrc} logs. */
  void logged(String text) {
    Element src = rtspsrc;
    if (guard.logged(text) && src != null) {
      // Back to where it was: not even a connection is made to the other. Only here, before anybody
      // has a reason to close: rtspsrc holds its connection's lock while it logs, and a close holds
      // the lock that setting needs while it waits for the connection's.
      src.set("location", location());
    }
  }

  private int beforeSend(long message) {
    NativeGst.Request request = NativeGst.request(message);
    Optional<String> refusal = guard.refusal(request.method(), request.target());
    refusal.ifPresent(why -> fail(CameraException.Kind.PROTOCOL, why));
    return refusal.isPresent() ? 0 : 1;
  }

  private synchronized boolean select(int number, long caps) {
    String text = NativeGst.capsText(caps);
    Optional<Media> media = Media.of(text).map(AacConversion::of);
    if (closed
        || media.isEmpty()
        || receivers.stream().anyMatch(other -> other.media.video() == media.get().video())) {
      refusedMedia.add(Media.name(text));
      return false;
    }
    Receiver receiver =
        new Receiver(media.get(), number, NativeGst.rtpCaps(text), Media.clock(text));
    if (media.get().video()) {
      receivers.add(0, receiver);
    } else {
      receivers.add(receiver);
    }
    return true;
  }

  private void managed(long manager) {
    connect(manager, "pad-added", (NativeGst.PadAdded) (rtpbin, pad, data) -> managerPadAdded(pad));
    connect(
        manager,
        "new-jitterbuffer",
        (NativeGst.NewJitterBuffer)
            (rtpbin, buffer, number, ssrc, data) -> {
              NativeGst.Core.gst_object_ref(buffer);
              synchronized (this) {
                jitterBuffers.add(buffer);
              }
            });
  }

  /**
   * Takes packets that came over TCP out before {@code rtpbin}. They are in order and complete, and
   * all that its session, demultiplexers, jitter buffer and further thread would do for them is to
   * give them a time, for half of the cost of receiving. RTCP goes to it as ever.
   */
  private void managerPadAdded(long pad) {
    String name = NativeGst.name(pad);
    if (!name.startsWith(RTP_PAD)) {
      return;
    }
    int number = Integer.parseInt(name.substring(RTP_PAD.length()));
    synchronized (this) {
      for (Receiver receiver : receivers) {
        if (receiver.number == number) {
          NativeGst.Core.gst_pad_add_probe(
              pad,
              NativeGst.PROBE_BUFFER,
              keep((p, info, data) -> receiver.packet(p, NativeGst.probed(info))),
              0,
              0);
        }
      }
    }
  }

  /** Tells of packets that never came, once a second at most. */
  private void countLost() {
    long now = System.nanoTime();
    if (now - countedNanos < NANOS) {
      return;
    }
    countedNanos = now;
    long lost = 0;
    for (long buffer : jitterBuffers) {
      lost += NativeGst.lostPackets(buffer);
    }
    if (lost > lostPackets) {
      sink.lostPackets(lost - lostPackets);
      lostPackets = lost;
    }
  }

  private void padAdded(long pad) {
    long caps = NativeGst.Core.gst_pad_get_current_caps(pad);
    if (caps == 0) {
      return;
    }
    String text = NativeGst.capsText(caps);
    NativeGst.Core.gst_mini_object_unref(caps);
    Optional<Media> media = Media.of(text).map(AacConversion::of);
    synchronized (this) {
      Pipeline into = pipeline;
      if (closed || into == null || media.isEmpty()) {
        return;
      }
      for (Receiver receiver : receivers) {
        if (receiver.media.codec() == media.get().codec() && receiver.input == 0) {
          receiver.build(pointer(into));
          receiver.guardAgainstLoss();
          if (receiver.input != 0
              && NativeGst.Core.gst_pad_link(pad, receiver.input) != NativeGst.PAD_LINK_OK) {
            fail(
                CameraException.Kind.PROTOCOL,
                "the camera describes its media in a way that cannot be received");
          }
          return;
        }
      }
    }
  }

  private int told(long message) {
    int type = NativeGst.messageType(message);
    if (type == NativeGst.MESSAGE_ERROR) {
      NativeGst.Failure failure = NativeGst.failure(message);
      Faults.Fault fault = Faults.of(failure, source, guard);
      if (fault.kind() == CameraException.Kind.PROTOCOL && receiversEmptyButRefused()) {
        fail(fault.kind(), "nothing the camera sends can be recorded: " + refusedMedia);
      } else {
        fail(fault.kind(), fault.cause());
      }
    } else if (type == NativeGst.MESSAGE_EOS) {
      fail(CameraException.Kind.UNREACHABLE, "the camera closed the connection");
    }
    // Whoever drops a message owns it; it holds the element that it is from.
    NativeGst.Core.gst_mini_object_unref(message);
    return NativeGst.BUS_DROP;
  }

  private synchronized boolean receiversEmptyButRefused() {
    return receivers.isEmpty() && !refusedMedia.isEmpty();
  }

  private synchronized void fail(CameraException.Kind kind, String cause) {
    if (!closed && !failed) {
      failed = true;
      sink.failed(kind, cause);
    }
  }

  /** One call at a time, whichever track's thread it comes from. */
  private synchronized void deliver(
      Receiver receiver, long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {
    if (closed || failed) {
      return;
    }
    if (format == null && !announce()) {
      if (early.size() < MOST_EARLY_UNITS) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
        early.add(new EarlyUnit(receiver, ptsTicks, dtsTicks, keyframe, copy));
      }
      return;
    }
    sink.unit(1 + receivers.indexOf(receiver), ptsTicks, dtsTicks, keyframe, payload);
    countLost();
  }

  private synchronized void configured(Receiver receiver, ByteBuffer config) {
    if (!config.equals(receiver.config)) {
      receiver.config = config;
      format = null;
    }
  }

  /** Tells the format and what waited for it, once the config of each track is known. */
  private boolean announce() {
    List<Track> tracks = new ArrayList<>();
    for (Receiver receiver : receivers) {
      ByteBuffer config = receiver.config;
      if (config == null) {
        return false;
      }
      tracks.add(receiver.media.track(tracks.size() + 1, config));
    }
    format = new StreamFormat(tracks);
    Element connected = rtspsrc;
    if (connected != null) {
      library.connected(pointer(connected));
    }
    sink.format(format);
    for (EarlyUnit unit : early) {
      sink.unit(
          1 + receivers.indexOf(unit.receiver()),
          unit.ptsTicks(),
          unit.dtsTicks(),
          unit.keyframe(),
          unit.payload());
    }
    early.clear();
    return true;
  }

  @Override
  public void close() {
    Pipeline old;
    Element src;
    List<Receiver> built;
    synchronized (this) {
      closed = true;
      built = List.copyOf(receivers);
      old = pipeline;
      src = rtspsrc;
      pipeline = null;
      rtspsrc = null;
    }
    if (old == null || src == null) {
      return;
    }
    // First the sinks: a camera that hangs up just now has its end pushed into one that is paused
    // already, and waits there for good, while the pipeline waits for it.
    built.forEach(Receiver::stop);
    // Waits for the streaming threads, which may wait for our lock: so it is not held here.
    old.setState(State.NULL);
    library.connected(pointer(src));
    NativeGst.Core.gst_bus_set_sync_handler(bus, Pointer.NULL, 0, 0);
    NativeGst.Core.gst_object_unref(bus);
    src.dispose();
    old.dispose();
    synchronized (this) {
      jitterBuffers.forEach(NativeGst.Core::gst_object_unref);
      jitterBuffers.clear();
      receivers.forEach(Receiver::dispose);
      receivers.clear();
      callbacks.clear();
      memory.clear();
      early.clear();
    }
  }

  /** One track: a depayloader, an {@code appsink}, and what becomes of its buffers. */
  private final class Receiver {
    final Media media;
    final int number;
    final long caps;
    final RtpClock clock;

    /** Where packets go in, once there is something. */
    long input;

    private long depayloader;
    private long appsink;

    /** Null until it is known. Guarded by the session. */
    @Nullable ByteBuffer config;

    // The streaming thread's.
    private final ByteBuffer header = ByteBuffer.allocateDirect(12);
    private final ByteBuffer packetStart = ByteBuffer.allocateDirect(LossGuard.BYTES);
    private Optional<LossGuard> loss = Optional.empty();
    private long baseNanos;

    /** Whether packets come to the depayloader as they are, without times. */
    private boolean relinked;

    private long lastCaps;
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);
    private DecodingTimes times = new DecodingTimes(0);
    private long frameTicks;
    private long firstNanos = NO_TIME;

    Receiver(Media media, int number, long caps, RtpClock clock) {
      this.media = media;
      this.number = number;
      this.caps = caps;
      this.clock = clock;
      config = media.config().orElse(null);
    }

    /** Lets whoever pushes into the sink go. */
    void stop() {
      if (appsink != 0) {
        NativeGst.Core.gst_element_set_state(appsink, NativeGst.STATE_NULL);
      }
    }

    /** Makes the elements and starts them. */
    void build(long into) {
      depayloader = NativeGst.Core.gst_element_factory_make(media.depayloader(), Pointer.NULL);
      appsink = NativeGst.Core.gst_element_factory_make("appsink", Pointer.NULL);
      if (depayloader == 0 || appsink == 0) {
        fail(
            CameraException.Kind.CONFIGURATION,
            Library.missing(media.depayloader(), "gstreamer1.0-plugins-good"));
        return;
      }
      set(appsink, "caps", media.caps());
      set(appsink, "sync", "false");
      set(appsink, "async", "false");
      set(appsink, "enable-last-sample", "false");
      NativeGst.NewSample sample = keep((s, data) -> take(s));
      Memory table = new Memory(8L * Long.BYTES); // GstAppSinkCallbacks
      table.clear();
      table.setPointer(2L * Long.BYTES, CallbackReference.getFunctionPointer(sample));
      memory.add(table);
      NativeGst.App.gst_app_sink_set_callbacks(appsink, table, 0, 0);
      NativeGst.Core.gst_bin_add(into, depayloader);
      NativeGst.Core.gst_bin_add(into, appsink);
      if (!AacConversion.link(into, depayloader, appsink, media)) {
        fail(CameraException.Kind.CONFIGURATION, "the camera's audio cannot be converted");
        return;
      }
      NativeGst.Core.gst_element_sync_state_with_parent(appsink);
      NativeGst.Core.gst_element_sync_state_with_parent(depayloader);
      input = NativeGst.Core.gst_element_get_static_pad(depayloader, "sink");
    }

    /** Datagrams may be lost: looks at each on its way into the depayloader. */
    void guardAgainstLoss() {
      if (input != 0 && media.video()) {
        var guard = new LossGuard(media.codec());
        loss = Optional.of(guard);
        NativeGst.Core.gst_pad_add_probe(
            input,
            NativeGst.PROBE_BUFFER,
            keep(
                (p, info, data) -> {
                  packetStart.clear();
                  packetStart.limit(
                      (int)
                          NativeGst.Core.gst_buffer_extract(
                              NativeGst.probed(info), 0, packetStart, packetStart.capacity()));
                  guard.packet(packetStart);
                  return NativeGst.PROBE_OK;
                }),
            0,
            0);
      }
    }

    /**
     * A packet on its way to {@code rtpbin}; every one of an audio track's, the first of a video
     * track's, which then has a way of its own.
     */
    int packet(long pad, long buffer) {
      if (input == 0) {
        long feeder = NativeGst.feeder(pad, TCP_PAD);
        if (feeder == 0) {
          return NativeGst.PROBE_REMOVE; // UDP: packets may be out of order
        }
        try {
          return begin(pad, feeder, buffer);
        } finally {
          NativeGst.Core.gst_object_unref(feeder);
        }
      }
      header.clear();
      header.limit((int) NativeGst.Core.gst_buffer_extract(buffer, 0, header, header.capacity()));
      long time = clock.nanos(header, runningNanos());
      if (time < 0) {
        return NativeGst.PROBE_DROP;
      }
      NativeGst.setPtsNanos(buffer, time);
      NativeGst.Core.gst_pad_chain(input, buffer);
      return NativeGst.PROBE_HANDLED;
    }

    private int begin(long pad, long feeder, long buffer) {
      synchronized (GStreamerSession.this) {
        Pipeline into = pipeline;
        if (closed || into == null) {
          return NativeGst.PROBE_DROP;
        }
        build(pointer(into));
        baseNanos = NativeGst.Core.gst_element_get_base_time(pointer(into));
      }
      if (input == 0) {
        return NativeGst.PROBE_DROP;
      }
      if (!media.video()) {
        NativeGst.begin(input, caps);
        return packet(pad, buffer);
      }
      relinked = true;
      NativeGst.Core.gst_pad_unlink(feeder, pad);
      NativeGst.Core.gst_pad_link(feeder, input);
      NativeGst.Core.gst_pad_push(feeder, buffer);
      return NativeGst.PROBE_HANDLED;
    }

    /** As GStreamer has it: its clock is the same as Java's. */
    private long runningNanos() {
      return System.nanoTime() - baseNanos;
    }

    void dispose() {
      if (input != 0) {
        NativeGst.Core.gst_object_unref(input);
      }
      NativeGst.Core.gst_mini_object_unref(caps);
    }

    private int take(long appsink) {
      long sample = NativeGst.App.gst_app_sink_try_pull_sample(appsink, 0);
      if (sample == 0) {
        return NativeGst.FLOW_OK;
      }
      try {
        long caps = NativeGst.Core.gst_sample_get_caps(sample);
        if (caps != lastCaps) {
          lastCaps = caps;
          newCaps(NativeGst.capsText(caps));
        }
        long buffer = NativeGst.Core.gst_sample_get_buffer(sample);
        int size = (int) NativeGst.Core.gst_buffer_get_size(buffer);
        long pts = pts(buffer);
        if (pts == NO_TIME || size == 0 || loss.filter(guard -> !guard.isWhole()).isPresent()) {
          return NativeGst.FLOW_OK;
        }
        if (bytes.capacity() < size) {
          bytes = ByteBuffer.allocateDirect(Math.max(media.video() ? FIRST_BYTES : 0, size * 2));
        }
        bytes.clear();
        NativeGst.Core.gst_buffer_extract(buffer, 0, bytes, size);
        bytes.limit(size);
        unit(pts);
        return NativeGst.FLOW_OK;
      } catch (RuntimeException e) {
        fail(CameraException.Kind.PROTOCOL, "what the camera sends cannot be read");
        return NativeGst.FLOW_EOS;
      } finally {
        NativeGst.Core.gst_mini_object_unref(sample);
      }
    }

    private long pts(long buffer) {
      if (relinked) {
        int timestamp = NativeGst.lastTimestamp(depayloader);
        return clock.ticks(timestamp, NativeGst.isMarked(buffer), runningNanos());
      }
      long nanos = NativeGst.ptsNanos(buffer);
      return nanos == NO_TIME ? NO_TIME : ticks(nanos);
    }

    private void unit(long pts) {
      if (media.video()) {
        boolean keyframe = NalUnits.keyframe(media.codec(), bytes);
        deliver(this, pts, times.next(pts, frameTicks), keyframe, bytes);
      } else {
        deliver(this, pts, pts, true, bytes);
      }
    }

    private void newCaps(String caps) {
      Optional<ByteBuffer> data = media.codecData(caps);
      // An encoder of ours says more of its config than is known beforehand, and nothing that is
      // needed.
      if (data.isPresent() && !data.get().equals(config) && !AacConversion.isConverted(media)) {
        if (media.video()) {
          Track track = media.track(1, data.get());
          times = new DecodingTimes(Codecs.reorderDepth(track));
          double rate = Codecs.picture(track).map(picture -> picture.frameRate()).orElse(0.0);
          frameTicks = rate > 1 ? Math.round(90_000 / rate) : 3600;
        }
        configured(this, data.get());
      }
    }

    /**
     * From the first one on, as GStreamer cuts its nanoseconds off: so units that follow each other
     * without a gap do so here too.
     */
    private long ticks(long nanos) {
      if (firstNanos == NO_TIME) {
        firstNanos = nanos;
      }
      return scaled(firstNanos) + scaled(nanos - firstNanos);
    }

    private long scaled(long nanos) {
      long seconds = Math.floorDiv(nanos, NANOS);
      long rest = Math.floorMod(nanos, NANOS);
      return seconds * media.timescale() + (rest * media.timescale() + NANOS / 2) / NANOS;
    }
  }
}
