package io.vigilnvr.recorder.event.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.detect.Analysis;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.plugin.Configured;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);
  private static final Pattern TYPE =
      Pattern.compile(
          Stream.of(EventType.values()).map(EventType::word).collect(Collectors.joining("|")));
  private static final Pattern LABEL = Pattern.compile(".{1,100}");

  private final Set<String> types;
  private final Set<String> labels;
  private final Clock clock;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable EventLog events;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Analysis analysis;

  @Activate
  public EventRecorder(Map<String, Object> properties, @Reference Clock clock) {
    this(new Configured(EventConfig.PID, EventConfig.class, properties, log::warn), clock);
  }

  /** A word that is no type must not keep what is wanted from being recorded. */
  EventRecorder(Configured given, Clock clock) {
    this(
        Set.copyOf(given.list("types", TYPE, "a type of events")),
        Set.copyOf(given.list("labels", LABEL, "a label")),
        clock);
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
      return Optional.ofNullable(events)
          .map(known -> known.recent(camera).stream().filter(EventRecorder.this::counts).toList());
    }
  }

  boolean counts(Event event) {
    return (types.isEmpty() || types.contains(event.type().word()))
        && (labels.isEmpty() || labels.contains(event.label()));
  }
}
