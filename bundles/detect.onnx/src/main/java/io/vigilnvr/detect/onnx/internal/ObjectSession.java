package io.vigilnvr.detect.onnx.internal;

import ai.onnxruntime.OrtException;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.detect.onnx.internal.Candidates.Candidate;
import io.vigilnvr.detect.onnx.internal.Sampler.Placing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at one camera by a model that others may look by, too. */
final class ObjectSession implements DetectorSession {
  /** What scores less is not even told to those who tune. */
  private static final double FLOOR = 0.1;

  private static final int MOST = 100;

  /** Of what a border cuts off, that lies in something else, it is a part of that. */
  private static final double PART = 0.7;

  private static final double BORDER_PX = 3;

  private final ModelLease lease;
  private final FrameSpec input;
  private final Sampler sampler;
  private final Regions regions;
  private Wanted wanted;
  private List<Crop> looked = List.of();
  private int candidates;
  private double millis;
  private volatile boolean closed;

  ObjectSession(ModelLease lease, FrameSpec input, Wanted wanted) {
    this.lease = lease;
    this.input = input;
    this.wanted = wanted;
    InputFormat format = lease.descriptor().input();
    sampler = new Sampler(format, input.widthPx());
    regions = new Regions(input.widthPx(), input.heightPx(), format);
  }

  @Override
  public FrameSpec input() {
    return input;
  }

  @Override
  public Policy policy() {
    return wanted.policy(lease.descriptor().labels());
  }

  @Override
  public Optional<String> model() {
    return Optional.of(lease.descriptor().id());
  }

  /** A box in pixels of the frame, and whether the part that was looked at cuts it off. */
  private record Seen(Candidate candidate, boolean cut) {}

  @Override
  public List<Detection> detect(Frame frame, List<Event.Box> moving)
      throws DetectorException, InterruptedException {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (!frame.spec().equals(input)) {
      throw new IllegalArgumentException("not a frame of " + input);
    }
    long start = System.nanoTime();
    List<Crop> crops = regions.of(moving, frame.captured());
    List<Seen> seen = new ArrayList<>();
    for (Crop crop : crops) {
      seen.addAll(look(frame, crop));
    }
    looked = crops;
    candidates = seen.size();
    millis = (System.nanoTime() - start) / 1e6;
    return joined(seen).stream()
        .sorted(Comparator.comparingDouble(Candidate::score).reversed())
        .limit(MOST)
        .map(this::detection)
        .toList();
  }

  private List<Seen> look(Frame frame, Crop crop) throws DetectorException, InterruptedException {
    Placing placing = sampler.place(crop);
    List<Candidate> found;
    try {
      found = lease.model().look(buffer -> sampler.fill(frame.pixels(), placing, buffer), FLOOR);
    } catch (OrtException | IllegalArgumentException e) {
      throw new DetectorException(
          "the model " + lease.descriptor().id() + " failed: " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      if (closed) {
        throw e;
      }
      throw new DetectorException(String.valueOf(e.getMessage()), e);
    }
    List<Seen> seen = new ArrayList<>();
    for (Candidate one : found) {
      double left = Math.max(crop.left(), placing.frameX(one.left()));
      double top = Math.max(crop.top(), placing.frameY(one.top()));
      double right = Math.min(crop.right(), placing.frameX(one.right()));
      double bottom = Math.min(crop.bottom(), placing.frameY(one.bottom()));
      if (right - left >= 1 && bottom - top >= 1) {
        boolean cut =
            (crop.left() > 0 && left < crop.left() + BORDER_PX)
                || (crop.top() > 0 && top < crop.top() + BORDER_PX)
                || (crop.right() < input.widthPx() && right > crop.right() - BORDER_PX)
                || (crop.bottom() < input.heightPx() && bottom > crop.bottom() - BORDER_PX);
        seen.add(new Seen(new Candidate(one.label(), one.score(), left, top, right, bottom), cut));
      }
    }
    return seen;
  }

  /** Each thing once, although two parts showed it. */
  private static List<Candidate> joined(List<Seen> seen) {
    List<Candidate> whole = new ArrayList<>();
    for (Seen one : seen) {
      boolean isPart =
          one.cut()
              && seen.stream()
                  .map(Seen::candidate)
                  .filter(other -> other.label() == one.candidate().label())
                  .filter(other -> other.area() > one.candidate().area())
                  .anyMatch(
                      other -> other.intersection(one.candidate()) > PART * one.candidate().area());
      if (!isPart) {
        whole.add(one.candidate());
      }
    }
    return Candidates.best(whole, 0.5);
  }

  private Detection detection(Candidate one) {
    double x = fraction(one.left() / input.widthPx());
    double y = fraction(one.top() / input.heightPx());
    return new Detection(
        lease.descriptor().labels().get(one.label()),
        one.score(),
        new Event.Box(
            x,
            y,
            fraction(one.right() / input.widthPx()) - x,
            fraction(one.bottom() / input.heightPx()) - y));
  }

  private static double fraction(double value) {
    return Math.max(0, Math.min(1, value));
  }

  @Override
  public Optional<Explanation> explain() {
    double all = (double) input.widthPx() * input.heightPx();
    List<Explanation.Region> explained =
        looked.stream()
            .map(
                crop ->
                    new Explanation.Region(
                        new Event.Box(
                            (double) crop.left() / input.widthPx(),
                            (double) crop.top() / input.heightPx(),
                            (double) crop.widthPx() / input.widthPx(),
                            (double) crop.heightPx() / input.heightPx()),
                        crop.widthPx() * crop.heightPx() / all,
                        true,
                        crop.widthPx() == input.widthPx()
                            ? "looked at: the whole picture"
                            : "looked at: something moves here"))
            .toList();
    return Optional.of(
        new Explanation(
            explained,
            Optional.empty(),
            Map.of(
                "candidates", (double) candidates,
                "lookedAt", (double) looked.size(),
                "milliseconds", millis),
            "model " + lease.descriptor().id() + " " + lease.descriptor().version()));
  }

  @Override
  public boolean adopt(DetectorConfig config) {
    try {
      Wanted next = Wanted.of(config.settings());
      boolean same =
          next.model().equals(wanted.model())
              && next.interval().equals(wanted.interval())
              && next.frameWidthPx() == wanted.frameWidthPx();
      if (same) {
        wanted = next;
      }
      return same;
    } catch (InvalidSettingsException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    lease.close();
  }
}
