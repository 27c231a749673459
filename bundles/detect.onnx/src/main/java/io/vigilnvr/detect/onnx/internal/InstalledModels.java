package io.vigilnvr.detect.onnx.internal;

import ai.onnxruntime.OrtEnvironment;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.Models;
import io.vigilnvr.api.plugin.Configured;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginInstaller;
import io.vigilnvr.api.task.Tasks;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models of all bundles that have one; bundles may come and go. */
@Component(
    service = {Models.class, InstalledModels.class},
    configurationPid = InstalledModels.PID)
@Designate(ocd = OnnxConfig.class)
public final class InstalledModels implements Models {
  private static final Logger log = LoggerFactory.getLogger(InstalledModels.class);
  static final String PID = "vigil.detect.onnx";
  private static final long PATIENCE_SECONDS = 60;

  private final PluginInstaller installer;
  private final Path folder;
  private final Inference inference;
  private final Download download;
  private final Catalog catalog = Catalog.read();
  private final BundleTracker<Long> tracker;

  /** Bundles that nobody has looked into yet. */
  private final LinkedBlockingQueue<Bundle> arrivals = new LinkedBlockingQueue<>();

  /** By the ids of their bundles, those that came first first. Guarded by itself. */
  private final TreeMap<Long, InstalledModel> models = new TreeMap<>();

  /** Bundles that are there, examined or not. Guarded by {@link #models}. */
  private final Set<Long> present = new HashSet<>();

  @Activate
  public InstalledModels(
      BundleContext context,
      Map<String, Object> properties,
      @Reference PluginInstaller installer,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks)
      throws IOException {
    this(context, new Configured(PID, OnnxConfig.class, properties, log::warn), installer, tasks);
  }

  private InstalledModels(
      BundleContext context, Configured given, PluginInstaller installer, Tasks tasks)
      throws IOException {
    this(context, given.whole("threads", 0, 64), given.flag("fetchFromAnywhere"), installer, tasks);
  }

  InstalledModels(
      BundleContext context,
      int threads,
      boolean fetchFromAnywhere,
      PluginInstaller installer,
      Tasks tasks)
      throws IOException {
    this.installer = installer;
    folder = context.getDataFile("incoming").toPath();
    int cores = Runtime.getRuntime().availableProcessors();
    Path natives = context.getDataFile("natives").toPath();
    inference =
        new Inference(
            threads > 0 ? threads : Math.max(1, cores / 2),
            () ->
                Optional.ofNullable(FrameworkUtil.getBundle(OrtEnvironment.class))
                    .ifPresent(library -> new Natives(library, natives).layOut()));
    download = new Download(fetchFromAnywhere);
    clear();
    tracker = new BundleTracker<>(context, Bundle.ACTIVE, new Arrivals());
    tasks.start("models", this::examineArrivals);
    tracker.open();
  }

  @Deactivate
  void close() {
    tracker.close();
  }

  /** What an end of the process left behind. */
  private void clear() throws IOException {
    Files.createDirectories(folder);
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private final class Arrivals implements BundleTrackerCustomizer<Long> {
    @Override
    @SuppressWarnings("NullAway") // null: nothing to track
    public Long addingBundle(Bundle bundle, BundleEvent event) {
      if (bundle.getHeaders().get(ModelBundle.HEADER) == null) {
        return null;
      }
      synchronized (models) {
        present.add(bundle.getBundleId());
      }
      arrivals.add(bundle);
      return bundle.getBundleId();
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, Long id) {}

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, Long id) {
      arrivals.remove(bundle);
      InstalledModel gone;
      synchronized (models) {
        present.remove(id);
        gone = models.remove(id);
      }
      if (gone != null) {
        gone.withdraw();
      }
    }
  }

  /** What models are run by. */
  Inference inference() {
    return inference;
  }

  private record BundleFiles(Bundle of) implements InstalledModel.Source {
    @Override
    public String bundle() {
      return String.valueOf(of.getSymbolicName());
    }

    @Override
    public byte[] read(String path, int mostBytes) throws IOException {
      URL url = of.getEntry(path);
      if (url == null) {
        throw new FileNotFoundException("has no " + path);
      }
      try (InputStream in = url.openStream()) {
        byte[] bytes = in.readNBytes(mostBytes + 1);
        if (bytes.length > mostBytes) {
          throw new IOException(path + " is larger than " + mostBytes + " bytes");
        }
        return bytes;
      }
    }
  }

  private void examineArrivals() throws InterruptedException {
    while (true) {
      Bundle bundle = arrivals.take();
      String path = bundle.getHeaders().get(ModelBundle.HEADER);
      long id = bundle.getBundleId();
      try {
        InstalledModel model =
            InstalledModel.examine(new BundleFiles(bundle), String.valueOf(path), inference);
        boolean stays;
        synchronized (models) {
          stays = present.contains(id);
          if (stays) {
            models.put(id, model);
            models.notifyAll();
          }
        }
        if (!stays) {
          model.withdraw();
        } else if (model.isReady()) {
          log.info("the model {} is ready", model.id());
        }
      } catch (RuntimeException e) {
        log.warn("the model in {} cannot be examined", bundle.getSymbolicName(), e);
      }
    }
  }

  private List<InstalledModel> all() {
    synchronized (models) {
      return List.copyOf(models.values());
    }
  }

  /** The one of that id, or the first of all, that can be used. */
  Optional<InstalledModel> find(Optional<String> id) {
    return all().stream()
        .filter(InstalledModel::isReady)
        .filter(model -> id.isEmpty() || id.get().equals(model.id()))
        .findFirst();
  }

  ModelLease lease(Optional<String> id) throws DetectorException, InterruptedException {
    return find(id)
        .orElseThrow(
            () ->
                new DetectorException(
                    id.map(name -> "the model " + name + " is not installed")
                        .orElse("no model is installed; see Plugins, or vigil:model-install")))
        .lease();
  }

  @Override
  public List<Model> models() {
    return all().stream()
        .map(InstalledModel::view)
        .sorted(Comparator.comparing(Model::id))
        .toList();
  }

  @Override
  public List<Known> catalog() {
    List<Model> present = models();
    return catalog.entries().stream()
        .map(
            entry -> {
              Descriptor it = entry.descriptor();
              return new Known(
                  it.id(),
                  it.name(),
                  it.version(),
                  it.licence(),
                  it.source(),
                  entry.url(),
                  it.sha256(),
                  entry.bytes(),
                  present.stream().anyMatch(model -> model.id().equals(it.id())));
            })
        .toList();
  }

  @Override
  public Model install(Offer offer)
      throws InvalidSettingsException, IOException, InterruptedException {
    if (offer.file().isPresent() && isArchive(offer.file().get())) {
      return installBundle(offer.file().get());
    }
    Optional<Catalog.Entry> known = Optional.empty();
    if (offer.known().isPresent()) {
      known = catalog.entry(offer.known().get());
      if (known.isEmpty()) {
        throw new InvalidSettingsException("/catalog", "is not in the catalogue");
      }
    }
    Descriptor descriptor = descriptor(offer, known);
    byte[] model = content(offer, known, descriptor);
    String sha256 = Digest.sha256(model);
    String wanted = offer.sha256().orElse(descriptor.sha256());
    if (!wanted.isEmpty() && !wanted.equalsIgnoreCase(sha256)) {
      throw new InvalidSettingsException("/sha256", "is " + sha256 + ", and should be " + wanted);
    }
    Descriptor complete = descriptor.with(descriptor.file(), sha256);
    try {
      InstalledModel.attempt(complete, model, inference);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException("/file", String.valueOf(e.getMessage()));
    }
    Path jar = newFile(".jar");
    try {
      ModelBundle.write(complete, model, jar);
      return installBundle(jar);
    } finally {
      Files.deleteIfExists(jar);
    }
  }

  private static Descriptor descriptor(Offer offer, Optional<Catalog.Entry> known)
      throws InvalidSettingsException {
    if (offer.descriptor().isPresent()) {
      return Descriptor.parse(offer.descriptor().get());
    }
    return known
        .map(Catalog.Entry::descriptor)
        .orElseThrow(
            () ->
                new InvalidSettingsException(
                    "/descriptor", "is required, or the catalogue's name of the model"));
  }

  private byte[] content(Offer offer, Optional<Catalog.Entry> known, Descriptor descriptor)
      throws InvalidSettingsException, IOException, InterruptedException {
    if (offer.file().isPresent()) {
      Path file = offer.file().get();
      if (Files.size(file) > InstalledModel.MOST_BYTES) {
        throw new InvalidSettingsException(
            "/file", "is larger than " + (InstalledModel.MOST_BYTES >> 20) + " MiB");
      }
      return Files.readAllBytes(file);
    }
    if (offer.url().isPresent()) {
      if (offer.sha256().isEmpty() && descriptor.sha256().isEmpty()) {
        throw new InvalidSettingsException("/sha256", "is required with a URL");
      }
      return download.fetch(offer.url().get(), InstalledModel.MOST_BYTES);
    }
    if (known.isPresent()) {
      return download.fetch(known.get().url(), InstalledModel.MOST_BYTES);
    }
    throw new InvalidSettingsException(
        "/file", "is required, or a URL, or a name of the catalogue");
  }

  /** A new, empty file that is gone after the next start at the latest. */
  Path newFile(String suffix) throws IOException {
    return Files.createTempFile(folder, "model-", suffix);
  }

  private static boolean isArchive(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      return start.length == 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3;
    }
  }

  private Model installBundle(Path jar)
      throws InvalidSettingsException, IOException, InterruptedException {
    String bundle = ModelBundle.check(jar);
    synchronized (models) {
      // What is replaced must not be taken for what comes.
      models.values().removeIf(model -> model.bundle().equals(bundle) && !model.isReady());
    }
    Optional<InstalledModel> before = ofBundle(bundle);
    installer.install(jar);
    InstalledModel now = awaitOther(bundle, before);
    Model view = now.view();
    if (view.error().isPresent()) {
      installer.remove(bundle);
      throw new InvalidSettingsException("/file", view.error().get());
    }
    return view;
  }

  private Optional<InstalledModel> ofBundle(String symbolicName) {
    return all().stream().filter(model -> model.bundle().equals(symbolicName)).findFirst();
  }

  private InstalledModel awaitOther(String bundle, Optional<InstalledModel> before)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    synchronized (models) {
      while (true) {
        for (InstalledModel model : models.values()) {
          if (model.bundle().equals(bundle) && before.filter(model::equals).isEmpty()) {
            return model;
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new IOException("the model was installed, and is not ready yet");
        }
        models.wait(left);
      }
    }
  }

  @Override
  public void remove(String id) throws IOException {
    InstalledModel model =
        all().stream()
            .filter(one -> one.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new NoSuchElementException(id));
    installer.remove(model.bundle());
  }
}
