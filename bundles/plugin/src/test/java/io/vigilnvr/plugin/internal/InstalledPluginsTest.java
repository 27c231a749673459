package io.vigilnvr.plugin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.plugin.PluginCatalog.Kind;
import io.vigilnvr.api.plugin.PluginCatalog.Plugin;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;

/** What bundles provide, in a real framework. */
@Timeout(60)
final class InstalledPluginsTest {
  /** Finders are described by nothing. */
  private static final MetaTypeService NO_META_TYPE =
      bundle -> {
        throw new UnsupportedOperationException(MetaTypeInformation.class.getName());
      };

  private static List<String> provided(InstalledPlugins plugins) {
    return plugins.plugins().stream().map(Plugin::provides).flatMap(List::stream).toList();
  }

  @Test
  void saysWhichBundleLooksForCameras(@TempDir Path folder) throws Exception {
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(Map.of("org.osgi.framework.storage", folder.toString()));
    framework.start();
    try {
      var context = framework.getBundleContext();
      var plugins = new InstalledPlugins(context, NO_META_TYPE);
      CameraFinder finder = atMost -> List.of();
      var properties = FrameworkUtil.asDictionary(Map.of(CameraFinder.FINDER, "onvif"));
      var registered = context.registerService(CameraFinder.class, finder, properties);

      assertThat(provided(plugins)).containsExactly("camera-finder:onvif");
      assertThat(plugins.type(Kind.CAMERA_FINDER, "onvif"))
          .hasValueSatisfying(type -> assertThat(type.name()).isEqualTo("onvif"));

      registered.unregister();
      assertThat(provided(plugins)).isEmpty();
    } finally {
      framework.stop();
      assertThat(framework.waitForStop(10_000).getType()).isEqualTo(FrameworkEvent.STOPPED);
    }
  }
}
