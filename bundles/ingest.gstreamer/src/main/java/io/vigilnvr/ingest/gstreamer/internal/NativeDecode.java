package io.vigilnvr.ingest.gstreamer.internal;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** What decoding needs of GStreamer beside {@link NativeGst}. */
final class NativeDecode {
  static final int STATE_PAUSED = 3;

  private static final int DELTA_UNIT_FLAG = 1 << 13;
  private static final int FLAGS_OFFSET = 16;
  private static final int PTS_OFFSET = 72;
  private static final int DTS_OFFSET = 80;

  private NativeDecode() {}

  /** Of {@code libgstreamer-1.0}. */
  static final class Core {
    static {
      Native.register(Core.class, NativeLibrary.getInstance("gstreamer-1.0"));
    }

    private Core() {}

    static native long gst_buffer_new_allocate(long allocator, long size, long parameters);

    static native long gst_buffer_fill(long buffer, long offset, ByteBuffer from, long size);

    static native long gst_event_new_eos();

    static native long gst_parse_launch(String description, Pointer error);

    static native long gst_bin_get_by_name(long bin, String name);

    static native int gst_element_set_state(long element, int state);

    static native long gst_bus_pop_filtered(long bus, int types);

    static native void gst_bus_set_flushing(long bus, int flushing);
  }

  /**
   * Makes a pipeline of a description in GStreamer's language.
   *
   * @return 0 if that is not possible
   */
  static long launch(String description) {
    try (Memory out = new Memory(Long.BYTES)) {
      out.clear();
      long made = Core.gst_parse_launch(description, out);
      Pointer error = out.getPointer(0);
      if (error != null) {
        NativeGst.GLib.g_error_free(error);
        if (made != 0) {
          NativeGst.Core.gst_object_unref(made);
        }
        return 0;
      }
      return made;
    }
  }

  /** A buffer of GStreamer's with these bytes. */
  static long buffer(ByteBuffer direct, long ptsNanos, long dtsNanos, boolean keyframe) {
    int size = direct.remaining();
    long buffer = Core.gst_buffer_new_allocate(0, size, 0);
    Core.gst_buffer_fill(buffer, 0, direct, size);
    Pointer fields = new Pointer(buffer);
    fields.setLong(PTS_OFFSET, ptsNanos);
    fields.setLong(DTS_OFFSET, dtsNanos);
    if (!keyframe) {
      fields.setInt(FLAGS_OFFSET, fields.getInt(FLAGS_OFFSET) | DELTA_UNIT_FLAG);
    }
    return buffer;
  }

  static boolean isKeyframe(long buffer) {
    return (new Pointer(buffer).getInt(FLAGS_OFFSET) & DELTA_UNIT_FLAG) == 0;
  }
}
