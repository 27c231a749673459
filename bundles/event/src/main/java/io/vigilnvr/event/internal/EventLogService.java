package io.vigilnvr.event.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.ChangeObserver;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.event.EventReview;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.plugin.Configured;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundle's services. The reference to the store is optional, unlike elsewhere: whoever finds
 * something must be able to say so while the database is replaced.
 */
@Component(
    configurationPid = EventLogService.PID,
    service = {EventLog.class, EventReview.class, HealthCheck.class})
@Designate(ocd = EventConfig.class)
public final class EventLogService implements EventLog, EventReview, HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(EventLogService.class);
  static final String PID = "vigil.event";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration TIDY = Duration.ofMinutes(1);
  private static final Duration SWEEP = Duration.ofHours(1);
  private static final Duration LAST_WRITES = Duration.ofSeconds(5);
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final Clock clock;
  private final EventBook book;
  private final EventRate rate;
  private final EventPictures pictures;
  private final EventWriter writer;

  // Of the task that tidies up.
  private boolean measured;
  private Instant swept;

  private volatile Instant complained = Instant.MIN;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile @Nullable EventStore store;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile List<ChangeObserver> observers = List.of();

  @Activate
  public EventLogService(
      BundleContext context,
      Map<String, Object> properties,
      @Reference Clock clock,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks)
      throws IOException {
    this(folder(context), mostBytes(properties, log::warn), clock, tasks);
  }

  EventLogService(Path folder, long mostBytes, Clock clock, Tasks tasks) {
    this.clock = clock;
    book = new EventBook(clock);
    rate = new EventRate(clock);
    pictures = new EventPictures(folder, mostBytes, clock);
    writer = new EventWriter(book, clock, this::store, this::tell);
    swept = clock.instant();
    tasks.repeat("event-writer", STEP, writer::step);
    tasks.repeat("event-pictures", TIDY, this::tidy);
  }

  static long mostBytes(Map<String, ?> properties, Consumer<String> refusals) {
    var given = new Configured(PID, EventConfig.class, properties, refusals);
    return (long) given.whole("picturesMegabytes", 16, 1_000_000) << 20;
  }

  private static Path folder(BundleContext context) throws IOException {
    String data = context.getProperty("vigil.data");
    if (data == null) {
      throw new IOException("the property vigil.data is not set");
    }
    return Path.of(data, "events");
  }

  /** Those who found something have ended it before; this is the last time to write it. */
  @Deactivate
  void deactivate() {
    try {
      writer.writeAll(LAST_WRITES);
    } catch (StoreUnavailableException e) {
      log.debug("the database is away", e);
    }
    int lost = book.waiting().size();
    if (lost > 0) {
      log.warn("{} events could not be written before the end", lost);
    }
  }

  private EventStore store() {
    EventStore now = store;
    if (now == null) {
      throw new StoreUnavailableException(
          "the database is away", new IllegalStateException("no EventStore"));
    }
    return now;
  }

  private void tell(Change change) {
    observers.forEach(observer -> observer.changed(change));
  }

  @Override
  public String newId() {
    var random = new byte[12];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  @Override
  public void begin(String source, Event event) throws TooManyEventsException {
    count(source);
    book.begin(event);
  }

  private void count(String source) throws TooManyEventsException {
    Optional<Duration> wait = rate.take(source);
    if (wait.isPresent()) {
      throw new TooManyEventsException(
          source
              + " says more than "
              + EventRate.PER_SECOND
              + " events a second, and "
              + EventRate.BURST
              + " at once",
          wait.get());
    }
  }

  @Override
  public void update(String id, UnaryOperator<Event> change) {
    book.change(id, Change.Step.UPDATE, change);
  }

  @Override
  public void end(String id, UnaryOperator<Event> change) {
    book.change(id, Change.Step.END, change);
  }

  @Override
  public Kept report(String source, Event event) throws TooManyEventsException {
    count(source);
    return writer.report(event);
  }

  @Override
  public Optional<Kept> change(String id, Change.Step step, UnaryOperator<Event> change) {
    return writer.change(id, step, change);
  }

  @Override
  public List<Kept> changeAll(Set<String> ids, UnaryOperator<Event> change) {
    return writer.changeAll(ids, change);
  }

  @Override
  public List<Event> delete(Set<String> ids) {
    List<Event> gone = writer.delete(ids);
    gone.forEach(event -> pictures.remove(event.id(), event.startedAt()));
    return gone;
  }

  @Override
  public List<Event> recent(CameraId camera) {
    return book.recent(camera);
  }

  @Override
  public void keepPicture(Event event, Jpeg picture) {
    if (book.isDeleted(event.id())) {
      return;
    }
    try {
      pictures.keep(event.id(), event.startedAt(), picture);
    } catch (IOException e) {
      Instant now = clock.instant();
      if (complained.isBefore(now.minus(QUIET))) {
        complained = now;
        log.warn("the picture of event {} cannot be kept", event.id(), e);
      }
    }
  }

  @Override
  public Optional<Jpeg> picture(String id, Instant startedAt) {
    return pictures.find(id, startedAt);
  }

  @Override
  public boolean hasPicture(String id, Instant startedAt) {
    return pictures.has(id, startedAt);
  }

  private void tidy() throws IOException {
    if (!measured) {
      pictures.measure();
      measured = true;
    }
    try {
      pictures.makeRoom(ids -> ids(ids, kept -> kept.event().retained()));
      Instant now = clock.instant();
      if (Duration.between(swept, now).abs().compareTo(SWEEP) >= 0) {
        pictures.sweep(ids -> ids(ids, kept -> true));
        pictures.measure();
        swept = now;
      }
    } catch (StoreUnavailableException e) {
      // Meanwhile at most as many events come as may wait.
      log.debug("pictures wait for the database", e);
    }
  }

  private Set<String> ids(Set<String> of, Predicate<Kept> which) {
    return store().find(of).stream()
        .filter(which)
        .map(kept -> kept.event().id())
        .collect(Collectors.toSet());
  }

  @Override
  public String name() {
    return "events";
  }

  @Override
  public Optional<String> problem() {
    return book.problem();
  }
}
