package io.vigilnvr.plugin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.plugin.PluginCatalog;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;

/** What the distribution has, in a real framework. */
@Timeout(60)
final class BuiltInsTest {
  private static BuiltIns.Part part(Path folder, String id, boolean isStarted) throws Exception {
    var bundle = new TestBundle(id, "1.0.0").activator(TestBundle.Good.class);
    return new BuiltIns.Part(
        bundle.write(folder.resolve(id + ".jar")).toUri().toString(), 1, isStarted);
  }

  private static PluginCatalog noPlugins() {
    return (PluginCatalog)
        Proxy.newProxyInstance(
            BuiltInsTest.class.getClassLoader(),
            new Class<?>[] {PluginCatalog.class},
            (proxy, method, arguments) -> List.of());
  }

  @Test
  void missesAndPutsBackWhatTheDistributionHas(@TempDir Path folder) throws Exception {
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(Map.of("org.osgi.framework.storage", folder.resolve("cache").toString()));
    framework.start();
    try {
      BundleContext context = framework.getBundleContext();
      var one = part(folder, "one", true);
      var two = part(folder, "two", true);
      var lasting = part(folder, "lasting", false);
      var parts = new ArrayList<BuiltIns.Part>();
      // The features are still being installed: nothing is known yet.
      var builtIns = new BuiltIns(context, () -> parts);
      var check = new BundlesCheck(noPlugins(), builtIns);
      assertThat(check.problem()).isEmpty();

      for (var part : List.of(one, two, lasting)) {
        context.installBundle(part.location());
        parts.add(part);
      }
      Path early = Files.createDirectories(folder.resolve("system/org/acme/early/1.0.0"));
      context.installBundle(part(early, "early-1.0.0", false).location());
      parts.add(new BuiltIns.Part("mvn:org.acme/early/1.0.0", 1, true));
      assertThat(check.problem()).isEmpty();
      context.getBundle(two.location()).uninstall();
      context.getBundle(lasting.location()).uninstall();

      assertThat(check.problem())
          .hasValueSatisfying(
              said ->
                  assertThat(said)
                      .contains(two.location(), lasting.location())
                      .doesNotContain(one.location()));

      assertThat(new BuiltIns(context, () -> parts).missing()).isEmpty();
      assertThat(check.problem()).isEmpty();
      Bundle back = context.getBundle(two.location());
      assertThat(back.getState()).isEqualTo(Bundle.ACTIVE);
      assertThat(back.adapt(BundleStartLevel.class).getStartLevel()).isEqualTo(1);
      assertThat(context.getBundle(lasting.location()).getState()).isNotEqualTo(Bundle.ACTIVE);
    } finally {
      framework.stop();
      assertThat(framework.waitForStop(10_000).getType()).isEqualTo(FrameworkEvent.STOPPED);
    }
  }

  @Test
  void startsAlthoughAPartCannotBePutBack(@TempDir Path folder) throws Exception {
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(Map.of("org.osgi.framework.storage", folder.resolve("cache").toString()));
    framework.start();
    try {
      var nowhere = new BuiltIns.Part(folder.resolve("nowhere.jar").toUri().toString(), 1, true);
      var builtIns = new BuiltIns(framework.getBundleContext(), () -> List.of(nowhere));
      assertThat(builtIns.missing()).containsExactly(nowhere);
    } finally {
      framework.stop();
      assertThat(framework.waitForStop(10_000).getType()).isEqualTo(FrameworkEvent.STOPPED);
    }
  }
}
