package io.vigilnvr.database.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. As root it also becomes other users, as Vigil would. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EmbeddedPostgresTest {
  private final Path temporary;
  private final Path data;
  private final EmbeddedPostgres postgres;

  /** All tests use one folder, one after the other: unpacking it for each would take a minute. */
  EmbeddedPostgresTest(@TempDir Path temporary) throws IOException {
    this.temporary = temporary;
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    data = Files.createDirectory(temporary.resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx--x--x"));
    postgres = new EmbeddedPostgres(data);
  }

  @AfterEach
  void leavesNothingRunning() throws Exception {
    postgres.stop();
    assertThat(processes()).isEmpty();
  }

  @Test
  void answersAndKeepsWhatItWasGivenOverAStop() throws Exception {
    postgres.tend();
    execute(
        "DROP TABLE IF EXISTS kept", "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (42)");
    postgres.stop();
    assertThat(processes()).isEmpty();
    postgres.tend();
    assertThat(number("SELECT n FROM kept")).isEqualTo(42);
    assertThat(text("SHOW data_checksums")).isEqualTo("on");
    assertThat(text("SELECT usesuper::text FROM pg_user WHERE usename = current_user"))
        .isEqualTo("false");
  }

  @Test
  void comesBackWhenKilled() throws Exception {
    postgres.tend();
    execute(
        "DROP TABLE IF EXISTS kept", "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (42)");
    long pid = postgres.pid();
    kill(pid);
    while (postgres.pid() == pid) {
      postgres.tend();
    }
    assertThat(number("SELECT n FROM kept")).isEqualTo(42);
  }

  @Test
  void isAdoptedByTheNextLife() throws Exception {
    postgres.tend();
    long pid = postgres.pid();
    postgres.letGo();
    var next = new EmbeddedPostgres(data);
    next.tend();
    assertThat(next.pid()).isEqualTo(pid);
    try (var connection = next.dataSource().getConnection()) {
      assertThat(connection.isValid(1)).isTrue();
    }
    next.stop();
    assertThat(processes()).isEmpty();
  }

  @Test
  void comesBackWhenKilledAfterItWasAdopted() throws Exception {
    postgres.tend();
    long pid = postgres.pid();
    postgres.letGo();
    var next = new EmbeddedPostgres(data);
    next.tend();
    kill(pid);
    while (next.pid() == pid) {
      next.tend();
    }
    try (var connection = next.dataSource().getConnection()) {
      assertThat(connection.isValid(1)).isTrue();
    }
  }

  @Test
  void doesNotAdoptWhatHasAnotherPasswordButTakesItsPlace() throws Exception {
    postgres.tend();
    execute(
        "DROP TABLE IF EXISTS kept", "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (42)");
    long pid = postgres.pid();
    postgres.letGo();
    Path secret = data.resolve("secrets/database-password");
    String former = Files.readString(secret);
    Files.delete(secret);
    postgres.tend();
    assertThat(postgres.pid()).isNotEqualTo(pid);
    assertThat(Files.readString(secret)).isNotEqualTo(former);
    assertThat(number("SELECT n FROM kept")).isEqualTo(42);
  }

  @Test
  void takesNoOtherProcessForItself() throws Exception {
    postgres.tend();
    postgres.stop();
    Path cluster = data.resolve("database/pg17");
    // What a power cut leaves, when another process has the number by now.
    Files.writeString(
        cluster.resolve("postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + cluster + "\n1\n1\n\n127.0.0.1\n0 0\nready\n");
    assertThat(Postmaster.of(cluster, cluster.toString())).isEmpty();
    postgres.tend();
    assertThat(postgres.pid()).isNotEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void choosesAnotherPortWhenItsOwnIsTaken() throws Exception {
    postgres.tend();
    postgres.stop();
    int port = Integer.parseInt(Files.readString(data.resolve("database/port")).strip());
    try (var taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      postgres.tend();
      assertThat(number("SELECT 42")).isEqualTo(42);
    }
  }

  @Test
  void letsNobodyInWithoutThePassword() throws Exception {
    postgres.tend();
    int port = Integer.parseInt(Files.readString(data.resolve("database/port")).strip());
    assertThatThrownBy(
            () -> Connections.version(Connections.local(port, new Login("vigil", "wrong"))))
        .isInstanceOf(SQLException.class);
    assertThatThrownBy(
            () -> Connections.version(Connections.local(port, new Login("postgres", ""))))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void keepsItsSecretOutOfWhatOthersSee() throws Exception {
    postgres.tend();
    Path file = data.resolve("secrets/database-password");
    String secret = Files.readString(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(postgres.dataSource().toString()).doesNotContain(secret);
    assertThat(Files.readString(data.resolve("log/postgres.log"))).doesNotContain(secret);
    for (long process : processes()) {
      assertThat(Files.readString(Path.of("/proc/" + process + "/cmdline"))).doesNotContain(secret);
      assertThat(Files.readString(Path.of("/proc/" + process + "/environ")))
          .doesNotContain(secret)
          .doesNotContain("HOME=");
    }
  }

  @Test
  void hasASessionOfItsOwn() throws Exception {
    postgres.tend();
    // man 5 proc, stat: pid (comm) state ppid pgrp session
    String stat = Files.readString(Path.of("/proc/" + postgres.pid() + "/stat"));
    assertThat(List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)).get(3))
        .isEqualTo("" + postgres.pid());
  }

  @Test
  void isNotRootAndWorksUnderAClosedFolder() throws Exception {
    assumeTrue(root(), "only root can close a folder to another user");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx------"));
    var postgres = new EmbeddedPostgres(data);
    postgres.tend();
    try (var connection = postgres.dataSource().getConnection()) {
      assertThat(connection.isValid(1)).isTrue();
    }
    assertThat(Files.readString(Path.of("/proc/" + postgres.pid() + "/status")))
        .containsPattern("CapEff:\\s+0+\\n");
    long pid = postgres.pid();
    kill(pid);
    while (postgres.pid() == pid) {
      postgres.tend();
    }
    postgres.letGo();
    var next = new EmbeddedPostgres(data);
    next.tend();
    try (var connection = next.dataSource().getConnection()) {
      assertThat(connection.isValid(1)).isTrue();
    }
    next.stop();
    assertThat(processes()).isEmpty();
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void worksInEveryWayThatRootHas() throws Exception {
    assumeTrue(root(), "only root has a choice");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (var way : Confinement.Way.values()) {
      if (way == Confinement.Way.PLAIN) {
        continue;
      }
      int owner = way == Confinement.Way.USER_NAMESPACE ? 0 : Confinement.FIRST_UID;
      var forced =
          new EmbeddedPostgres(data, new Confinement(way, owner, data.resolve("database")));
      forced.tend();
      try (var connection = forced.dataSource().getConnection()) {
        assertThat(connection.isValid(1)).as("%s", way).isTrue();
      }
      assertThat(Files.readString(Path.of("/proc/" + forced.pid() + "/status")))
          .as("%s", way)
          .containsPattern("Uid:\\s+" + owner + "\\s")
          .containsPattern("CapEff:\\s+0+\\n");
      forced.stop();
      assertThat(processes()).isEmpty();
    }
  }

  @Test
  void worksWithoutPosixSharedMemory() throws Exception {
    var without = new EmbeddedPostgres(data, data.resolve("missing"));
    without.tend();
    try (var connection = without.dataSource().getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SHOW dynamic_shared_memory_type")) {
      result.next();
      assertThat(result.getString(1)).isEqualTo("sysv");
    }
    without.stop();
  }

  @Test
  void saysWhyItDoesNotStart() throws Exception {
    postgres.tend();
    postgres.stop();
    Path version = data.resolve("database/pg17/PG_VERSION");
    String right = Files.readString(version);
    Files.writeString(version, "9.0\n");
    try {
      assertThatThrownBy(postgres::tend)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("incompatible");
    } finally {
      Files.writeString(version, right);
    }
    postgres.tend();
  }

  @Test
  void keepsItsLogSmall() throws Exception {
    Path file = data.resolve("log");
    Files.createDirectories(file);
    Files.write(file.resolve("postgres.log"), new byte[3 << 20]);
    postgres.tend();
    postgres.tend();
    assertThat(Files.size(file.resolve("postgres.log"))).isLessThan(1 << 20);
    assertThat(file.resolve("postgres.log.1")).exists();
  }

  private static boolean root() throws IOException {
    return Confinement.self() == 0;
  }

  private static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Those of our cluster, by what their command lines say. */
  private List<Long> processes() throws IOException {
    Path cluster = data.resolve("database/pg17");
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.map(ProcessHandle::pid).filter(pid -> worksIn(pid, cluster)).toList();
    }
  }

  private static boolean worksIn(long pid, Path cluster) {
    try {
      return Files.isSameFile(Path.of("/proc/" + pid + "/cwd"), cluster);
    } catch (IOException e) {
      return false;
    }
  }

  private void execute(String... statements) throws SQLException {
    try (var connection = postgres.dataSource().getConnection();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private String text(String query) throws SQLException {
    try (var connection = postgres.dataSource().getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }

  private int number(String query) throws SQLException {
    return Integer.parseInt(text(query));
  }
}
