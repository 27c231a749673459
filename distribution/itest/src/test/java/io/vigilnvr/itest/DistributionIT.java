package io.vigilnvr.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;
import static org.ops4j.pax.exam.CoreOptions.environment;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.logLevel;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.inject.Inject;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.karaf.options.LogLevelOption;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.SynchronousBundleListener;

/** The packed distribution comes up whole, and takes a stranger's bundle without a tremor. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DistributionIT {
  private static final String MAVEN = "etc/org.ops4j.pax.url.mvn.cfg";

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Inject private BundleContext context;
  @Inject private FeaturesService features;

  @Configuration
  public Option[] configuration() throws IOException {
    var target = Path.of("target").toAbsolutePath();
    var data = Files.createTempDirectory(target, "data-");
    Files.createDirectories(data.resolve("karaf"));
    StrangeDriver.pack(target.resolve("strange-1.jar"), "1.0.0");
    StrangeDriver.pack(target.resolve("strange-2.jar"), "1.1.0");
    int http = freePort();
    return new Option[] {
      karafDistributionConfiguration()
          .frameworkUrl(new File(System.getProperty("vigil.distribution")).toURI().toString())
          .name("Vigil")
          .karafVersion("4.4.10")
          .unpackDirectory(target.resolve("exam").toFile())
          .useDeployFolder(false),
      configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
      logLevel(LogLevelOption.LogLevel.WARN),
      // What Pax Exam itself needs is not in the distribution.
      editConfigurationFilePut(MAVEN, "org.ops4j.pax.url.mvn.offline", "false"),
      editConfigurationFilePut(
          MAVEN,
          "org.ops4j.pax.url.mvn.localRepository",
          System.getProperty("user.home") + "/.m2/repository"),
      editConfigurationFilePut(
          MAVEN, "org.ops4j.pax.url.mvn.repositories", "https://repo1.maven.org/maven2@id=central"),
      systemProperty("vigil.data").value(data.toString()),
      systemProperty("test.http").value(String.valueOf(http)),
      systemProperty("test.target").value(target.toString()),
      environment("VIGIL_DATA=" + data),
      environment("VIGIL_RECORDINGS=" + data.resolve("recordings")),
      environment("VIGIL_HTTP_PORT=" + http),
      environment("VIGIL_HTTPS_PORT=0"),
      environment("VIGIL_SSH_PORT=0"),
      environment("VIGIL_DB_URL="),
      environment("VIGIL_DB_USER="),
      environment("VIGIL_JETTY_FILES=etc/jetty.xml"),
      environment("VIGIL_ADMIN_PASSWORD=the-password-of-the-test"),
    };
  }

  /** Below those that the system gives to connections, which come and go until it is opened. */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (var socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody has it: another one.
      }
    }
  }

  @Test
  public void everyBundleIsActive() throws Exception {
    await(() -> "all bundles, but for " + idle(), () -> idle().isEmpty());
    long ours =
        Arrays.stream(context.getBundles())
            .filter(bundle -> bundle.getSymbolicName().startsWith("io.vigilnvr."))
            .count();
    assertTrue("only " + ours, ours >= 18);
  }

  private Set<String> idle() {
    var idle = new TreeSet<String>();
    for (Bundle bundle : context.getBundles()) {
      boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
      if (bundle.getState() != Bundle.ACTIVE && !fragment) {
        idle.add(bundle.getSymbolicName() + " " + bundle.getState());
      }
    }
    return idle;
  }

  @Test
  public void becomesReady() throws Exception {
    await(() -> "ready", () -> status("/health/ready") == 200);
    assertEquals(200, status("/health/live"));
    assertEquals(401, status("/api/v1/cameras"));
  }

  @Test
  public void nothingIsInstalledThatVigilMustNotHave() throws Exception {
    var forbidden =
        List.of("management", "kar", "instance", "deployer", "jdbc", "jms", "webconsole");
    for (var feature : features.listInstalledFeatures()) {
      assertFalse(feature.getName(), forbidden.contains(feature.getName()));
    }
    for (Bundle bundle : context.getBundles()) {
      var name = String.valueOf(bundle.getSymbolicName());
      for (String part :
          List.of(
              "karaf.management",
              "karaf.kar.",
              "karaf.instance",
              "karaf.deployer",
              "karaf.jdbc",
              "karaf.jms",
              "karaf.webconsole",
              "pax-web-deployer",
              "aries.jmx",
              "jolokia")) {
        assertFalse(name, name.contains(part));
      }
    }
  }

  @Test
  public void aStrangersBundleComesAndChangesAndGoesAndNobodyElseNotices() throws Exception {
    await(() -> "ready", () -> status("/health/ready") == 200);
    await(() -> "all bundles, but for " + idle(), () -> idle().isEmpty());
    var events = new CopyOnWriteArrayList<String>();
    SynchronousBundleListener listener =
        event -> {
          if (!"com.example.strange".equals(event.getBundle().getSymbolicName())) {
            events.add(event.getBundle() + " " + event.getType());
          }
        };
    context.addBundleListener(listener);
    var target = Path.of(System.getProperty("test.target"));
    var deployed = Path.of(System.getProperty("karaf.base"), "deploy", "strange.jar");

    Files.createDirectories(deployed.getParent());
    Files.copy(target.resolve("strange-1.jar"), deployed);
    await(() -> "driver", () -> versions().equals(List.of("1.0.0")));

    Files.copy(target.resolve("strange-2.jar"), deployed, StandardCopyOption.REPLACE_EXISTING);
    await(() -> "newer driver", () -> versions().equals(List.of("1.1.0")));

    Files.delete(deployed);
    await(() -> "no driver", () -> versions().isEmpty());

    context.removeBundleListener(listener);
    assertEquals(List.of(), new ArrayList<>(events));
  }

  private List<String> versions() throws Exception {
    var references =
        context.getAllServiceReferences(
            "io.vigilnvr.api.camera.CameraDriver", "(vigil.camera.driver=strange)");
    return references == null
        ? List.of()
        : Arrays.stream(references)
            .map(reference -> reference.getBundle().getVersion().toString())
            .toList();
  }

  private static int status(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + System.getProperty("test.http") + path);
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  private static void await(Supplier<String> what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        fail("not within " + PATIENCE.toSeconds() + " s: " + what.get());
      }
      Thread.sleep(50);
    }
  }
}
