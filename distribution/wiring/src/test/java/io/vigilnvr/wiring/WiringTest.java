package io.vigilnvr.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** Each bundle must resolve, activate, and go without a trace. */
@SuppressWarnings("NullAway.Init")
final class WiringTest {
  private static final String DRIVER = "io.vigilnvr.api.camera.CameraDriver";

  @TempDir Path folder;
  private Platform platform;

  @BeforeEach
  void start() throws Exception {
    platform = new Platform(folder);
  }

  @AfterEach
  void stop() throws Exception {
    platform.stop();
  }

  @Test
  void everyBundleStarts() {
    assertThat(platform.ours()).hasSizeGreaterThanOrEqualTo(14);
    assertThat(platform.ours().values()).allMatch(bundle -> bundle.getState() == Bundle.ACTIVE);
  }

  @Test
  void everyComponentFindsWhatItNeeds() throws Exception {
    Platform.await("all components satisfied", () -> unsatisfied().isEmpty());
    assertThat(components()).hasSizeGreaterThan(10);
  }

  @Test
  void noThreadOutlivesItsBundle() throws Exception {
    Platform.await("all components satisfied", () -> unsatisfied().isEmpty());
    var bundles = new ArrayList<>(platform.ours().values());
    Collections.reverse(bundles);
    for (Bundle bundle : bundles) {
      bundle.stop();
    }
    Platform.await("no thread of ours: " + threads(), () -> threads().isEmpty());
  }

  @Test
  void startingAndStoppingLeavesNoThreadAndNoFile() throws Exception {
    for (Bundle bundle : platform.ours().values()) {
      if (bundle.getSymbolicName().equals("io.vigilnvr.api")) {
        continue;
      }
      again(bundle);
      // Compared while the bundle is down: a task of its own may be over, or not yet.
      bundle.stop();
      var before = settled();
      var files = openFiles();
      for (int i = 0; i < 10; i++) {
        again(bundle);
      }
      bundle.stop();
      var name = bundle.getSymbolicName();
      Platform.await(
          name + ": no more threads than " + before + ", now " + threads(),
          () -> more(threads(), before).isEmpty());
      Platform.await(
          name + ": no more files open: " + newFiles(files), () -> newFiles(files).size() <= 2);
      bundle.start();
      Platform.await("all components satisfied", () -> unsatisfied().isEmpty());
    }
  }

  /** The threads once they have been the same for a while. */
  private static List<String> settled() throws Exception {
    var last = new ArrayList<List<String>>();
    Platform.await(
        "threads come and go",
        () -> {
          last.add(threads());
          int count = last.size();
          return count > 10 && Set.copyOf(last.subList(count - 10, count)).size() == 1;
        });
    return threads();
  }

  private void again(Bundle bundle) throws Exception {
    bundle.stop();
    bundle.start();
    Platform.await("all components satisfied", () -> unsatisfied().isEmpty());
  }

  @Test
  void aStrangersDriverComesAndChangesAndGoesAndNobodyElseNotices() throws Exception {
    var others = new CopyOnWriteArrayList<String>();
    SynchronousBundleListener listener =
        event -> {
          if (!"com.example.strange".equals(event.getBundle().getSymbolicName())) {
            others.add(event.getBundle() + " " + event.getType());
          }
        };
    platform.context().addBundleListener(listener);

    var stranger = platform.install(Stranger.bundle(folder, "1.0.0"));
    stranger.start();
    Platform.await("driver 1.0.0", () -> saysOf(driver()).contains("1.0.0"));

    try (var in = Files.newInputStream(Stranger.bundle(folder, "1.1.0"))) {
      stranger.update(in);
    }
    refresh(stranger);
    Platform.await(
        "driver 1.1.0", () -> driver().size() == 1 && saysOf(driver()).contains("1.1.0"));

    stranger.uninstall();
    refresh(stranger);
    Platform.await("no driver", () -> driver().isEmpty());

    platform.context().removeBundleListener(listener);
    assertThat(others).isEmpty();
    assertThat(platform.ours().values()).allMatch(bundle -> bundle.getState() == Bundle.ACTIVE);
  }

  /** The listener above must be able to see a bundle of ours being restarted. */
  @Test
  void aRefreshOfOursWouldBeNoticed() throws Exception {
    var restarted = new CopyOnWriteArrayList<String>();
    SynchronousBundleListener listener =
        event -> {
          if (event.getType() == BundleEvent.STOPPED) {
            restarted.add(String.valueOf(event.getBundle().getSymbolicName()));
          }
        };
    platform.context().addBundleListener(listener);
    refresh(Objects.requireNonNull(platform.ours().get("io.vigilnvr.api")));
    Platform.await("restarts", () -> restarted.contains("io.vigilnvr.camera"));
  }

  /** Waits for its end: the framework refuses another change of a bundle that it is refreshing. */
  private void refresh(Bundle bundle) throws InterruptedException {
    var refreshed = new CountDownLatch(1);
    platform
        .context()
        .getBundle(0)
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            List.of(bundle),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    assertThat(refreshed.await(2, TimeUnit.MINUTES)).isTrue();
  }

  private List<Object> driver() throws Exception {
    var references =
        platform.context().getAllServiceReferences(DRIVER, "(vigil.camera.driver=strange)");
    return references == null
        ? List.of()
        : Arrays.stream(references).<Object>map(platform.context()::getService).toList();
  }

  /** What the driver answers: the version is in the message of its failure. */
  private static String saysOf(List<Object> drivers) throws Exception {
    for (Object driver : drivers) {
      var connect =
          Arrays.stream(driver.getClass().getMethods())
              .filter(method -> method.getName().equals("connect"))
              .findFirst()
              .orElseThrow();
      try {
        connect.invoke(driver, (Object) null);
      } catch (java.lang.reflect.InvocationTargetException e) {
        return Objects.requireNonNull(e.getCause()).toString();
      }
    }
    return "";
  }

  private List<ComponentConfigurationDTO> components() {
    var runtime = platform.service(ServiceComponentRuntime.class);
    var configurations = new ArrayList<ComponentConfigurationDTO>();
    for (var description :
        runtime.getComponentDescriptionDTOs(platform.ours().values().toArray(Bundle[]::new))) {
      configurations.addAll(runtime.getComponentConfigurationDTOs(description));
    }
    return configurations;
  }

  private Set<String> unsatisfied() {
    return components().stream()
        .filter(
            component ->
                component.state != ComponentConfigurationDTO.SATISFIED
                    && component.state != ComponentConfigurationDTO.ACTIVE)
        .map(
            component ->
                component.description.name
                    + " lacks "
                    + Arrays.stream(component.unsatisfiedReferences)
                        .map(reference -> reference.name)
                        .toList()
                    + " "
                    + component.failure)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("vigil-"))
        .sorted()
        .toList();
  }

  /** What the descriptors lead to, as often as there are descriptors. */
  private static List<String> openFiles() throws Exception {
    var open = new ArrayList<String>();
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          open.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException closed) {
          // In between, as the one that lists them is.
        }
      }
    }
    return open;
  }

  private static List<String> more(List<String> now, List<String> before) {
    var more = new ArrayList<>(now);
    before.forEach(more::remove);
    return more;
  }

  private static List<String> newFiles(List<String> before) throws Exception {
    var more = more(openFiles(), before);
    // Surefire looks after its parent by a child process now and then.
    more.removeIf(file -> file.startsWith("pipe:"));
    return more;
  }
}
