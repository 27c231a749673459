package io.vigilnvr.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One unpacked distribution on data and ports of its own. */
final class Vigil implements AutoCloseable {
  static final String PASSWORD = "correct horse battery";

  private static final Duration BOOT = Duration.ofMinutes(3);

  /** For an end, which a machine that has much to do may take long for. */
  private static final int PATIENCE_SECONDS = 120;

  /** Those that were given to anybody: whoever got one may open it much later. */
  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

  private final Path home;
  private final Path data;
  private final Map<String, String> environment;
  private final int httpPort;
  private Optional<Process> launcher = Optional.empty();

  private Vigil(Path home, Path data, Map<String, String> environment, int httpPort) {
    this.home = home;
    this.data = data;
    this.environment = environment;
    this.httpPort = httpPort;
  }

  /** Unpacks the distribution under a folder; starts nothing. */
  static Vigil unpack(Path folder) throws Exception {
    Path archive = Path.of(System.getProperty("vigil.distribution"));
    Path home = Files.createDirectories(folder.resolve("vigil"));
    run(List.of("tar", "-xzf", archive.toString(), "-C", home.toString(), "--strip-components=1"));
    return at(home, folder.resolve("data"));
  }

  /** The same, with more in its environment. */
  Vigil with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new Vigil(home, data, all, httpPort);
  }

  /** Another instance of the same distribution. */
  Vigil sibling(Path otherData) throws IOException {
    return at(home, otherData);
  }

  private static Vigil at(Path home, Path data) throws IOException {
    int http = freePort();
    return new Vigil(
        home,
        data,
        Map.of(
            "VIGIL_DATA", data.toString(),
            "VIGIL_RECORDINGS", data.resolve("recordings").toString(),
            "VIGIL_HTTP_PORT", String.valueOf(http),
            "VIGIL_HTTPS_PORT", String.valueOf(freePort()),
            "VIGIL_SSH_PORT", String.valueOf(freePort()),
            "VIGIL_ADMIN_PASSWORD", PASSWORD),
        http);
  }

  /** Starts in the foreground and waits until it is ready. */
  void start() throws Exception {
    launcher = Optional.of(launch(output()));
    Await.until(
        "ready",
        BOOT,
        () -> {
          if (!launcher.orElseThrow().isAlive()) {
            throw new AssertionError("vigil run ended: " + tail());
          }
          int status = Api.status(root() + "/health/ready");
          if (status == 404 || Api.status(root() + "/api/v1/cameras") == 404) {
            throw new AssertionError("it said 404 while it was starting");
          }
          return status;
        },
        status -> status == 200);
  }

  /** Starts {@code vigil run} with its output in a file. */
  Process launch(Path output) throws IOException {
    Files.createDirectories(output.toAbsolutePath().getParent());
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("bin/vigil").toString(), "run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Orderly: SIGTERM to the launcher, as Ctrl-C or a service manager would. */
  void stop() throws InterruptedException {
    if (launcher.isPresent()) {
      Process process = launcher.get();
      process.destroy();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("did not stop within " + PATIENCE_SECONDS + " s: " + tail());
      }
      launcher = Optional.empty();
    }
  }

  /** Runs {@code bin/vigil} with these arguments, to its end. */
  String command(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/vigil").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  /** As a power switch would: every process of this instance, at once. */
  void killEverything() throws IOException, InterruptedException {
    launcher.ifPresent(Process::destroyForcibly);
    List<ProcessHandle> all = family();
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : all) {
      process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
    if (launcher.isPresent()) {
      launcher.get().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      launcher = Optional.empty();
    }
  }

  /** kill -9 of the platform's JVM and of nothing else. */
  void killPlatform() {
    kill("org.apache.karaf.main.Main");
  }

  /** kill -9 of every process of this instance whose command line has the text. */
  void kill(String part) {
    List<ProcessHandle> found = processes(part);
    if (found.isEmpty()) {
      throw new AssertionError("no process with " + part + " in its command line");
    }
    found.forEach(ProcessHandle::destroyForcibly);
    found.forEach(process -> process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
  }

  static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Processes that have this instance's data folder, and the text, in their command lines. */
  List<ProcessHandle> processes(String part) {
    List<ProcessHandle> found = new ArrayList<>();
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              String line = commandLine(process.pid());
              if (line.contains(data.toString())
                  && line.contains(part)
                  && process.pid() != ProcessHandle.current().pid()) {
                found.add(process);
              }
            });
    return found;
  }

  /** kill -9 of the database's first process. */
  void killDatabase() throws IOException {
    kill(postmaster().orElseThrow().pid());
  }

  /** The embedded database; empty if it does not run. Its command line does not name the data. */
  private Optional<ProcessHandle> postmaster() throws IOException {
    try (Stream<Path> files = Files.find(data, 4, (path, is) -> path.endsWith("postmaster.pid"))) {
      return files
          .findFirst()
          .flatMap(Vigil::firstLine)
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
          .filter(process -> commandLine(process.pid()).contains("postgres"));
    } catch (UncheckedIOException e) {
      // A folder went while it was looked at.
      return Optional.empty();
    }
  }

  private static Optional<String> firstLine(Path file) {
    try {
      return Files.readAllLines(file).stream().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** All processes of this instance and their descendants, each once. */
  List<ProcessHandle> family() throws IOException {
    return Stream.concat(processes("").stream(), postmaster().stream())
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .distinct()
        .toList();
  }

  static String commandLine(long pid) {
    return ofProcess(pid, "cmdline");
  }

  static String environment(long pid) {
    return ofProcess(pid, "environ");
  }

  /** Empty if it has ended. */
  private static String ofProcess(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid, file), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  Api api() throws Exception {
    return Api.signedIn(root(), "admin", PASSWORD);
  }

  String root() {
    return "http://127.0.0.1:" + httpPort;
  }

  Path data() {
    return data;
  }

  Path deploy() {
    return home.resolve("deploy");
  }

  Path output() {
    return data.resolveSibling(data.getFileName() + ".out");
  }

  String tail() {
    try (Stream<String> lines = Files.lines(output())) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws IOException {
    if (launcher.isPresent()) {
      launcher.get().destroy();
      launcher.get().onExit().completeOnTimeout(launcher.get(), 30, TimeUnit.SECONDS).join();
    }
    family().forEach(ProcessHandle::destroyForcibly);
  }

  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  /** Below those that the system gives to connections, which come and go all the time. */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (PORTS.add(port)) {
          return socket.getLocalPort();
        }
      } catch (BindException e) {
        // Somebody has it: another one.
      }
    }
  }
}
