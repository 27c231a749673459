package io.vigilnvr.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A PostgreSQL that is not Vigil's own: the system's, with a cluster made for the test. */
final class ExternalPostgres implements AutoCloseable {
  private static final String PASSWORD = "of-the-database";

  private final Path tools;
  private final Path cluster;
  private final int port;

  private ExternalPostgres(Path tools, Path cluster, int port) {
    this.tools = tools;
    this.cluster = cluster;
    this.port = port;
  }

  /** Where the newest installed one has its programs; empty if there is none. */
  static Optional<Path> installed() throws IOException {
    Path root = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(root)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(root)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.naturalOrder());
    }
  }

  static ExternalPostgres start(Path tools) throws Exception {
    Path folder = Files.createTempDirectory("vigil-postgres");
    Path password = folder.resolve("password");
    Files.writeString(password, PASSWORD);
    Path cluster = folder.resolve("cluster");
    int port = Vigil.freePort();
    ExternalPostgres postgres = new ExternalPostgres(tools, cluster, port);
    if (isRoot()) {
      Vigil.run(List.of("chown", "-R", "postgres", folder.toString()));
    }
    postgres.tool(
        "initdb",
        "-D",
        cluster.toString(),
        "-U",
        "vigil",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--pwfile",
        password.toString(),
        "--locale=C.UTF-8");
    postgres.tool(
        "pg_ctl",
        "-D",
        cluster.toString(),
        "-w",
        "-l",
        folder.resolve("log").toString(),
        "-o",
        "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + folder,
        "start");
    return postgres;
  }

  /** What Vigil needs to know. */
  Map<String, String> environment() {
    return Map.of(
        "VIGIL_DB_URL",
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
        "VIGIL_DB_USER",
        "vigil",
        "VIGIL_DB_PASSWORD",
        PASSWORD);
  }

  void stop() throws Exception {
    tool("pg_ctl", "-D", cluster.toString(), "-w", "-m", "immediate", "stop");
  }

  void startAgain() throws Exception {
    Path folder = cluster.getParent();
    tool(
        "pg_ctl",
        "-D",
        cluster.toString(),
        "-w",
        "-l",
        folder.resolve("log").toString(),
        "-o",
        "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + folder,
        "start");
  }

  @Override
  public void close() throws IOException {
    List<String> command = asPostgres();
    command.addAll(
        List.of(
            tools.resolve("pg_ctl").toString(),
            "-D",
            cluster.toString(),
            "-m",
            "immediate",
            "stop"));
    new ProcessBuilder(command).start().onExit().join();
  }

  private void tool(String name, String... arguments) throws Exception {
    List<String> command = asPostgres();
    command.add(tools.resolve(name).toString());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("vigil-postgres", ".out");
    // Not a pipe: the server would hold it open.
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new AssertionError(name + ": " + Files.readString(output));
    }
  }

  private static List<String> asPostgres() throws IOException {
    return new ArrayList<>(
        isRoot()
            ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
            : List.of());
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self/"), "unix:uid"))
        && Files.isWritable(Path.of("/root"));
  }
}
