package io.vigilnvr.database.internal;

import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers connections to PostgreSQL as a {@link DataSource} service, from when it first answered on,
 * and knows whether it answers now.
 */
@Component(
    service = HealthCheck.class,
    immediate = true,
    configurationPid = "vigil.database",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DatabaseConfig.class)
public final class PostgresDatabase implements HealthCheck {
  /** Service property of the data source: {@code embedded} or {@code external}. */
  static final String DATABASE = "vigil.database";

  private static final Logger log = LoggerFactory.getLogger(PostgresDatabase.class);
  private static final int OLDEST_VERSION = 140_000;

  /** Bounds, with the start itself, how long the database is away after it died. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(2);
  private static final Duration BETWEEN_STARTS = Duration.ofSeconds(5);

  private final BundleContext context;
  private final EmbeddedPostgres embedded;
  private final boolean ours;
  private final Path handover;
  private final @Nullable DataSource source;
  private final Tasks.Handle task;

  private volatile Optional<String> problem = Optional.of("starting");
  private @Nullable ServiceRegistration<DataSource> registration;
  private @Nullable Connection probe;
  private long nextCheck = System.nanoTime();
  private long nextStart = System.nanoTime();

  @Activate
  public PostgresDatabase(
      BundleContext context,
      DatabaseConfig config,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks)
      throws IOException {
    this.context = context;
    String folder = context.getProperty("vigil.data");
    if (folder == null) {
      throw new IllegalStateException("vigil.data is not set");
    }
    Path data = Path.of(folder);
    this.handover = data.resolve("run").resolve("handover");
    this.embedded = new EmbeddedPostgres(data);
    this.ours = config.url().isBlank();
    this.source = ours ? embedded.dataSource() : external(config);
    this.task = tasks.repeat("database", PAUSE, this::look);
  }

  private @Nullable DataSource external(DatabaseConfig config) throws IOException {
    String password = config._password();
    if (password == null || password.isEmpty()) {
      password = password(System.getenv());
    }
    try {
      return Connections.remote(config.url().strip(), new Login(config.user(), password));
    } catch (IllegalArgumentException e) {
      log.error("{}", e.getMessage());
      problem = Optional.of(String.valueOf(e.getMessage()));
      return null;
    }
  }

  static String password(Map<String, String> environment) throws IOException {
    String file = environment.getOrDefault("VIGIL_DB_PASSWORD_FILE", "");
    return file.isEmpty()
        ? environment.getOrDefault("VIGIL_DB_PASSWORD", "")
        : Files.readString(Path.of(file)).strip();
  }

  @Override
  public String name() {
    return "database";
  }

  @Override
  public Optional<String> problem() {
    return problem;
  }

  @Deactivate
  void deactivate() throws IOException, InterruptedException {
    task.stop();
    if (registration != null) {
      registration.unregister();
    }
    forgetProbe();
    if (!ours) {
      return;
    }
    boolean platformStops =
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() == Bundle.STOPPING;
    if (platformStops && !Files.exists(handover)) {
      embedded.stop();
    } else {
      embedded.letGo();
    }
  }

  /** One round: sees to our own, asks, tells. */
  private void look() throws InterruptedException {
    DataSource asked = source;
    if (asked == null) {
      return;
    }
    try {
      if (ours) {
        if (System.nanoTime() < nextStart) {
          return;
        }
        embedded.tend();
      } else if (registration == null) {
        // From a time when it was ours.
        embedded.stop();
      }
      if (System.nanoTime() >= nextCheck) {
        nextCheck = System.nanoTime() + BETWEEN_CHECKS.toNanos();
        ask(asked);
      }
    } catch (IOException e) {
      nextStart = System.nanoTime() + BETWEEN_STARTS.toNanos();
      bad(String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      nextCheck = System.nanoTime();
      forgetProbe();
      bad("does not answer: " + e.getMessage());
    }
  }

  private void ask(DataSource asked) throws SQLException {
    Connection connection = probe;
    if (connection == null) {
      connection = asked.getConnection();
      probe = connection;
    }
    int version = Connections.version(connection);
    if (version < OLDEST_VERSION) {
      bad("PostgreSQL " + version / 10_000 + " is too old, 14 is needed");
      return;
    }
    if (problem.isPresent()) {
      log.info("database answers: PostgreSQL {}", version / 10_000);
      problem = Optional.empty();
    }
    if (registration == null) {
      registration =
          context.registerService(
              DataSource.class,
              asked,
              FrameworkUtil.asDictionary(Map.of(DATABASE, ours ? "embedded" : "external")));
    }
  }

  private void bad(String what) {
    if (!problem.equals(Optional.of(what))) {
      log.warn("database: {}", what);
      problem = Optional.of(what);
    }
  }

  private void forgetProbe() {
    Connection connection = probe;
    probe = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        log.debug("closing a broken connection", e);
      }
    }
  }
}
