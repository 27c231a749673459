package io.vigilnvr.ingest.gstreamer.internal;

import com.sun.jna.Pointer;
import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.freedesktop.gstreamer.ElementFactory;

/**
 * Makes AAC of G.711, which neither MP4 nor browsers take. It is done where the audio is received,
 * so that what is recorded has it, too. Decoding G.711 is a look into a table of 256 values:
 * nothing that a camera sends can go wrong there.
 */
final class AacConversion {
  /** Not every browser plays less. */
  private static final int RATE = 16_000;

  /** AAC-LC, 16 kHz, mono (ISO/IEC 14496-3, 1.6.2.1). */
  private static final byte[] CONFIG = {0x14, 0x08};

  private static final String BITRATE = "32000";
  private static final List<String> ENCODERS = List.of("avenc_aac", "voaacenc");
  private static final String CAPS = "audio/mpeg,mpegversion=4,stream-format=raw";

  private AacConversion() {}

  /** What becomes of a medium: itself, unless it is G.711 and there is an encoder. */
  static Media of(Media media) {
    boolean g711 = media.codec() == Codec.PCMA || media.codec() == Codec.PCMU;
    return g711 && encoder().isPresent()
        ? new Media(
            Codec.AAC, media.depayloader(), CAPS, RATE, Optional.of(ByteBuffer.wrap(CONFIG)))
        : media;
  }

  private static Optional<String> encoder() {
    return ENCODERS.stream().filter(AacConversion::has).findFirst();
  }

  private static boolean has(String element) {
    try {
      return ElementFactory.find(element) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static boolean isConverted(Media media) {
    return media.codec() == Codec.AAC && decoder(media).isPresent();
  }

  private static Optional<String> decoder(Media media) {
    return switch (media.depayloader()) {
      case "rtppcmadepay" -> Optional.of("alawdec");
      case "rtppcmudepay" -> Optional.of("mulawdec");
      default -> Optional.empty();
    };
  }

  /** Links a depayloader with its sink, by way of what converts if anything has to be. */
  static boolean link(long bin, long depayloader, long sink, Media media) {
    List<Long> chain = new ArrayList<>();
    chain.add(depayloader);
    if (isConverted(media)) {
      List<String> elements =
          List.of(
              decoder(media).orElseThrow(),
              "audioconvert",
              "audioresample",
              "capsfilter",
              encoder().orElseThrow());
      for (String name : elements) {
        long element = NativeGst.Core.gst_element_factory_make(name, Pointer.NULL);
        if (element == 0) {
          return false;
        }
        if (name.equals("capsfilter")) {
          set(element, "caps", "audio/x-raw,rate=" + RATE + ",channels=1");
        } else if (ENCODERS.contains(name)) {
          set(element, "bitrate", BITRATE);
        }
        NativeGst.Core.gst_bin_add(bin, element);
        chain.add(element);
      }
    }
    chain.add(sink);
    boolean linked = true;
    for (int i = 1; i < chain.size(); i++) {
      linked &= NativeGst.Core.gst_element_link(chain.get(i - 1), chain.get(i)) != 0;
    }
    for (int i = chain.size() - 2; i > 0; i--) {
      NativeGst.Core.gst_element_sync_state_with_parent(chain.get(i));
    }
    return linked;
  }

  private static void set(long element, String property, String value) {
    NativeGst.Core.gst_util_set_object_arg(element, property, value);
  }
}
