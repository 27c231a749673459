package io.vigilnvr.store.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our right to use the database. Takes the {@linkplain WriterLock lock} that only one Vigil can
 * hold, brings the schema up to date, and only then offers the data sources that the persistence
 * units wait for. Looks each second whether we still have it.
 */
@Component(
    service = {HealthCheck.class, Lease.class},
    immediate = true)
public final class Lease implements HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(Lease.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** What the persistence units are named by in persistence.xml, and how many may use each. */
  private static final Map<String, Integer> POOLS = Map.of("vigil", 8, "vigil-recorder", 3);

  private final BundleContext context;
  private final DataSource database;
  private final WriterLock lock;
  private final Tasks.Handle task;
  private final List<HikariDataSource> pools = new ArrayList<>();
  private final List<ServiceRegistration<DataSource>> registrations = new ArrayList<>();

  private volatile Optional<String> problem = Optional.of("starting");

  @Activate
  public Lease(
      BundleContext context,
      @Reference(target = "(vigil.database=*)") DataSource database,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this.context = context;
    this.database = database;
    this.lock = new WriterLock(database, String.valueOf(context.getProperty("vigil.data")));
    this.task = tasks.repeat("store", PAUSE, this::look);
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public Optional<String> problem() {
    return problem;
  }

  /**
   * @throws StoreUnavailableException at once, if the database is known to be away
   */
  void check() {
    Optional<String> known = problem;
    if (known.isPresent()) {
      throw new StoreUnavailableException(
          "store: " + known.get(), new SQLTransientConnectionException(known.get()));
    }
  }

  @Deactivate
  void deactivate() {
    task.stop();
    problem = Optional.of("stopped");
    registrations.forEach(ServiceRegistration::unregister);
    pools.forEach(HikariDataSource::close);
    lock.close();
  }

  private void look() {
    try {
      lock.hold();
      if (pools.isEmpty()) {
        new Schema(database).migrate();
        open();
      }
      if (problem.isPresent()) {
        log.info("store is ready");
        problem = Optional.empty();
      }
    } catch (SQLException e) {
      bad("the database does not answer: " + e.getMessage());
    } catch (RefusedException e) {
      bad(String.valueOf(e.getMessage()));
    }
  }

  private void open() {
    POOLS.forEach((name, size) -> pools.add(pool(name, size, lock.whileHeld(database))));
    for (HikariDataSource pool : pools) {
      registrations.add(
          context.registerService(
              DataSource.class,
              pool,
              FrameworkUtil.asDictionary(Map.of("osgi.jndi.service.name", pool.getPoolName()))));
    }
  }

  static HikariDataSource pool(String name, int size, DataSource of) {
    var config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(of);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
    // Together with the socket's own limit this bounds how long a hung database is waited for. It
    // is
    // also the longest pause between tries to connect, and so bounds how soon we are back.
    config.setConnectionTimeout(Duration.ofSeconds(2).toMillis());
    config.setValidationTimeout(Duration.ofSeconds(1).toMillis());
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(false);
    return new HikariDataSource(config);
  }

  private void bad(String what) {
    if (!problem.equals(Optional.of(what))) {
      log.warn("store: {}", what);
      problem = Optional.of(what);
    }
  }
}
