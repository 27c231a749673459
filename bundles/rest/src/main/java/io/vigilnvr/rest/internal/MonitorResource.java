package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.health.WorkerSource;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** What goes on inside: processes, figures of the last hour, the log; for admins. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class MonitorResource {
  /** From the least telling to the gravest. */
  private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error");

  private final Backend backend;
  private final SystemHistory history;
  private final LogRing log;

  MonitorResource(Backend backend, SystemHistory history, LogRing log) {
    this.backend = backend;
    this.history = history;
    this.log = log;
  }

  /**
   * @param kind ingest, decode, …
   * @param cameras which it works for just now
   * @param rssBytes resident memory, shared pages included
   * @param cpuSeconds processor time since its start
   * @param decoders what it has decoded by
   */
  record WorkerView(
      String id,
      String kind,
      long pid,
      List<String> cameras,
      Instant since,
      long rssBytes,
      double cpuSeconds,
      List<DecoderView> decoders) {}

  /**
   * @param name e.g. avdec_h264
   * @param left better ones that failed
   */
  record DecoderView(String camera, String stream, String name, List<LeftView> left) {
    private static DecoderView of(WorkerSource.Decoder decoder) {
      return new DecoderView(
          decoder.stream().camera().value(),
          decoder.stream().role().word(),
          decoder.name(),
          decoder.left().stream().map(left -> new LeftView(left.decoder(), left.cause())).toList());
    }
  }

  record LeftView(String name, String cause) {}

  /**
   * @param from the time of the first sample; the next ones follow in steps
   */
  record HistoryView(int stepSeconds, @Nullable Instant from, SeriesView series) {}

  /**
   * @param cpuFraction of all cores, by the platform and its workers
   * @param recordBps bits in a second of streams that are being recorded
   * @param lost access units lost within the step
   */
  record SeriesView(
      List<Double> cpuFraction,
      List<Long> memoryBytes,
      List<Long> ingestBps,
      List<Long> recordBps,
      List<Long> lost,
      List<Long> viewers) {}

  @GET
  @Path("workers")
  @Route(value = "The processes that work for the platform", scope = Route.Scope.SYSTEM)
  public Items<WorkerView> workers() {
    return Items.all(Workers.list(backend).stream().map(MonitorResource::view).toList());
  }

  private static WorkerView view(Workers.Worker worker) {
    ProcessUse use = ProcessUse.of(worker.pid());
    return new WorkerView(
        worker.id(),
        worker.kind(),
        worker.pid(),
        worker.cameras().stream().map(CameraId::value).toList(),
        worker.since(),
        use.rssBytes(),
        use.cpuSeconds(),
        worker.decoders().stream().map(DecoderView::of).toList());
  }

  @GET
  @Path("system/history")
  @Route(value = "Figures of the last hour, every 10 s", scope = Route.Scope.SYSTEM)
  public HistoryView history() {
    List<SystemSampler.Sample> samples = history.samples();
    return new HistoryView(
        SystemHistory.STEP_SECONDS,
        samples.isEmpty() ? null : samples.get(0).at(),
        new SeriesView(
            fractions(samples, SystemSampler.Sample::cpuFraction),
            counts(samples, SystemSampler.Sample::memoryBytes),
            counts(samples, SystemSampler.Sample::ingestBps),
            counts(samples, SystemSampler.Sample::recordBps),
            counts(samples, SystemSampler.Sample::lost),
            counts(samples, SystemSampler.Sample::viewers)));
  }

  private static List<Double> fractions(
      List<SystemSampler.Sample> samples, ToDoubleFunction<SystemSampler.Sample> figure) {
    return samples.stream().mapToDouble(figure).boxed().toList();
  }

  private static List<Long> counts(
      List<SystemSampler.Sample> samples, ToLongFunction<SystemSampler.Sample> figure) {
    return samples.stream().mapToLong(figure).boxed().toList();
  }

  @GET
  @Path("log")
  @Route(value = "The newest entries of the log, newest last", scope = Route.Scope.SYSTEM)
  public Items<LogRing.Entry> log(
      @QueryParam("level") @Nullable String level,
      @QueryParam("limit") @Nullable String limitText,
      @QueryParam("contains") @Nullable String contains) {
    var query = new Query();
    int limit = query.limit(limitText);
    int least = LEVELS.indexOf(level == null ? "info" : level);
    if (least < 0) {
      query.wrong("level", "must be one of " + String.join(", ", LEVELS));
    }
    query.check();
    String part = contains == null ? "" : contains.toLowerCase(Locale.ROOT);
    Predicate<LogRing.Entry> which =
        entry ->
            LEVELS.indexOf(entry.level()) >= least
                && (part.isEmpty()
                    || entry.message().toLowerCase(Locale.ROOT).contains(part)
                    || entry.logger().toLowerCase(Locale.ROOT).contains(part));
    return Items.all(log.last(limit, which));
  }
}
