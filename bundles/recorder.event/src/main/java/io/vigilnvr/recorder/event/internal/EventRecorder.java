package io.vigilnvr.recorder.event.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.detect.Analysis;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Keeps what events are seen in. While nobody can tell of events, or looks, everything is kept:
 * what is not wanted can be removed later.
 */
@Component(
    service = Recorder.class,
    configurationPid = EventConfig.PID,
    property = {Recorder.RECORDER + "=event", PluginCatalog.SETTINGS + "=" + EventConfig.PID})
@Designate(ocd = EventConfig.class)
public final class EventRecorder implements Recorder {
  private final Set<String> types;
  private final Set<String> labels;
  private final Clock clock;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable EventLog log;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Analysis analysis;

  @Activate
  public EventRecorder(EventConfig config, @Reference Clock clock) {
    this(Set.copyOf(List.of(config.types())), Set.copyOf(List.of(config.labels())), clock);
  }

  EventRecorder(Set<String> types, Set<String> labels, Clock clock) {
    this.types = types;
    this.labels = labels;
    this.clock = clock;
  }

  @Override
  public Session open(StreamId stream, RecordingPlan plan) {
    return new EventSession(new Of(stream.camera()), plan, clock.instant());
  }

  private final class Of implements EventSession.Witness {
    private final CameraId camera;

    Of(CameraId camera) {
      this.camera = camera;
    }

    @Override
    public Optional<Analysis.Sight> sight() {
      Analysis known = analysis;
      return known == null ? Optional.of(Analysis.Sight.NOTHING) : known.sight(camera);
    }

    @Override
    public Optional<List<Event>> events() {
      return Optional.ofNullable(log)
          .map(known -> known.recent(camera).stream().filter(EventRecorder.this::counts).toList());
    }
  }

  boolean counts(Event event) {
    return (types.isEmpty() || types.contains(event.type().word()))
        && (labels.isEmpty() || labels.contains(event.label()));
  }
}
