package io.vigilnvr.plugin.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.karaf.features.BundleInfo;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what the distribution's features name, and puts back at the start what is not there any
 * more. The platform itself does not miss it: whoever takes away a jar that they had dropped over a
 * built-in bundle has uninstalled that for good.
 */
@Component(service = BuiltIns.class, immediate = true)
public final class BuiltIns {
  private static final Logger log = LoggerFactory.getLogger(BuiltIns.class);

  private static final Pattern ARTIFACT =
      Pattern.compile("mvn:(?<group>[^/]+)/(?<name>[^/]+)/(?<version>[^/]+)");

  private final BundleContext context;
  private final Supplier<List<Part>> parts;

  @Activate
  public BuiltIns(BundleContext context, @Reference FeaturesService features) {
    this(context, () -> parts(features));
  }

  /**
   * @param parts empty while the features are being installed
   */
  BuiltIns(BundleContext context, Supplier<List<Part>> parts) {
    this.context = context;
    this.parts = parts;
    missing().forEach(this::putBack);
  }

  /** A bundle of a feature. */
  record Part(String location, int startLevel, boolean isStarted) {}

  private static List<Part> parts(FeaturesService features) {
    try {
      return Stream.of(features.listInstalledFeatures())
          .map(Feature::getBundles)
          .flatMap(List::stream)
          // What only others need is left out where something else serves them.
          .filter(bundle -> !bundle.isDependency())
          .map(BuiltIns::part)
          .distinct()
          .toList();
    } catch (Exception e) { // As it is declared there.
      throw new IllegalStateException("the features cannot be read", e);
    }
  }

  private static Part part(BundleInfo bundle) {
    return new Part(bundle.getLocation(), bundle.getStartLevel(), bundle.isStart());
  }

  /** What the features name, and is not installed. */
  List<Part> missing() {
    List<String> present = Arrays.stream(context.getBundles()).map(Bundle::getLocation).toList();
    Set<String> exactly = Set.copyOf(present);
    return parts.get().stream()
        .filter(part -> !exactly.contains(part.location()))
        .filter(part -> present.stream().noneMatch(one -> one.endsWith(path(part.location()))))
        .toList();
  }

  /** What comes before the features is installed from the file that a repository has for it. */
  private static String path(String location) {
    Matcher artifact = ARTIFACT.matcher(location);
    if (!artifact.matches()) {
      return location;
    }
    String name = artifact.group("name");
    String version = artifact.group("version");
    return "/%s/%s/%s/%s-%s.jar"
        .formatted(artifact.group("group").replace('.', '/'), name, version, name, version);
  }

  private void putBack(Part part) {
    log.error("{} is part of the distribution and is missing; it is put back", part.location());
    try {
      Bundle bundle = context.installBundle(part.location());
      BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
      if (level != null && part.startLevel() > 0) {
        level.setStartLevel(part.startLevel());
      }
      if (part.isStarted()) {
        bundle.start();
      }
    } catch (BundleException e) {
      log.error("{} cannot be put back", part.location(), e);
    }
  }
}
