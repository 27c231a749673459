package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.ingest.IngestEngineCode;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.storage.StorageBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.MetaTypeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the framework anew for each answer: nothing is remembered, so nothing goes stale when
 * bundles come and go.
 */
@Component
public final class InstalledPlugins implements PluginCatalog {
  private static final Logger log = LoggerFactory.getLogger(InstalledPlugins.class);

  private static final String OURS = "io.vigilnvr.";

  private final BundleContext context;
  private final MetaTypeService metaType;

  @Activate
  public InstalledPlugins(BundleContext context, @Reference MetaTypeService metaType) {
    this.context = context;
    this.metaType = metaType;
  }

  /** A service that provides a type. */
  private record Provider(Kind kind, String id, ServiceReference<?> service) {
    String word() {
      return kind.word() + ":" + id;
    }
  }

  @Override
  public List<Plugin> plugins() {
    List<Provider> providers =
        Arrays.stream(Kind.values()).flatMap(kind -> providers(kind).stream()).toList();
    List<Plugin> plugins = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      List<String> provides =
          providers.stream()
              .filter(provider -> bundle.equals(provider.service().getBundle()))
              .map(Provider::word)
              .sorted()
              .toList();
      if (!provides.isEmpty() || isOurs(bundle)) {
        plugins.add(plugin(bundle, provides));
      }
    }
    plugins.sort(Comparator.comparing(Plugin::id));
    return plugins;
  }

  private static Plugin plugin(Bundle bundle, List<String> provides) {
    String origin = origin(bundle.getLocation());
    String name = bundle.getHeaders().get(Constants.BUNDLE_NAME);
    return new Plugin(
        bundle.getSymbolicName(),
        bundle.getVersion().toString(),
        name == null ? bundle.getSymbolicName() : name,
        BundleState.word(bundle),
        provides,
        origin.equals("distribution"),
        origin,
        BundleState.problem(bundle));
  }

  /** Whether it came with the distribution. */
  static boolean isBuiltIn(Bundle bundle) {
    return bundle.getBundleId() == 0 || origin(bundle.getLocation()).equals("distribution");
  }

  /** Of ours, or a stranger's that was made for us, although it may not have come up. */
  static boolean isOurs(Bundle bundle) {
    if (bundle.getSymbolicName() != null && bundle.getSymbolicName().startsWith(OURS)) {
      return true;
    }
    if (bundle.getLocation().startsWith(UploadedPlugins.LOCATION)) {
      return true;
    }
    String imports = bundle.getHeaders().get(Constants.IMPORT_PACKAGE);
    return imports != null && imports.contains("io.vigilnvr.api.");
  }

  private static String origin(String location) {
    String lower = location.toLowerCase(Locale.ROOT);
    if (lower.startsWith("mvn:") || lower.contains("/system/")) {
      return "distribution";
    }
    if (lower.contains("/deploy/")) {
      return "deploy";
    }
    return lower.startsWith("vigil-upload:") ? "upload" : "console";
  }

  @Override
  public List<Type> types(Kind kind) {
    return providers(kind).stream().map(this::type).toList();
  }

  @Override
  public Optional<Type> type(Kind kind, String id) {
    return provider(kind, id).map(this::type);
  }

  private Type type(Provider provider) {
    Settings settings = settings(provider);
    return new Type(
        provider.kind(),
        provider.id(),
        settings.name().isEmpty() ? provider.id() : settings.name(),
        settings.description(),
        texts(provider.service().getProperty(CameraDriver.CAPABILITIES)),
        settings.schema());
  }

  @Override
  public List<String> secrets(Kind kind, String id) {
    return provider(kind, id).map(this::settings).map(Settings::secrets).orElse(List.of());
  }

  @Override
  public Map<String, Object> check(Kind kind, String id, Map<String, Object> settings)
      throws InvalidSettingsException {
    Provider provider =
        provider(kind, id)
            .orElseThrow(() -> new NoSuchElementException("no " + kind.word() + " " + id));
    Map<String, Object> checked = settings(provider).check(settings);
    return kind == Kind.DETECTOR ? accepted(provider.service(), checked) : checked;
  }

  /** A detector also says what a definition cannot; one that goes in this moment says nothing. */
  private Map<String, Object> accepted(ServiceReference<?> service, Map<String, Object> settings)
      throws InvalidSettingsException {
    Object found = context.getService(service);
    try {
      return found instanceof Detector detector ? detector.accept(settings) : settings;
    } catch (RuntimeException e) {
      // Whoever looks by it later is told why it cannot.
      log.warn("{} failed to check settings", service, e);
      return settings;
    } finally {
      if (found != null) {
        context.ungetService(service);
      }
    }
  }

  private Settings settings(Provider provider) {
    Object pid = provider.service().getProperty(SETTINGS);
    Bundle bundle = provider.service().getBundle();
    if (pid == null || bundle == null) {
      return new Settings("", "", List.of());
    }
    return Settings.read(metaType, bundle, pid.toString()).orElse(new Settings("", "", List.of()));
  }

  private Optional<Provider> provider(Kind kind, String id) {
    return providers(kind).stream().filter(provider -> provider.id().equals(id)).findFirst();
  }

  /** In order of ids; of two that claim the same id, only the one that the framework prefers. */
  private List<Provider> providers(Kind kind) {
    return switch (kind) {
      case CAMERA_DRIVER -> providers(kind, CameraDriver.class, CameraDriver.DRIVER);
      case CAMERA_FINDER -> providers(kind, CameraFinder.class, CameraFinder.FINDER);
      case RECORDER -> providers(kind, Recorder.class, Recorder.RECORDER);
      case STORAGE_BACKEND -> providers(kind, StorageBackend.class, StorageBackend.STORAGE);
      case INGEST_ENGINE -> providers(kind, IngestEngineCode.class, IngestEngineCode.ENGINE);
      case DETECTOR -> providers(kind, Detector.class, Detector.DETECTOR);
      // Nothing provides these yet.
      case NOTIFIER -> List.of();
    };
  }

  private <T> List<Provider> providers(Kind kind, Class<T> type, String idProperty) {
    List<Provider> providers = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    try {
      context.getServiceReferences(type, "(" + idProperty + "=*)").stream()
          .sorted(Comparator.reverseOrder())
          .map(
              service ->
                  new Provider(kind, String.valueOf(service.getProperty(idProperty)), service))
          .filter(provider -> seen.add(provider.id()))
          .forEach(providers::add);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    providers.sort(Comparator.comparing(Provider::id));
    return providers;
  }

  private static List<String> texts(@org.jspecify.annotations.Nullable Object property) {
    if (property instanceof String[] several) {
      return List.of(several);
    }
    return property == null ? List.of() : List.of(property.toString());
  }
}
