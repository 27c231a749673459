package io.vigilnvr.database.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How programs of PostgreSQL, which refuses to be root, are run. An ordinary user just runs them.
 * Root gives the cluster to a user of its own and becomes that user for them; where that user
 * cannot reach the cluster, because a folder above it is closed ({@code /root} usually is), it is
 * mounted for them at a place that they can reach and nobody else sees. Where mounting is not
 * allowed they stay the same user, in a user namespace of their own, without any capability.
 *
 * @param owner the user id that the cluster must belong to
 * @param home the folder with binaries and cluster
 */
record Confinement(Way way, int owner, Path home) {
  private static final Logger log = LoggerFactory.getLogger(Confinement.class);

  /**
   * First user id to try. Lies in the range that Debian's policy (9.2.2) leaves alone, below those
   * of containers and of systemd's dynamic users.
   */
  static final int FIRST_UID = 58447;

  private static final int UIDS = 100;

  /** Every system's user {@code nobody}. */
  private static final int NOBODY = 65534;

  private static final List<Path> MOUNT_POINTS = List.of(Path.of("/mnt"), Path.of("/srv"));
  private static final String ANCHOR = "sleep";

  /** From the best to the least. */
  enum Way {
    /** Vigil is not root. */
    PLAIN,
    OTHER_USER,
    OTHER_USER_MOUNTED,
    USER_NAMESPACE
  }

  /** A setting that commands are run in; closed when no more are to be started in it. */
  interface Scope extends AutoCloseable {
    List<String> command(String... command);

    @Override
    void close();
  }

  /** The best way that works for this folder, which must exist. */
  static Confinement choose(Path home) throws IOException, InterruptedException {
    int self = self();
    if (self != 0) {
      if (Trees.owner(home) != self) {
        throw new IOException(home + " belongs to another user: was Vigil run as root before?");
      }
      return new Confinement(Way.PLAIN, self, home);
    }
    int uid = uid(home);
    for (var way : List.of(Way.OTHER_USER, Way.OTHER_USER_MOUNTED, Way.USER_NAMESPACE)) {
      var confinement = new Confinement(way, way == Way.USER_NAMESPACE ? 0 : uid, home);
      if (confinement.works()) {
        log.info("root: PostgreSQL runs as {} ({})", confinement.owner, way);
        return confinement;
      }
    }
    throw new IOException(
        "PostgreSQL must not be root, and no other user can reach "
            + home
            + " here: run Vigil as an ordinary user, put VIGIL_DATA where others may enter, or set"
            + " VIGIL_DB_URL");
  }

  /** Our effective user id: the second number after {@code Uid:} (proc(5)). */
  static int self() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        return Integer.parseInt(List.of(line.split("\\s+", -1)).get(2));
      }
    }
    throw new IOException("/proc/self/status has no Uid");
  }

  /** The user id that has the cluster, or else one that nobody has. */
  private static int uid(Path home) throws IOException, InterruptedException {
    try (var clusters = Files.newDirectoryStream(home, "pg*")) {
      for (Path cluster : clusters) {
        int owner = Trees.owner(cluster);
        if (owner >= FIRST_UID && owner < FIRST_UID + UIDS) {
          return owner;
        }
      }
    }
    for (int uid = FIRST_UID; uid < FIRST_UID + UIDS; uid++) {
      if (!Tool.succeeds("getent", "passwd", "" + uid)
          && !Tool.succeeds("getent", "group", "" + uid)) {
        return uid;
      }
    }
    throw new IOException("no user id from " + FIRST_UID + " on is free");
  }

  private boolean works() throws InterruptedException {
    Path probe = home.resolve("probe");
    try {
      // Where it must be able to write, as in the cluster.
      Files.createDirectories(probe);
      Files.setPosixFilePermissions(probe, PosixFilePermissions.fromString("rwx------"));
      Trees.give(probe, owner);
      try (var scope = enter()) {
        var outcome =
            Tool.run(scope.command("test", "-w", seen(probe)), "", Duration.ofSeconds(10));
        if (outcome.code() != 0) {
          log.debug("{} does not work: {}", way, outcome.output());
        }
        return outcome.code() == 0;
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      log.debug("{} does not work", way, e);
      return false;
    }
  }

  /**
   * The same with a user that has a name, for {@code initdb} and {@code postgres --single}: they
   * refuse to run for one that has none.
   */
  Confinement named() {
    return switch (way) {
      case PLAIN, USER_NAMESPACE -> this;
      case OTHER_USER, OTHER_USER_MOUNTED -> new Confinement(way, NOBODY, home);
    };
  }

  /** Where the programs find a file that is in our home. */
  String seen(Path path) {
    return way == Way.OTHER_USER_MOUNTED
        ? mountPoint().resolve(home.relativize(path)).toString()
        : path.toString();
  }

  private static Path mountPoint() {
    return MOUNT_POINTS.stream().filter(Files::isDirectory).findFirst().orElse(Path.of("/opt"));
  }

  /** For programs that are started anew. */
  Scope enter() throws IOException, InterruptedException {
    if (way != Way.OTHER_USER_MOUNTED) {
      return scope(List.of());
    }
    // Nothing but a process keeps a mount namespace; this one does until the others are in it.
    Process anchor =
        Tool.builder(List.of("unshare", "--mount", "--propagation", "private", ANCHOR, "600"))
            .start();
    try {
      awaitSeparate(anchor);
      var inside = List.of("nsenter", "--target", "" + anchor.pid(), "--mount", "--");
      var mounted =
          Tool.run(
              Tool.join(inside, "mount", "--bind", home.toString(), mountPoint().toString()),
              "",
              Duration.ofSeconds(10));
      if (mounted.code() != 0) {
        throw new IOException("cannot mount: " + mounted.output());
      }
      var scope = scope(inside);
      return new Scope() {
        @Override
        public List<String> command(String... command) {
          return scope.command(command);
        }

        @Override
        public void close() {
          anchor.destroyForcibly();
        }
      };
    } catch (IOException | InterruptedException e) {
      anchor.destroyForcibly();
      throw e;
    }
  }

  /** For programs that must see what this one sees. */
  Scope join(long pid) {
    return scope(
        way == Way.OTHER_USER_MOUNTED
            ? List.of("nsenter", "--target", "" + pid, "--mount", "--")
            : List.of());
  }

  private Scope scope(List<String> inside) {
    List<String> become =
        switch (way) {
          case PLAIN -> List.of();
          case OTHER_USER, OTHER_USER_MOUNTED ->
              List.of(
                  "setpriv",
                  "--reuid=" + owner,
                  "--regid=" + owner,
                  "--clear-groups",
                  "--no-new-privs",
                  "--");
          case USER_NAMESPACE -> List.of("unshare", "--user", "--");
        };
    List<String> prefix = Tool.join(inside, become.toArray(String[]::new));
    return new Scope() {
      @Override
      public List<String> command(String... command) {
        return Tool.join(prefix, command);
      }

      @Override
      public void close() {
        // Nothing was opened.
      }
    };
  }

  /** Waits until the anchor has a mount namespace of its own: before, a mount would be for all. */
  private static void awaitSeparate(Process anchor) throws IOException, InterruptedException {
    Path name = Path.of("/proc", "" + anchor.pid(), "comm");
    for (int i = 0; i < 500 && !anchor.waitFor(10, TimeUnit.MILLISECONDS); i++) {
      if (Files.readString(name).strip().equals(ANCHOR)) {
        return;
      }
    }
    throw new IOException("no mount namespace is to be had");
  }
}
