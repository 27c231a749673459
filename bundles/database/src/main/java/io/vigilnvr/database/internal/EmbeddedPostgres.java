package io.vigilnvr.database.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own: a child process that outlives us if it must. One that is found running
 * on our cluster is adopted. Used by one thread at a time, except {@link #dataSource}.
 *
 * <p>Everything is in {@code <data>/database}: the binaries, the cluster {@code pg<major>} and the
 * port that was chosen for it. It listens on 127.0.0.1 only, and lets in one user, who owns the
 * database and is no superuser; the password is in {@code <data>/secrets/database-password}.
 */
public final class EmbeddedPostgres {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final String USER = "vigil";
  private static final Duration INIT_TIME = Duration.ofMinutes(2);

  /** Recovery after a crash reads at most {@code max_wal_size}, and disks can be slow. */
  private static final Duration START_TIME = Duration.ofMinutes(5);

  private static final Duration RETRY_TIME = Duration.ofSeconds(5);
  private static final Duration ADOPT_TIME = Duration.ofSeconds(10);
  private static final Duration FAST_STOP_TIME = Duration.ofSeconds(5);
  private static final Duration STOP_TIME = Duration.ofSeconds(2);

  private final Path home;
  private final Path secret;
  private final Path sharedMemory;
  private final BoundedLog output;
  private final PGSimpleDataSource source;

  private Optional<Postmaster> running = Optional.empty();
  private Optional<Confinement> confinement = Optional.empty();

  /**
   * @param data Vigil's data folder
   */
  public EmbeddedPostgres(Path data) {
    this(data, Path.of("/dev/shm"));
  }

  /**
   * @param sharedMemory where the C library has POSIX shared memory
   */
  EmbeddedPostgres(Path data, Path sharedMemory) {
    this.sharedMemory = sharedMemory;
    Path absolute = data.toAbsolutePath().normalize();
    this.home = absolute.resolve("database");
    this.secret = absolute.resolve("secrets").resolve("database-password");
    this.output = new BoundedLog(absolute.resolve("log").resolve("postgres.log"));
    this.source = Connections.local(1, new Login(USER, ""));
  }

  /** Confined in this way, whatever would be the best. */
  EmbeddedPostgres(Path data, Confinement confinement) {
    this(data);
    this.confinement = Optional.of(confinement);
  }

  /** Connections to wherever it runs now. */
  public DataSource dataSource() {
    return source;
  }

  /**
   * Sees to it that it runs, and answers: to be called again and again. Usually returns at once.
   *
   * @throws IOException if it does not run; the message is for people
   */
  public void tend() throws IOException, InterruptedException {
    if (running.filter(Postmaster::isAlive).isPresent()) {
      output.trim();
      return;
    }
    if (running.isPresent()) {
      log.warn("PostgreSQL is gone, starting it again; see {}", output.file());
      running = Optional.empty();
    }
    long started = System.nanoTime();
    Files.createDirectories(home);
    // Passable for the user that PostgreSQL runs as; the cluster inside is closed.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    var binaries = Binaries.in(home);
    var confined = confinement();
    var cluster = cluster(binaries);
    var login = new Login(USER, Secret.in(secret));
    var adopted = Postmaster.of(cluster, confined.seen(cluster));
    if (adopted.isPresent() && adopt(adopted.get(), login)) {
      log.info("found PostgreSQL running, pid {}, port {}", pid(), port());
      return;
    }
    if (!Files.exists(cluster)) {
      initialize(binaries, confined.named(), cluster, login);
    }
    output.trim();
    long told = output.length();
    Answer answer = start(binaries, confined, cluster, login);
    if (answer == Answer.WRONG_PASSWORD) {
      // The cluster is ours, so is its password: the file was lost or exchanged.
      log.warn("the database has another password than {}; setting it anew", secret);
      stop();
      single(
          binaries,
          confined.named(),
          cluster,
          "ALTER ROLE " + USER + " PASSWORD '" + login.password() + "'");
      answer = start(binaries, confined, cluster, login);
    }
    if (answer != Answer.GOOD) {
      stop();
      throw new IOException(
          "PostgreSQL does not answer; its last words in "
              + output.file()
              + ": "
              + output.since(told));
    }
    binaries.deleteOthers();
    log.info(
        "PostgreSQL {} runs, pid {}, port {}, after {} ms",
        binaries.version(),
        pid(),
        port(),
        (System.nanoTime() - started) / 1_000_000);
  }

  /** Stops it in order, within some seconds; also one that only was left by an earlier life. */
  public void stop() throws IOException, InterruptedException {
    if (!Files.exists(home)) {
      return;
    }
    var binaries = Binaries.in(home);
    var cluster = cluster(binaries);
    if (!Files.exists(cluster)) {
      return;
    }
    var confined = confinement();
    Optional<Postmaster> living = running.filter(Postmaster::isAlive);
    if (living.isEmpty()) {
      living = Postmaster.of(cluster, confined.seen(cluster));
    }
    running = Optional.empty();
    if (living.isPresent()) {
      stop(binaries, confined, living.get());
    }
  }

  /** Leaves it running for a later life to adopt. */
  public void letGo() {
    running.ifPresent(postmaster -> log.info("PostgreSQL stays, pid {}", postmaster.pid()));
    running = Optional.empty();
  }

  /** The main process, if it was running when last looked at. */
  public long pid() {
    return running.map(Postmaster::pid).orElse(-1L);
  }

  private int port() {
    return running.map(Postmaster::port).orElse(-1);
  }

  private Confinement confinement() throws IOException, InterruptedException {
    if (confinement.isEmpty()) {
      confinement = Optional.of(Confinement.choose(home));
    }
    return confinement.get();
  }

  private Path cluster(Binaries binaries) {
    return home.resolve("pg" + binaries.major());
  }

  private boolean adopt(Postmaster postmaster, Login login)
      throws IOException, InterruptedException {
    Answer answer = await(postmaster, login, ADOPT_TIME);
    running = Optional.of(postmaster);
    if (answer == Answer.GOOD) {
      return true;
    }
    log.warn("PostgreSQL with pid {} does not let us in ({}), stopping it", pid(), answer);
    stop();
    return false;
  }

  /** Makes the cluster: complete or not there at all, whenever the machine may stop. */
  private void initialize(Binaries binaries, Confinement confined, Path cluster, Login login)
      throws IOException, InterruptedException {
    Path unfinished = cluster.resolveSibling(cluster.getFileName() + ".new");
    Trees.delete(unfinished);
    Files.createDirectory(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Trees.give(unfinished, confined.owner());
    try (var scope = confined.enter()) {
      var outcome =
          Tool.run(
              scope.command(
                  confined.seen(binaries.program("initdb")),
                  "--pgdata=" + confined.seen(unfinished),
                  // Nobody can sign in as this one: pg_hba.conf does not let it in.
                  "--username=postgres",
                  "--auth=trust",
                  "--data-checksums",
                  "--encoding=UTF8",
                  "--locale=C",
                  // Sorts the same whatever the C library of the machine.
                  "--locale-provider=builtin",
                  "--builtin-locale=C.UTF-8"),
              "",
              INIT_TIME);
      if (outcome.code() != 0) {
        throw new IOException("initdb failed: " + outcome.output());
      }
    }
    Files.writeString(unfinished.resolve("pg_hba.conf"), Settings.ACCESS);
    single(
        binaries,
        confined,
        unfinished,
        "CREATE ROLE " + USER + " LOGIN PASSWORD '" + login.password() + "'",
        "CREATE DATABASE " + USER + " OWNER " + USER);
    Files.move(unfinished, cluster);
  }

  /** Runs statements, one a line, on a cluster that is not running. */
  private void single(Binaries binaries, Confinement confined, Path cluster, String... statements)
      throws IOException, InterruptedException {
    Trees.give(cluster, confined.owner());
    try (var scope = confined.enter()) {
      var outcome =
          Tool.run(
              scope.command(
                  confined.seen(binaries.program("postgres")),
                  "--single",
                  "-D",
                  confined.seen(cluster),
                  // It would print the password.
                  "-c",
                  "log_min_error_statement=panic",
                  "postgres"),
              String.join("\n", statements) + "\n",
              START_TIME);
      if (outcome.code() != 0
          || outcome.output().contains("ERROR:")
          || outcome.output().contains("FATAL:")) {
        throw new IOException("cannot prepare the database: " + outcome.output());
      }
    }
  }

  /**
   * Tries for some seconds: after its main process was killed, the others may live on for a moment,
   * and no new one starts beside them.
   */
  private Answer start(Binaries binaries, Confinement confined, Path cluster, Login login)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + RETRY_TIME.toNanos();
    while (true) {
      Answer answer = startOnce(binaries, confined, cluster, login);
      boolean died = answer == Answer.NONE && running.filter(Postmaster::isAlive).isEmpty();
      if (!died || System.nanoTime() > deadline) {
        return answer;
      }
      Thread.sleep(200);
    }
  }

  private Answer startOnce(Binaries binaries, Confinement confined, Path cluster, Login login)
      throws IOException, InterruptedException {
    Trees.give(cluster, confined.owner());
    int port = freePort();
    Files.writeString(cluster.resolve("pg_hba.conf"), Settings.ACCESS);
    try (var scope = confined.enter()) {
      Files.writeString(
          cluster.resolve("postgresql.conf"), Settings.server(port, sharedMemoryType(scope)));
      var command =
          scope.command(
              // A session of its own: Ctrl-C in our terminal is not for it.
              "setsid", confined.seen(binaries.program("postgres")), "-D", confined.seen(cluster));
      Process process =
          Tool.builder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(output.redirect())
              .start();
      // None of the programs in between forks, so this is PostgreSQL itself.
      var postmaster = new Postmaster(cluster, confined.seen(cluster), process.pid(), port);
      running = Optional.of(postmaster);
      return await(postmaster, login, START_TIME);
    }
  }

  /** Some containers and chroots have no POSIX shared memory, or none for this user. */
  private String sharedMemoryType(Confinement.Scope scope)
      throws IOException, InterruptedException {
    var writable =
        Tool.run(scope.command("test", "-w", sharedMemory.toString()), "", Duration.ofSeconds(10));
    return writable.code() == 0 ? "posix" : "sysv";
  }

  private enum Answer {
    GOOD,
    WRONG_PASSWORD,
    NONE
  }

  /** Waits for an answer as long as it lives. */
  private Answer await(Postmaster postmaster, Login login, Duration atMost)
      throws InterruptedException {
    var probe = Connections.local(postmaster.port(), login);
    long deadline = System.nanoTime() + atMost.toNanos();
    ProcessHandle process = ProcessHandle.of(postmaster.pid()).orElse(null);
    while (process != null && process.isAlive() && System.nanoTime() < deadline) {
      try {
        Connections.version(probe);
        source.setPortNumbers(new int[] {postmaster.port()});
        source.setPassword(login.password());
        return Answer.GOOD;
      } catch (SQLException e) {
        if ("28P01".equals(e.getSQLState()) || "28000".equals(e.getSQLState())) {
          return Answer.WRONG_PASSWORD;
        }
        // Not listening yet, or starting up.
        Thread.sleep(50);
      }
    }
    return Answer.NONE;
  }

  private static void stop(Binaries binaries, Confinement confined, Postmaster postmaster)
      throws IOException, InterruptedException {
    try (var scope = confined.join(postmaster.pid())) {
      for (String signal : List.of("INT", "QUIT")) {
        var outcome =
            Tool.run(
                scope.command(
                    confined.seen(binaries.program("pg_ctl")),
                    "kill",
                    signal,
                    "" + postmaster.pid()),
                "",
                STOP_TIME);
        Duration atMost = signal.equals("INT") ? FAST_STOP_TIME : STOP_TIME;
        if (outcome.code() == 0 && ended(postmaster, atMost)) {
          log.info("PostgreSQL stopped");
          return;
        }
        log.warn("PostgreSQL with pid {} does not stop: {}", postmaster.pid(), outcome.output());
      }
    }
    ProcessHandle.of(postmaster.pid()).ifPresent(ProcessHandle::destroyForcibly);
    if (!ended(postmaster, STOP_TIME)) {
      throw new IOException("PostgreSQL with pid " + postmaster.pid() + " cannot be stopped");
    }
  }

  private static boolean ended(Postmaster postmaster, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (postmaster.isAlive()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  /** The port of last time, if it is free; else any that is. */
  private int freePort() throws IOException {
    Path file = home.resolve("port");
    if (Files.exists(file)) {
      try {
        return bind(Integer.parseInt(Files.readString(file).strip()));
      } catch (IOException | IllegalArgumentException e) {
        log.info("the port of last time is taken: {}", e.getMessage());
      }
    }
    int port = bind(0);
    Files.writeString(file, port + "\n");
    return port;
  }

  private static int bind(int port) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return socket.getLocalPort();
    }
  }
}
