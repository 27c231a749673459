package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.media.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** What GStreamer calls an element that is no software, among other things. */
  private static final String HARDWARE = "Hardware";

  /** Those that failed in this process, each with the cause. */
  private static final Map<Codec, Map<String, String>> FAILED = new EnumMap<>(Codec.class);

  private Decoders() {}

  /** An element that decodes, and how GStreamer ranks it. */
  record Candidate(String name, int rank, boolean hardware) {}

  /**
   * What the owner allows.
   *
   * @param avoided names of decoders
   */
  record Allowed(boolean hardware, Set<String> avoided) {
    /** As the platform tells its workers. */
    static Allowed here() {
      String avoided = System.getProperty(DecodeEngine.AVOIDED, "");
      return new Allowed(
          !"software".equals(System.getProperty(DecodeEngine.DECODERS)),
          Arrays.stream(avoided.split(",", -1)).collect(Collectors.toUnmodifiableSet()));
    }

    private boolean allows(Candidate candidate) {
      return (hardware || !candidate.hardware()) && !avoided.contains(candidate.name());
    }
  }

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
      found.add(new Candidate(each.getName(), each.getRank(), each.getKlass().contains(HARDWARE)));
    }
    found.removeIf(each -> failed(codec).containsKey(each.name()));
    return inOrder(found, Allowed.here());
  }

  /** The best first; none below libav's. */
  static List<String> inOrder(List<Candidate> found, Allowed allowed) {
    List<Candidate> ranked = new ArrayList<>(found);
    ranked.sort(Comparator.comparingInt(Candidate::rank).reversed());
    List<String> names = new ArrayList<>();
    for (Candidate each : ranked) {
      if (allowed.allows(each)) {
        names.add(each.name());
      }
      if (each.name().startsWith(TRUSTED)) {
        break;
      }
    }
    return names;
  }

  /**
   * One failed where the next did not: it is not tried again in this process, as with a driver that
   * cannot be used.
   */
  static synchronized void leave(Codec codec, DecodeSink.Left failure) {
    failed(codec).putIfAbsent(failure.decoder(), failure.cause());
  }

  /** Those that are not tried any more, in the order in which they failed. */
  static synchronized List<DecodeSink.Left> left(Codec codec) {
    return failed(codec).entrySet().stream()
        .map(each -> new DecodeSink.Left(each.getKey(), each.getValue()))
        .toList();
  }

  private static Map<String, String> failed(Codec codec) {
    return FAILED.computeIfAbsent(codec, key -> new LinkedHashMap<>());
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
