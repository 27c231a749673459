package io.vigilnvr.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.felix.framework.Felix;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;

/** A bare framework with Declarative Services, config admin, metatype and our bundles. */
final class Platform {
  static final Path BUNDLES = Path.of("target/bundles");

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Felix felix;
  private final Map<String, Bundle> ours = new LinkedHashMap<>();

  Platform(Path folder) throws Exception {
    felix =
        new Felix(
            Map.of(
                Constants.FRAMEWORK_STORAGE,
                folder.resolve("cache").toString(),
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.slf4j;version=1.7.36,org.apache.karaf.features;version=4.4.10,org.osgi.service.log;version=1.5.0,org.osgi.service.cm;version=1.6.1,"
                    + "org.osgi.service.component;version=1.5.1,"
                    + "org.osgi.service.component.runtime;version=1.5.1,"
                    + "org.osgi.service.component.runtime.dto;version=1.5.1,"
                    + "org.osgi.util.promise;version=1.3.0,org.osgi.util.function;version=1.2.0",
                "vigil.data",
                Files.createDirectories(folder.resolve("data")).toString()));
    felix.start();
    context().registerService(FeaturesService.class, noFeatures(), null);
    var services = new ArrayList<Bundle>();
    for (String name : List.of("configadmin", "metatype", "scr")) {
      services.add(install(BUNDLES.resolve("org.apache.felix." + name + ".jar")));
    }
    for (Bundle bundle : services) {
      bundle.start();
    }
    configure("vigil.record", Map.of("recordings", folder.resolve("recordings").toString()));
    try (Stream<Path> jars = Files.list(BUNDLES)) {
      for (Path jar : jars.sorted().toList()) {
        if (jar.getFileName().toString().startsWith("io.vigilnvr.")) {
          var bundle = install(jar);
          ours.put(bundle.getSymbolicName(), bundle);
        }
      }
    }
    for (Bundle bundle : ours.values()) {
      bundle.start();
    }
  }

  private static FeaturesService noFeatures() {
    return (FeaturesService)
        Proxy.newProxyInstance(
            Platform.class.getClassLoader(),
            new Class<?>[] {FeaturesService.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "listInstalledFeatures" -> new Feature[0];
                  case "hashCode" -> 0;
                  case "equals" -> proxy == arguments[0];
                  default -> null;
                });
  }

  BundleContext context() {
    return felix.getBundleContext();
  }

  Map<String, Bundle> ours() {
    return ours;
  }

  Bundle install(Path jar) throws BundleException, IOException {
    try (var in = Files.newInputStream(jar)) {
      return context().installBundle(jar.toUri().toString(), in);
    }
  }

  private void configure(String pid, Map<String, String> values) throws IOException {
    service(ConfigurationAdmin.class)
        .getConfiguration(pid, "?")
        .update(FrameworkUtil.asDictionary(values));
  }

  <T> T service(Class<T> type) {
    var reference = context().getServiceReference(type);
    assertThat(reference).as(type.getName()).isNotNull();
    return context().getService(reference);
  }

  /** Waits for something that happens on another thread. */
  static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      Thread.sleep(20);
    }
  }

  void stop() throws Exception {
    felix.stop();
    felix.waitForStop(PATIENCE.toMillis());
  }
}
