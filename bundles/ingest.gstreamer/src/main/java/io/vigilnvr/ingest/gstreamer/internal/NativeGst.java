package io.vigilnvr.ingest.gstreamer.internal;

import com.sun.jna.Callback;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * What is called for each picture, and what gst1-java-core has no safe way for: its proxies cost an
 * object and a reference for each buffer, and its signals cannot pass native pointers. Mapped
 * directly, so a call is a plain JNI call.
 *
 * <p>Pointers that are only passed on are {@code long}. The offsets are those of GStreamer 1.x on
 * 64 bit, which are fixed by its ABI; {@link #checkLayout} makes sure.
 */
final class NativeGst {
  /** A pipeline's state. */
  static final int STATE_NULL = 1;

  static final int STATE_PLAYING = 4;

  static final int STATE_CHANGE_FAILURE = 0;

  static final int FLOW_OK = 0;
  static final int FLOW_EOS = -3;

  static final int MESSAGE_EOS = 1;
  static final int MESSAGE_ERROR = 1 << 1;

  static final int BUS_DROP = 0;

  static final int PROBE_BUFFER = 1 << 4;
  static final int PROBE_DROP = 0;
  static final int PROBE_OK = 1;
  static final int PROBE_REMOVE = 2;
  static final int PROBE_HANDLED = 4;

  private static final int FORMAT_TIME = 3;

  static final int PAD_LINK_OK = 0;

  static final int LEVEL_DEBUG = 5;

  private static final int MARKER_FLAG = 1 << 9;
  private static final int FLAGS_OFFSET = 16;
  private static final int MESSAGE_TYPE_OFFSET = 64;
  private static final int BUFFER_PTS_OFFSET = 72;
  private static final int BUFFER_DTS_OFFSET = 80;
  private static final int PROBE_DATA_OFFSET = 16;
  private static final int ERROR_DOMAIN_OFFSET = 0;
  private static final int ERROR_CODE_OFFSET = 4;
  private static final int ERROR_MESSAGE_OFFSET = 8;

  private NativeGst() {}

  /** {@code void pad-added(GstElement, GstPad, gpointer)}. */
  interface PadAdded extends Callback {
    void callback(long source, long pad, long data);
  }

  /** {@code gboolean select-stream(GstElement, guint, GstCaps, gpointer)}. */
  interface SelectStream extends Callback {
    int callback(long source, int number, long caps, long data);
  }

  /** {@code gboolean before-send(GstElement, GstRTSPMessage, gpointer)}. */
  interface BeforeSend extends Callback {
    int callback(long source, long message, long data);
  }

  /** {@code void new-manager(GstElement, GstElement, gpointer)}. */
  interface NewManager extends Callback {
    void callback(long source, long manager, long data);
  }

  /** {@code void new-jitterbuffer(GstElement, GstElement, guint, guint, gpointer)}. */
  interface NewJitterBuffer extends Callback {
    void callback(long manager, long buffer, int session, int ssrc, long data);
  }

  /** {@code GstPadProbeReturn (GstPad, GstPadProbeInfo, gpointer)}. */
  interface PadProbe extends Callback {
    int callback(long pad, long info, long data);
  }

  /** {@code GstFlowReturn new_sample(GstAppSink, gpointer)}. */
  interface NewSample extends Callback {
    int callback(long sink, long data);
  }

  /** {@code GstBusSyncReply (GstBus, GstMessage, gpointer)}. */
  interface BusSync extends Callback {
    int callback(long bus, long message, long data);
  }

  /** {@code GstLogFunction}. */
  interface LogFunction extends Callback {
    void callback(
        long category,
        int level,
        long file,
        long function,
        int line,
        long object,
        long message,
        long data);
  }

  /** Of {@code libgstapp-1.0}. */
  static final class App {
    static {
      Native.register(App.class, NativeLibrary.getInstance("gstapp-1.0"));
    }

    private App() {}

    static native long gst_app_sink_try_pull_sample(long sink, long timeoutNanos);

    static native void gst_app_sink_set_callbacks(
        long sink, Pointer callbacks, long data, long notify);
  }

  /** Of {@code libgstreamer-1.0}. */
  static final class Core {
    static {
      Native.register(Core.class, NativeLibrary.getInstance("gstreamer-1.0"));
    }

    private Core() {}

    static native long gst_sample_get_buffer(long sample);

    static native long gst_sample_get_caps(long sample);

    static native long gst_buffer_new();

    static native long gst_buffer_get_size(long buffer);

    static native long gst_buffer_extract(long buffer, long offset, ByteBuffer to, long size);

    static native void gst_mini_object_unref(long object);

    static native Pointer gst_caps_to_string(long caps);

    static native long gst_pad_get_current_caps(long pad);

    static native long gst_element_factory_make(String factory, Pointer name);

    static native int gst_bin_add(long bin, long element);

    static native int gst_element_link(long source, long target);

    static native long gst_element_get_static_pad(long element, String name);

    static native int gst_element_set_state(long element, int state);

    static native int gst_element_sync_state_with_parent(long element);

    static native int gst_pad_link(long source, long target);

    static native void gst_object_unref(long object);

    static native Pointer gst_object_get_name(long object);

    static native long gst_pad_add_probe(
        long pad, int mask, PadProbe function, long data, long notify);

    static native long gst_pad_get_peer(long pad);

    static native int gst_pad_chain(long pad, long buffer);

    static native int gst_pad_push(long pad, long buffer);

    static native int gst_pad_unlink(long source, long target);

    static native int gst_structure_get_uint(Pointer structure, String field, int[] value);

    static native long gst_element_get_base_time(long element);

    static native int gst_pad_send_event(long pad, long event);

    static native long gst_event_new_stream_start(String id);

    static native long gst_event_new_caps(long caps);

    static native long gst_event_new_segment(long segment);

    static native long gst_segment_new();

    static native void gst_segment_init(long segment, int format);

    static native void gst_segment_free(long segment);

    static native long gst_caps_from_string(String text);

    static native long gst_object_ref(long object);

    static native int gst_structure_get_uint64(Pointer structure, String field, long[] value);

    static native void gst_structure_free(Pointer structure);

    static native void gst_util_set_object_arg(long object, String property, String value);

    static native long gst_pipeline_get_bus(long pipeline);

    static native void gst_bus_set_sync_handler(long bus, Pointer function, long data, long notify);

    static native void gst_message_parse_error(long message, Pointer error, Pointer debug);

    static native void gst_debug_set_active(int active);

    static native void gst_debug_set_threshold_for_name(String category, int level);

    static native void gst_debug_add_log_function(LogFunction function, long data, long notify);

    static native int gst_debug_remove_log_function(Pointer function);

    static native Pointer gst_debug_message_get(long message);
  }

  /** Of {@code libgstrtsp-1.0}. */
  static final class Rtsp {
    static {
      Native.register(Rtsp.class, NativeLibrary.getInstance("gstrtsp-1.0"));
    }

    private Rtsp() {}

    static native int gst_rtsp_message_parse_request(
        long message, Pointer method, Pointer uri, Pointer version);
  }

  /** Of {@code libgobject-2.0}. */
  static final class GObject {
    static {
      Native.register(GObject.class, NativeLibrary.getInstance("gobject-2.0"));
    }

    private GObject() {}

    /** For a property that is a pointer: the variable arguments are passed like others. */
    static native void g_object_get(long object, String property, Pointer value, Pointer end);

    static native long g_signal_connect_data(
        long object, String signal, Callback callback, long data, long notify, int flags);
  }

  /** Of {@code libglib-2.0}. */
  static final class GLib {
    static {
      Native.register(GLib.class, NativeLibrary.getInstance("glib-2.0"));
    }

    private GLib() {}

    static native void g_free(Pointer memory);

    static native void g_error_free(Pointer error);

    static native String g_quark_to_string(int quark);
  }

  /** A GError and the text for developers that came with it. */
  record Failure(String domain, int code, String message, String debug) {}

  static int messageType(long message) {
    return new Pointer(message).getInt(MESSAGE_TYPE_OFFSET);
  }

  static Failure failure(long message) {
    try (Memory out = new Memory(2L * Long.BYTES)) {
      Core.gst_message_parse_error(message, out, out.share(Long.BYTES));
      Pointer error = out.getPointer(0);
      Pointer debug = out.getPointer(Long.BYTES);
      try {
        return new Failure(
            GLib.g_quark_to_string(error.getInt(ERROR_DOMAIN_OFFSET)),
            error.getInt(ERROR_CODE_OFFSET),
            error.getPointer(ERROR_MESSAGE_OFFSET).getString(0),
            debug == null ? "" : debug.getString(0));
      } finally {
        GLib.g_error_free(error);
        GLib.g_free(debug);
      }
    }
  }

  /** How many packets a jitter buffer has given up waiting for. */
  static long lostPackets(long jitterBuffer) {
    try (Memory out = new Memory(Long.BYTES)) {
      out.clear();
      GObject.g_object_get(jitterBuffer, "stats", out, Pointer.NULL);
      Pointer stats = out.getPointer(0);
      if (stats == null) {
        return 0;
      }
      long[] lost = new long[1];
      Core.gst_structure_get_uint64(stats, "num-lost", lost);
      Core.gst_structure_free(stats);
      return lost[0];
    }
  }

  /** A request's method and target. */
  record Request(int method, String target) {}

  static Request request(long message) {
    try (Memory out = new Memory(3L * Long.BYTES)) {
      out.clear();
      Rtsp.gst_rtsp_message_parse_request(
          message, out, out.share(Long.BYTES), out.share(2L * Long.BYTES));
      Pointer target = out.getPointer(Long.BYTES);
      return new Request(out.getInt(0), target == null ? "" : target.getString(0));
    }
  }

  static long ptsNanos(long buffer) {
    return new Pointer(buffer).getLong(BUFFER_PTS_OFFSET);
  }

  static void setPtsNanos(long buffer, long nanos) {
    new Pointer(buffer).setLong(BUFFER_PTS_OFFSET, nanos);
  }

  static long probed(long info) {
    return new Pointer(info).getLong(PROBE_DATA_OFFSET);
  }

  static String name(long object) {
    Pointer text = Core.gst_object_get_name(object);
    try {
      return text.getString(0);
    } finally {
      GLib.g_free(text);
    }
  }

  /**
   * Caps of our own for what {@code select-stream} shows, which are not to be kept: {@code rtspsrc}
   * goes on changing them, and names them only later.
   */
  static long rtpCaps(String shown) {
    int comma = shown.indexOf(',');
    return Core.gst_caps_from_string(
        "application/x-rtp" + (comma < 0 ? "" : shown.substring(comma)));
  }

  /** The pad that feeds another if its name starts so, with a reference; else 0. */
  static long feeder(long pad, String name) {
    long peer = Core.gst_pad_get_peer(pad);
    if (peer == 0 || name(peer).startsWith(name)) {
      return peer;
    }
    Core.gst_object_unref(peer);
    return 0;
  }

  /** Whether the buffer ends with a packet with the marker bit. */
  static boolean isMarked(long buffer) {
    return (new Pointer(buffer).getInt(FLAGS_OFFSET) & MARKER_FLAG) != 0;
  }

  /** The RTP timestamp of the packet that a depayloader has taken last. */
  static int lastTimestamp(long depayloader) {
    try (Memory out = new Memory(Long.BYTES)) {
      out.clear();
      GObject.g_object_get(depayloader, "stats", out, Pointer.NULL);
      Pointer stats = out.getPointer(0);
      int[] timestamp = new int[1];
      Core.gst_structure_get_uint(stats, "timestamp", timestamp);
      Core.gst_structure_free(stats);
      return timestamp[0];
    }
  }

  /** What has to come before the first buffer. */
  static void begin(long sinkPad, long caps) {
    Core.gst_pad_send_event(sinkPad, Core.gst_event_new_stream_start("vigil"));
    Core.gst_pad_send_event(sinkPad, Core.gst_event_new_caps(caps));
    long segment = Core.gst_segment_new();
    Core.gst_segment_init(segment, FORMAT_TIME);
    Core.gst_pad_send_event(sinkPad, Core.gst_event_new_segment(segment));
    Core.gst_segment_free(segment);
  }

  static String capsText(long caps) {
    Pointer text = Core.gst_caps_to_string(caps);
    try {
      return text.getString(0);
    } finally {
      GLib.g_free(text);
    }
  }

  /**
   * A new buffer has no times, and says so in known places.
   *
   * @throws IllegalStateException if this is not the GStreamer that we know
   */
  static void checkLayout() {
    long buffer = Core.gst_buffer_new();
    Pointer fields = new Pointer(buffer);
    boolean known =
        fields.getLong(BUFFER_PTS_OFFSET) == -1
            && fields.getLong(BUFFER_DTS_OFFSET) == -1
            && fields.getInt(8) == 1; // its reference count
    Core.gst_mini_object_unref(buffer);
    if (!known) {
      throw new IllegalStateException("this GStreamer lays its buffers out in an unknown way");
    }
  }
}
