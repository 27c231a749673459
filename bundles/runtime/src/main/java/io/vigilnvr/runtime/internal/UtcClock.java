package io.vigilnvr.runtime.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.osgi.service.component.annotations.Component;

/** The machine's wall clock, as the {@link Clock} service that everybody takes the time from. */
@Component(service = Clock.class)
public final class UtcClock extends Clock {
  private final Clock clock = Clock.systemUTC();

  @Override
  public ZoneId getZone() {
    return clock.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return clock.withZone(zone);
  }

  @Override
  public Instant instant() {
    return clock.instant();
  }

  @Override
  public long millis() {
    return clock.millis();
  }
}
