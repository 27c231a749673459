package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.media.Codec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.freedesktop.gstreamer.Caps;
import org.freedesktop.gstreamer.ElementFactory;
import org.freedesktop.gstreamer.PadDirection;
import org.freedesktop.gstreamer.PluginFeature.Rank;

/**
 * The decoders there are, the best first, as GStreamer ranks them: hardware's above software's. The
 * last is libav's, which is fuzzed by the whole world; what ranks below it gets no camera's bytes.
 */
final class Decoders {
  private static final String TRUSTED = "avdec_";

  private Decoders() {}

  /** Names of elements to be tried, in order. */
  static synchronized List<String> of(Codec codec) {
    List<ElementFactory> found =
        new ArrayList<>(
            ElementFactory.listGetElementsFilter(
                ElementFactory.ListType.DECODER,
                Rank.MARGINAL,
                Caps.fromString(caps(codec)),
                PadDirection.SINK,
                false));
    found.sort(Comparator.comparingInt(ElementFactory::getRank).reversed());
    List<String> names = new ArrayList<>();
    for (ElementFactory each : found) {
      names.add(each.getName());
      if (each.getName().startsWith(TRUSTED)) {
        break;
      }
    }
    return names;
  }

  /**
   * One failed where the next did not: it is not tried first again in this process, as with a
   * driver that cannot be used.
   */
  static synchronized void demote(String name) {
    ElementFactory.find(name).setRank(Rank.NONE);
  }

  /** Whether it may be anything but libav's. */
  static boolean isHardware(String name) {
    return !name.startsWith(TRUSTED);
  }

  static String caps(Codec codec) {
    return codec == Codec.H265
        ? "video/x-h265,stream-format=(string)hvc1,alignment=(string)au"
        : "video/x-h264,stream-format=(string)avc,alignment=(string)au";
  }
}
