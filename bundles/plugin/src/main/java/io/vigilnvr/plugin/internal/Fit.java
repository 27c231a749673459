package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/**
 * Whether a plugin goes together with what runs: what it needs is there, and what it offers takes
 * nobody's place. Asks the framework, and changes nothing in it.
 */
final class Fit {
  private final FrameworkWiring wiring;
  private final BundleContext context;

  Fit(BundleContext context) {
    this.context = context;
    this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
  }

  private record Need(String namespace, Map<String, String> getDirectives) implements Requirement {
    @Override
    public String getNamespace() {
      return namespace;
    }

    @Override
    public Map<String, Object> getAttributes() {
      return Map.of();
    }

    @Override
    public Resource getResource() {
      throw new UnsupportedOperationException("it is not installed yet");
    }
  }

  /**
   * @param present an older version of the same, which does not count
   */
  List<Problem> problems(PluginFile file, Optional<Bundle> present) {
    var problems = new ArrayList<Problem>();
    var offered = new HashSet<String>();
    file.header(Constants.EXPORT_PACKAGE).forEach(clause -> offered.addAll(clause.names()));
    Set<String> taken = exportedByOthers(present);
    for (String name : offered) {
      if (name.startsWith("java.") || name.startsWith("io.vigilnvr.") || taken.contains(name)) {
        problems.add(wrong("exports " + name + ", which belongs to somebody else"));
      }
    }
    for (ManifestHeader.Clause clause : file.header(Constants.IMPORT_PACKAGE)) {
      if (!clause.isOptional()) {
        clause.names().stream()
            .filter(name -> !offered.contains(name) && !name.startsWith("java."))
            .filter(name -> !isThere(PackageNamespace.PACKAGE_NAMESPACE, name, clause))
            .forEach(
                name -> problems.add(wrong("imports " + name + version(clause) + ": not there")));
      }
    }
    for (ManifestHeader.Clause clause : file.header(Constants.REQUIRE_BUNDLE)) {
      if (!clause.isOptional()) {
        clause.names().stream()
            .filter(name -> !isThere(BundleNamespace.BUNDLE_NAMESPACE, name, clause))
            .forEach(name -> problems.add(wrong("requires the bundle " + name + ": not there")));
      }
    }
    for (ManifestHeader.Clause clause : file.header(Constants.REQUIRE_CAPABILITY)) {
      String effective = clause.directives().getOrDefault("effective", "resolve");
      if (!clause.isOptional() && effective.equals("resolve")) {
        String filter = clause.directives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE);
        clause.names().stream()
            .filter(name -> !isThere(name, filter == null ? Map.of() : filter(filter)))
            .forEach(
                name ->
                    problems.add(
                        wrong(
                            "needs "
                                + name
                                + (filter == null ? "" : " " + filter)
                                + ": not there")));
      }
    }
    return problems;
  }

  private static Problem wrong(String detail) {
    return new Problem("/file", detail);
  }

  private static String version(ManifestHeader.Clause clause) {
    String version = clause.attributes().get(Constants.VERSION_ATTRIBUTE);
    return version == null ? "" : " " + version;
  }

  private boolean isThere(String namespace, String name, ManifestHeader.Clause clause) {
    var filter = new StringBuilder("(&(").append(namespace).append('=').append(name).append(')');
    boolean ofPackage = namespace.equals(PackageNamespace.PACKAGE_NAMESPACE);
    String attribute = ofPackage ? Constants.VERSION_ATTRIBUTE : Constants.BUNDLE_VERSION_ATTRIBUTE;
    String range = clause.attributes().get(attribute);
    if (range != null) {
      filter.append(new VersionRange(range).toFilterString(attribute));
    }
    return isThere(namespace, filter(filter.append(')').toString()));
  }

  private static Map<String, String> filter(String filter) {
    return Map.of(Namespace.REQUIREMENT_FILTER_DIRECTIVE, filter);
  }

  private boolean isThere(String namespace, Map<String, String> directives) {
    return !wiring.findProviders(new Need(namespace, directives)).isEmpty();
  }

  private Set<String> exportedByOthers(Optional<Bundle> present) {
    var names = new HashSet<String>();
    for (Bundle bundle : context.getBundles()) {
      BundleWiring of = bundle.adapt(BundleWiring.class);
      if (of != null && present.filter(bundle::equals).isEmpty()) {
        of.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE)
            .forEach(
                capability ->
                    names.add(
                        String.valueOf(
                            capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))));
      }
    }
    return names;
  }
}
