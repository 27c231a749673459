package io.vigilnvr.ingest.gstreamer.internal;

import com.sun.jna.CallbackReference;
import com.sun.jna.Pointer;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.codec.Picture;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freedesktop.gstreamer.ElementFactory;

/**
 * A decoder and what makes the wanted output of its pictures, as one chain without queues: a unit
 * that is pushed in has gone all the way when the call returns, and nothing has threads but the
 * decoders and encoders that want some.
 */
final class DecodePipeline implements AutoCloseable {
  /** Encoders of H.264, the better first. */
  private static final List<String> H264_ENCODERS = List.of("x264enc", "openh264enc");

  private static final int USUAL_FRAME_RATE = 25;
  private static final Pattern SIZE = Pattern.compile("\\b(width|height)=\\(int\\)(\\d{1,6})");

  /** Says which decoded pictures go on; called by the thread that pushes. */
  @FunctionalInterface
  interface Choice {
    boolean isWanted(long ptsNanos);
  }

  /** Takes what comes out; the bytes are lent. */
  @FunctionalInterface
  interface Taker {
    void take(long ptsNanos, boolean keyframe, int widthPx, int heightPx, ByteBuffer bytes);
  }

  private final Track track;
  private final DecodeOutput output;
  private final Taker taker;
  private final NativeGst.PadProbe probe;
  private final NativeGst.BusSync silence;

  /** Whether a picture left the decoder. */
  private volatile boolean decoded;

  private volatile String fault = "";

  private String first = "decoder";
  private long pipeline;
  private long bus;
  private long input;
  private long decoderOutput;
  private long sink;
  private long lastCaps;
  private int widthPx;
  private int heightPx;
  private ByteBuffer in = ByteBuffer.allocateDirect(256 << 10);
  private ByteBuffer out = ByteBuffer.allocateDirect(256 << 10);

  DecodePipeline(Track track, DecodeOutput output, Choice choice, Taker taker) {
    this.track = track;
    this.output = output;
    this.taker = taker;
    probe =
        (pad, info, data) -> {
          decoded = true;
          long pts = NativeGst.ptsNanos(NativeGst.probed(info));
          return choice.isWanted(pts) ? NativeGst.PROBE_OK : NativeGst.PROBE_DROP;
        };
    silence =
        (b, message, data) -> {
          if (NativeGst.messageType(message) == NativeGst.MESSAGE_ERROR) {
            NativeGst.Failure failure = NativeGst.failure(message);
            fault = failure.message() + " (" + failure.debug() + ")";
          }
          NativeGst.Core.gst_mini_object_unref(message);
          return NativeGst.BUS_DROP;
        };
  }

  /** The element that output needs and that is missing here. */
  static Optional<String> missing(DecodeOutput output) {
    if (output instanceof DecodeOutput.H264 && encoder().isEmpty()) {
      return Optional.of(
          "GStreamer has no encoder for H.264: install the package gstreamer1.0-plugins-ugly or"
              + " gstreamer1.0-plugins-bad");
    }
    if (output instanceof DecodeOutput.Jpeg && !has("jpegenc")) {
      return Optional.of(Library.missing("jpegenc", "gstreamer1.0-plugins-good"));
    }
    return Optional.empty();
  }

  private static Optional<String> encoder() {
    return H264_ENCODERS.stream().filter(DecodePipeline::has).findFirst();
  }

  static boolean has(String element) {
    try {
      return ElementFactory.find(element) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Says whether it is ready for units. */
  boolean start(String decoder) {
    pipeline = NativeDecode.launch(description(decoder));
    if (pipeline == 0) {
      fault = "it cannot be made";
      return false;
    }
    bus = NativeGst.Core.gst_pipeline_get_bus(pipeline);
    NativeGst.Core.gst_bus_set_sync_handler(
        bus, CallbackReference.getFunctionPointer(silence), 0, 0);
    input = pad(first, "sink");
    decoderOutput = pad("decoder", "src");
    NativeGst.Core.gst_pad_add_probe(decoderOutput, NativeGst.PROBE_BUFFER, probe, 0, 0);
    sink = NativeDecode.Core.gst_bin_get_by_name(pipeline, "sink");
    int state = NativeDecode.Core.gst_element_set_state(pipeline, NativeGst.STATE_PLAYING);
    if (state == NativeGst.STATE_CHANGE_FAILURE) {
      return false;
    }
    long caps = NativeGst.Core.gst_caps_from_string(inputCaps());
    NativeGst.begin(input, caps);
    NativeGst.Core.gst_mini_object_unref(caps);
    return true;
  }

  private long pad(String element, String name) {
    long found = NativeDecode.Core.gst_bin_get_by_name(pipeline, element);
    long pad = NativeGst.Core.gst_element_get_static_pad(found, name);
    NativeGst.Core.gst_object_unref(found);
    return pad;
  }

  private String inputCaps() {
    byte[] config = new byte[track.codecConfig().remaining()];
    track.codecConfig().duplicate().get(config);
    StringBuilder caps = new StringBuilder(Decoders.caps(track.codec()));
    caps.append(",codec_data=(buffer)").append(HexFormat.of().formatHex(config));
    Optional<Picture> picture = Codecs.picture(track);
    picture.ifPresent(
        size ->
            caps.append(",width=")
                .append(size.widthPx())
                .append(",height=")
                .append(size.heightPx()));
    return caps.append(",framerate=").append(frameRate()).append("/1").toString();
  }

  private int frameRate() {
    return Codecs.picture(track)
        .map(picture -> (int) Math.round(picture.frameRate()))
        .filter(rate -> rate >= 1 && rate <= 240)
        .orElse(USUAL_FRAME_RATE);
  }

  private String description(String decoder) {
    // One thread: more would only make pictures late.
    String options = decoder.startsWith("avdec_") ? " max-threads=1" : "";
    String parser = track.codec() == Codec.H265 ? "h265parse" : "h264parse";
    // Software says what it needs by itself; hardware wants to know beforehand.
    boolean parsed = Decoders.isHardware(decoder) && has(parser);
    first = parsed ? "parser" : "decoder";
    return (parsed ? parser + " name=parser ! " : "")
        + decoder
        + " name=decoder"
        + options
        + " ! "
        + tail()
        + " ! appsink name=sink wait-on-eos=false sync=false async=false enable-last-sample=false";
  }

  private String tail() {
    if (output instanceof DecodeOutput.Jpeg jpeg) {
      return "videoscale ! video/x-raw,width=[1,"
          + jpeg.maxWidthPx()
          + "],pixel-aspect-ratio=1/1 ! videoconvert ! jpegenc quality="
          + jpeg.quality();
    }
    if (output instanceof DecodeOutput.Pixels pixels) {
      return String.format(
          Locale.ROOT,
          "videoscale add-borders=false ! video/x-raw,width=%d,height=%d,pixel-aspect-ratio=1/1"
              + " ! videoconvert ! video/x-raw,format=%s",
          pixels.widthPx(),
          pixels.heightPx(),
          pixels.format() == PixelFormat.GRAY8 ? "GRAY8" : "BGR");
    }
    DecodeOutput.H264 h264 = (DecodeOutput.H264) output;
    return "videoscale ! video/x-raw,width=[2,"
        + (h264.maxWidthPx() & ~1)
        + ",2],height=[2,8192,2],pixel-aspect-ratio=1/1 ! videoconvert ! video/x-raw,format=I420 ! "
        + encoding(h264, encoder().orElse(H264_ENCODERS.get(0)))
        + " ! video/x-h264,stream-format=byte-stream,alignment=au";
  }

  private String encoding(DecodeOutput.H264 output, String encoder) {
    long pictures = Math.max(1, output.keyframeInterval().toMillis() * frameRate() / 1000);
    return encoder.equals("x264enc")
        ? "x264enc tune=zerolatency speed-preset=ultrafast threads=1 bframes=0 bitrate="
            + output.bitrateBps() / 1000
            + " key-int-max="
            + pictures
        : "openh264enc complexity=low usage-type=camera rate-control=bitrate multi-thread=1"
            + " scene-change-detection=false background-detection=false adaptive-quantization=false"
            + " bitrate="
            + output.bitrateBps()
            + " max-bitrate="
            + output.bitrateBps() * 3L / 2
            + " gop-size="
            + pictures;
  }

  /** Pushes a unit through; says whether the chain is still well. */
  boolean push(long ptsNanos, long dtsNanos, boolean keyframe, ByteBuffer payload) {
    int size = payload.remaining();
    if (in.capacity() < size) {
      in = ByteBuffer.allocateDirect(size * 2);
    }
    in.clear().put(payload.duplicate()).flip();
    long buffer = NativeDecode.buffer(in, ptsNanos, dtsNanos, keyframe);
    int flow = NativeGst.Core.gst_pad_chain(input, buffer);
    pull();
    return flow == NativeGst.FLOW_OK && fault.isEmpty();
  }

  /** Makes the chain give what it still holds. */
  void drain() {
    NativeGst.Core.gst_pad_send_event(input, NativeDecode.Core.gst_event_new_eos());
    pull();
  }

  private void pull() {
    while (true) {
      long sample = NativeGst.App.gst_app_sink_try_pull_sample(sink, 0);
      if (sample == 0) {
        return;
      }
      try {
        take(sample);
      } finally {
        NativeGst.Core.gst_mini_object_unref(sample);
      }
    }
  }

  private void take(long sample) {
    long caps = NativeGst.Core.gst_sample_get_caps(sample);
    if (caps != lastCaps) {
      lastCaps = caps;
      size(NativeGst.capsText(caps));
    }
    long buffer = NativeGst.Core.gst_sample_get_buffer(sample);
    int bytes = (int) NativeGst.Core.gst_buffer_get_size(buffer);
    if (bytes == 0) {
      return;
    }
    if (out.capacity() < bytes) {
      out = ByteBuffer.allocateDirect(bytes * 2);
    }
    out.clear();
    NativeGst.Core.gst_buffer_extract(buffer, 0, out, bytes);
    out.limit(bytes);
    if (output instanceof DecodeOutput.Pixels pixels) {
      withoutPadding(pixels);
    }
    taker.take(
        NativeGst.ptsNanos(buffer),
        NativeDecode.isKeyframe(buffer),
        widthPx,
        heightPx,
        out.asReadOnlyBuffer());
  }

  private void size(String caps) {
    Matcher matcher = SIZE.matcher(caps);
    while (matcher.find()) {
      int pixels = Integer.parseInt(matcher.group(2));
      if (matcher.group(1).equals("width")) {
        widthPx = pixels;
      } else {
        heightPx = pixels;
      }
    }
  }

  /** GStreamer's rows begin at multiples of four bytes. */
  private void withoutPadding(DecodeOutput.Pixels pixels) {
    int row = pixels.widthPx() * pixels.format().bytesPerPixel();
    int stride = (row + 3) & ~3;
    if (stride == row || out.limit() < stride * pixels.heightPx()) {
      return;
    }
    byte[] line = new byte[row];
    for (int y = 1; y < pixels.heightPx(); y++) {
      out.get(y * stride, line);
      out.put(y * row, line);
    }
    out.limit(row * pixels.heightPx());
  }

  boolean hasDecoded() {
    return decoded;
  }

  String fault() {
    return fault;
  }

  /** Lets a push that is under way return, and waits for it. */
  @Override
  public void close() {
    if (pipeline == 0) {
      return;
    }
    NativeDecode.Core.gst_element_set_state(pipeline, NativeGst.STATE_NULL);
    NativeGst.Core.gst_bus_set_sync_handler(bus, Pointer.NULL, 0, 0);
    for (long reference : new long[] {input, decoderOutput, sink, bus, pipeline}) {
      if (reference != 0) {
        NativeGst.Core.gst_object_unref(reference);
      }
    }
    pipeline = 0;
  }
}
