package io.vigilnvr.store.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One from Debian's packages, as somebody else would run it. */
final class DebianServer implements Server {
  private static final Path PACKAGES = Path.of("/usr/lib/postgresql");

  private final Path programs;
  private final Path cluster;
  private final Path output;
  private final int port;
  private Process process;

  DebianServer(Path programs, Path folder) throws IOException, InterruptedException {
    this.programs = programs;
    this.cluster = Files.createDirectory(folder.resolve("cluster"));
    this.output = folder.resolve("output");
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    if (root()) {
      Object postgres = Files.getAttribute(Path.of("/var/lib/postgresql"), "unix:uid");
      Files.setAttribute(cluster, "unix:uid", postgres);
    }
    var init =
        start("initdb", "-D", cluster.toString(), "-U", "postgres", "-A", "trust", "-E", "UTF8");
    if (!init.waitFor(1, TimeUnit.MINUTES) || init.exitValue() != 0) {
      throw new IOException(Files.readString(output));
    }
    process = server();
  }

  static Optional<Path> programs() throws IOException {
    if (!Files.isDirectory(PACKAGES)) {
      return Optional.empty();
    }
    try (var versions = Files.list(PACKAGES)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .findFirst();
    }
  }

  private static boolean root() throws IOException {
    return Files.getAttribute(Path.of("/proc/self/stat"), "unix:uid").equals(0);
  }

  private Process server() throws IOException, InterruptedException {
    Process server =
        start(
            "postgres",
            "-D",
            cluster.toString(),
            "-p",
            "" + port,
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=");
    while (!answers()) {
      if (server.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new IOException(Files.readString(output));
      }
    }
    return server;
  }

  private boolean answers() {
    try (var connection = database().getConnection()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private Process start(String program, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    if (root()) {
      command.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(Path.of("/").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  @Override
  public DataSource database() {
    var source = new PGSimpleDataSource();
    source.setURL("jdbc:postgresql://127.0.0.1:" + port + "/postgres");
    source.setUser("postgres");
    source.setConnectTimeout(3);
    source.setSocketTimeout(5);
    source.setReWriteBatchedInserts(true);
    return source;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void restart() throws IOException, InterruptedException {
    process = server();
  }

  @Override
  public void close() throws IOException {
    // SIGTERM waits for clients; this is a test's cluster, and recovers anyway.
    process.destroyForcibly();
    process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
