package io.vigilnvr.tck;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** Simulated cameras as a program. */
final class CommandLine {
  private static final String HELP =
      """
      Simulated RTSP cameras for tests and demonstrations.

        java -cp io.vigilnvr.tck.jar io.vigilnvr.tck.SimulatedCameras [options]

        --camera NAME[=MAIN[,SUB]]  a camera; MAIN and SUB are built-in samples
                                    (main, sub, bframes, h265, aac, opus, pcma, pcmu)
                                    or MP4 files.
                                    May be given again and again. Default: front, garden
        --cameras N                 N cameras named cam1, cam2, …
        --sample FILE.mp4           what main streams send unless said otherwise
        --host ADDRESS              default 127.0.0.1
        --port PORT                 of all cameras; default 8554, 0 for any
        --control PORT              HTTP control port on 127.0.0.1; default 0 for any
        --login USER:PASSWORD       every camera asks for this login
        --auth KIND                 basic, digest-md5, digest-sha256, digest-both (default)
        --exit-with-parent          end when standard input closes
      """;

  private CommandLine() {}

  static void run(String[] args) throws IOException, InterruptedException {
    String host = "127.0.0.1";
    int port = 8554;
    int control = 0;
    int count = 0;
    boolean exitWithParent = false;
    String login = "";
    var authentication = Authentication.DIGEST_BOTH;
    String standard = "main";
    var specs = new ArrayList<String>();
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--camera" -> specs.add(args[++i]);
          case "--cameras" -> count = Integer.parseInt(args[++i]);
          case "--sample" -> standard = args[++i];
          case "--host" -> host = args[++i];
          case "--port" -> port = Integer.parseInt(args[++i]);
          case "--control" -> control = Integer.parseInt(args[++i]);
          case "--login" -> login = args[++i];
          case "--auth" -> authentication = authentication(args[++i]);
          case "--exit-with-parent" -> exitWithParent = true;
          case "--help" -> {
            System.out.print(HELP);
            return;
          }
          default -> throw new IllegalArgumentException("unknown option " + args[i]);
        }
      }
      if (!login.isEmpty() && login.indexOf(':') < 1) {
        throw new IllegalArgumentException("--login wants USER:PASSWORD");
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      System.err.println(e.getMessage());
      System.err.print(HELP);
      System.exit(2);
    }
    for (int i = 1; i <= count; i++) {
      specs.add("cam" + i);
    }
    var names = specs.isEmpty() ? List.of("front", "garden") : specs;
    try (var cameras = SimulatedCameras.start(InetAddress.getByName(host), port);
        var controlPort = ControlPort.start(cameras, control)) {
      for (String spec : names) {
        add(cameras, spec, standard, login, authentication);
      }
      System.out.println(
          "READY rtsp=rtsp://"
              + host
              + ":"
              + cameras.port()
              + " control=http://127.0.0.1:"
              + controlPort.port()
              + " cameras="
              + cameras.cameras().stream()
                  .map(SimulatedCamera::name)
                  .collect(Collectors.joining(",")));
      if (exitWithParent) {
        while (System.in.read() >= 0) {}
      } else {
        new CountDownLatch(1).await();
      }
    }
  }

  private static void add(
      SimulatedCameras cameras,
      String spec,
      String standard,
      String login,
      Authentication authentication)
      throws IOException {
    int equals = spec.indexOf('=');
    String name = equals < 0 ? spec : spec.substring(0, equals);
    String[] samples = equals < 0 ? new String[] {standard} : spec.substring(equals + 1).split(",");
    SimulatedCamera camera = cameras.camera(name);
    camera.stream("main", sample(samples[0]));
    camera.stream("sub", sample(samples.length > 1 ? samples[1] : "sub"));
    if (!login.isEmpty()) {
      int colon = login.indexOf(':');
      camera.login(login.substring(0, colon), login.substring(colon + 1), authentication);
    }
  }

  static Sample sample(String nameOrFile) throws IOException {
    return Sample.BUILT_IN.contains(nameOrFile)
        ? Sample.named(nameOrFile)
        : Sample.file(Path.of(nameOrFile));
  }

  static Authentication authentication(String kind) {
    return switch (kind) {
      case "basic" -> Authentication.BASIC;
      case "digest-md5" -> Authentication.DIGEST_MD5;
      case "digest-sha256" -> Authentication.DIGEST_SHA256;
      case "digest-both", "digest" -> Authentication.DIGEST_BOTH;
      default -> throw new IllegalArgumentException("unknown authentication " + kind);
    };
  }
}
