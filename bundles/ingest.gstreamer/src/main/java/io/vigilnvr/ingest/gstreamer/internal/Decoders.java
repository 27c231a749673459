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

  /** An element that decodes, and how GStreamer ranks it. */
  record Candidate(String name, int rank) {}

  /** Names of elements to be tried, in order. */
  static synchronized List<String> of(Codec codec) {
    List<Candidate> found = new ArrayList<>();
    for (ElementFactory each :
        ElementFactory.listGetElementsFilter(
            ElementFactory.ListType.DECODER,
            Rank.MARGINAL,
            Caps.fromString(caps(codec)),
            PadDirection.SINK,
            false)) {
      found.add(new Candidate(each.getName(), each.getRank()));
    }
    return inOrder(found);
  }

  /** The best first; none below libav's. */
  static List<String> inOrder(List<Candidate> found) {
    List<Candidate> ranked = new ArrayList<>(found);
    ranked.sort(Comparator.comparingInt(Candidate::rank).reversed());
    List<String> names = new ArrayList<>();
    for (Candidate each : ranked) {
      names.add(each.name());
      if (each.name().startsWith(TRUSTED)) {
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
    try {
      ElementFactory.find(name).setRank(Rank.NONE);
    } catch (IllegalArgumentException e) {
      // One that is not there is not tried either.
    }
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
