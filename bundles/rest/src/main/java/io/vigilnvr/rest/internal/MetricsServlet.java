package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.stream.StreamStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/** Figures for Prometheus (text format 0.0.4); for an admin's token. */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/metrics")
@HttpWhiteboardServletName("vigil-metrics")
public final class MetricsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final String BEARER = "bearer ";

  private final transient Backend backend;

  @Activate
  public MetricsServlet(@Reference Backend backend) {
    this.backend = backend;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Headers.put(response);
    try {
      Optional<Identity> who = who(request.getHeader("Authorization"));
      if (who.isEmpty()) {
        throw ProblemException.unauthorized();
      }
      if (!backend.access().allows(who.get(), Action.ADMINISTER)) {
        throw new ProblemException(403);
      }
      write(
          response,
          200,
          "text/plain; version=0.0.4; charset=utf-8",
          text().getBytes(StandardCharsets.UTF_8));
    } catch (ProblemException e) {
      ProblemAnswer.send(request, response, e);
    } catch (StoreUnavailableException e) {
      ProblemAnswer.send(request, response, e);
    }
  }

  private Optional<Identity> who(@Nullable String authorization) {
    return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? backend.accounts().token(authorization.substring(BEARER.length()).trim())
        : Optional.empty();
  }

  private static void write(HttpServletResponse response, int status, String type, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private String text() {
    var out = new StringBuilder(4096);
    try {
      streams(out, backend.hub().streams());
    } catch (ProblemException e) {
      out.append("# no stream hub\n");
    }
    try {
      List<Ingest.Worker> workers = backend.ingest().workers();
      type(out, "vigil_workers", "gauge", "Ingest worker processes.");
      line(out, "vigil_workers", "", workers.size());
      type(out, "vigil_worker_ring_bytes", "gauge", "Media kept in a worker, not yet durable.");
      for (Ingest.Worker worker : workers) {
        line(out, "vigil_worker_ring_bytes", label("worker", worker.id()), worker.ringBytes());
      }
    } catch (ProblemException e) {
      out.append("# no ingest\n");
    }
    try {
      volumes(out, backend.recordings().volumes());
    } catch (ProblemException e) {
      out.append("# no recorder\n");
    }
    jvm(out);
    return out.toString();
  }

  private void streams(StringBuilder out, List<StreamStatus> streams) {
    counter(out, streams, "received", "Access units received.", StreamStatus::received);
    counter(
        out,
        streams,
        "recorded",
        "Access units made durable.",
        stream -> backend.recordings().status(stream.stream()).recorded());
    counter(
        out,
        streams,
        "lost",
        "Access units known to be gone.",
        stream -> Math.max(stream.lost(), backend.recordings().status(stream.stream()).lost()));
    type(out, "vigil_stream_bitrate_bps", "gauge", "Bits in one second.");
    for (StreamStatus stream : streams) {
      line(out, "vigil_stream_bitrate_bps", labels(stream), stream.bitrateBps());
    }
    type(out, "vigil_stream_viewers", "gauge", "Who watches.");
    for (StreamStatus stream : streams) {
      line(out, "vigil_stream_viewers", labels(stream), stream.viewers());
    }
  }

  private static void counter(
      StringBuilder out,
      List<StreamStatus> streams,
      String what,
      String help,
      ToLongFunction<StreamStatus> value) {
    String name = "vigil_access_units_" + what + "_total";
    type(out, name, "counter", help);
    for (StreamStatus stream : streams) {
      line(out, name, labels(stream), value.applyAsLong(stream));
    }
  }

  private static String labels(StreamStatus stream) {
    return label("camera", stream.stream().camera().value())
        + ","
        + label("stream", stream.stream().role().word());
  }

  private static void volumes(StringBuilder out, List<Recordings.VolumeStatus> volumes) {
    type(out, "vigil_volume_online", "gauge", "Whether a volume takes recordings.");
    for (Recordings.VolumeStatus volume : volumes) {
      line(out, "vigil_volume_online", label(volume), volume.state().equals("online") ? 1 : 0);
    }
    type(out, "vigil_volume_recorded_bytes", "gauge", "Bytes of segments.");
    for (Recordings.VolumeStatus volume : volumes) {
      line(out, "vigil_volume_recorded_bytes", label(volume), volume.recordedBytes());
    }
    type(out, "vigil_volume_free_bytes", "gauge", "Bytes left.");
    for (Recordings.VolumeStatus volume : volumes) {
      volume
          .capacity()
          .ifPresent(
              capacity ->
                  line(out, "vigil_volume_free_bytes", label(volume), capacity.freeBytes()));
    }
  }

  private static String label(Recordings.VolumeStatus volume) {
    return label("volume", volume.id().value());
  }

  private void jvm(StringBuilder out) {
    var memory = ManagementFactory.getMemoryMXBean();
    type(out, "vigil_uptime_seconds", "gauge", "Since the API was started.");
    line(
        out,
        "vigil_uptime_seconds",
        "",
        Duration.between(backend.startedAt(), backend.clock().instant()).toSeconds());
    type(out, "jvm_memory_used_bytes", "gauge", "Memory of the platform.");
    line(
        out, "jvm_memory_used_bytes", label("area", "heap"), memory.getHeapMemoryUsage().getUsed());
    line(
        out,
        "jvm_memory_used_bytes",
        label("area", "nonheap"),
        memory.getNonHeapMemoryUsage().getUsed());
    type(out, "jvm_threads_current", "gauge", "Threads of the platform.");
    line(out, "jvm_threads_current", "", ManagementFactory.getThreadMXBean().getThreadCount());
    type(out, "jvm_gc_collection_seconds_total", "counter", "Time spent collecting garbage.");
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      line(
          out,
          "jvm_gc_collection_seconds_total",
          label("gc", collector.getName()),
          collector.getCollectionTime() / 1000.0);
    }
  }

  private static void type(StringBuilder out, String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static String label(String name, String value) {
    return name
        + "=\""
        + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
        + "\"";
  }

  private static void line(StringBuilder out, String name, String labels, Number value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(value).append('\n');
  }
}
