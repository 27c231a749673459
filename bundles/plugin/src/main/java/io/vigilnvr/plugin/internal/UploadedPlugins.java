package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.api.plugin.PluginInstaller;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plugins that were uploaded: their files lie in the folder {@code plugins} of the data, and are
 * what counts; the framework's own copy is made to agree with them at each start. So a plugin
 * outlives a new version of the distribution, and a process that was killed at any moment.
 *
 * <ul>
 *   <li>{@code id.jar} is installed.
 *   <li>{@code id.jar.old} is there while a newer version is tried; if it is found at the start,
 *       the newer one was not proven, and the older one is put back.
 *   <li>{@code id.jar.new} is an upload that never became one.
 *   <li>{@code id.stopped} says that somebody stopped it.
 * </ul>
 */
@Component
public final class UploadedPlugins implements PluginInstaller {
  private static final Logger log = LoggerFactory.getLogger(UploadedPlugins.class);
  static final String LOCATION = "vigil-upload:";
  private static final int START_LEVEL = 80;
  private static final long PATIENCE_SECONDS = 10;

  private final BundleContext context;
  private final Path folder;
  private final TrustedSigners signers;
  private final Fit fit;

  /** One change at a time. */
  private final ReentrantLock changes = new ReentrantLock();

  @Activate
  public UploadedPlugins(
      BundleContext context, @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this(context, data(context));
    tasks.start("plugins", this::restore);
  }

  UploadedPlugins(BundleContext context, Path data) {
    this.context = context;
    this.folder = data.resolve("plugins");
    this.signers = new TrustedSigners(data.resolve("secrets").resolve("plugin-keys"));
    this.fit = new Fit(context);
  }

  private static Path data(BundleContext context) {
    String data = context.getProperty("vigil.data");
    if (data == null || data.isBlank()) {
      throw new IllegalStateException("the property vigil.data does not say where the data is");
    }
    return Path.of(data);
  }

  private Path jar(String id) {
    return folder.resolve(id + ".jar");
  }

  private Path old(String id) {
    return folder.resolve(id + ".jar.old");
  }

  private Path stopped(String id) {
    return folder.resolve(id + ".stopped");
  }

  /** Makes the framework have what the folder has. */
  void restore() throws IOException {
    changes.lock();
    try {
      List<Path> files = files();
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.endsWith(".jar.old")) {
          putBack(name.substring(0, name.length() - ".jar.old".length()));
        } else if (name.endsWith(".jar.new")) {
          Files.delete(file);
        }
      }
      for (Bundle bundle : context.getBundles()) {
        if (bundle.getLocation().startsWith(LOCATION)
            && !Files.exists(jar(bundle.getSymbolicName()))) {
          log.info("the plugin {} was not all there; taking it out", bundle.getSymbolicName());
          attempt(bundle::uninstall);
        }
      }
      for (Path file : files()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".jar")) {
          restore(name.substring(0, name.length() - ".jar".length()));
        }
      }
    } finally {
      changes.unlock();
    }
  }

  private void putBack(String id) throws IOException {
    log.warn("an update of the plugin {} was not finished; putting the former one back", id);
    Files.move(old(id), jar(id), StandardCopyOption.ATOMIC_MOVE);
    Bundle bundle = context.getBundle(LOCATION + id);
    if (bundle != null) {
      attempt(() -> update(bundle, jar(id)));
    }
  }

  private void restore(String id) {
    if (context.getBundle(LOCATION + id) != null) {
      return; // The framework starts it as it was.
    }
    attempt(
        () -> {
          Bundle bundle = install(id, jar(id));
          if (!Files.exists(stopped(id))) {
            bundle.start();
          }
          log.info("the plugin {} {} is back", id, bundle.getVersion());
        });
  }

  private interface Attempt {
    void run() throws BundleException, IOException;
  }

  private static void attempt(Attempt attempt) {
    try {
      attempt.run();
    } catch (BundleException | IOException e) {
      log.warn("a plugin is not as it should be", e);
    }
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Override
  public Upload examine(Path file) throws InvalidSettingsException, IOException {
    PluginFile plugin = PluginFile.read(file, signers);
    return upload(plugin, accepted(plugin));
  }

  @Override
  public Upload install(Path file) throws InvalidSettingsException, IOException {
    changes.lock();
    try {
      PluginFile plugin = PluginFile.read(file, signers);
      Optional<Bundle> present = accepted(plugin);
      Upload upload = upload(plugin, present);
      Path staged = stage(plugin);
      try {
        if (present.isPresent()) {
          replace(plugin.id(), present.get(), staged);
        } else {
          add(plugin.id(), staged);
        }
      } finally {
        Files.deleteIfExists(staged);
      }
      log.info("the plugin {} {} is installed", plugin.id(), plugin.version());
      return upload;
    } finally {
      changes.unlock();
    }
  }

  private static Upload upload(PluginFile plugin, Optional<Bundle> present) {
    return new Upload(
        plugin.id(),
        plugin.version().toString(),
        plugin.name(),
        plugin.bytes(),
        plugin.sha256(),
        plugin.signedBy(),
        present.map(bundle -> bundle.getVersion().toString()));
  }

  /** The bundle that it takes the place of, if it may be installed. */
  private Optional<Bundle> accepted(PluginFile plugin) throws InvalidSettingsException {
    var problems = new ArrayList<Problem>();
    Optional<Bundle> present = Optional.ofNullable(context.getBundle(LOCATION + plugin.id()));
    Optional<Bundle> other =
        Arrays.stream(context.getBundles())
            .filter(bundle -> plugin.id().equals(bundle.getSymbolicName()))
            .filter(bundle -> present.filter(bundle::equals).isEmpty())
            .findFirst();
    if (other.isPresent()) {
      problems.add(
          new Problem(
              "/file",
              "is called "
                  + plugin.id()
                  + " like what "
                  + (InstalledPlugins.isBuiltIn(other.get())
                      ? "came with Vigil"
                      : "lies in deploy/, or was installed at the console")));
    }
    problems.addAll(fit.problems(plugin, present));
    present.ifPresent(
        bundle -> {
          List<String> users = users(bundle);
          if (!users.isEmpty()) {
            problems.add(
                new Problem(
                    "/file", "is used by " + String.join(", ", users) + "; stop that first"));
          }
        });
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return present;
  }

  /** Who would be refreshed with it. */
  private List<String> users(Bundle bundle) {
    return framework().getDependencyClosure(Set.of(bundle)).stream()
        .filter(one -> !one.equals(bundle))
        .map(Bundle::getSymbolicName)
        .sorted()
        .collect(Collectors.toList());
  }

  private FrameworkWiring framework() {
    return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
  }

  /** Copies it to where it will be, durably, under another name. */
  private Path stage(PluginFile plugin) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return durable(plugin.path(), folder.resolve(plugin.id() + ".jar.new"));
  }

  private static Path durable(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    try (var channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return to;
  }

  private void add(String id, Path staged) throws InvalidSettingsException, IOException {
    Bundle bundle;
    try {
      bundle = install(id, staged);
    } catch (BundleException e) {
      throw refused(e);
    }
    try {
      bundle.start();
      Files.move(staged, jar(id), StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(stopped(id));
    } catch (BundleException e) {
      attempt(bundle::uninstall);
      throw refused(e);
    } catch (IOException e) {
      attempt(bundle::uninstall);
      throw e;
    }
  }

  private Bundle install(String id, Path file) throws BundleException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Bundle bundle = context.installBundle(LOCATION + id, in);
      bundle.adapt(BundleStartLevel.class).setStartLevel(START_LEVEL);
      return bundle;
    }
  }

  private void replace(String id, Bundle bundle, Path staged)
      throws InvalidSettingsException, IOException {
    Files.move(
        durable(jar(id), folder.resolve(id + ".old.jar.new")),
        old(id),
        StandardCopyOption.ATOMIC_MOVE);
    Files.move(staged, jar(id), StandardCopyOption.ATOMIC_MOVE);
    try {
      update(bundle, jar(id));
      bundle.start();
    } catch (BundleException e) {
      log.warn("the plugin {} does not start; putting the former one back", id, e);
      Files.move(old(id), jar(id), StandardCopyOption.ATOMIC_MOVE);
      attempt(
          () -> {
            update(bundle, jar(id));
            if (!Files.exists(stopped(id))) {
              bundle.start();
            }
          });
      throw refused(e);
    }
    Files.deleteIfExists(stopped(id));
    Files.delete(old(id));
  }

  /** Stops it, gives it another content, and has the framework forget the former one. */
  private void update(Bundle bundle, Path file) throws BundleException, IOException {
    bundle.stop();
    try (InputStream in = Files.newInputStream(file)) {
      bundle.update(in);
    }
    var refreshed = new CountDownLatch(1);
    framework()
        .refreshBundles(
            Set.of(bundle),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    try {
      if (!refreshed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("the framework is slow to forget the former {}", bundle.getSymbolicName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BundleException("the platform is being stopped", e);
    }
  }

  private static InvalidSettingsException refused(BundleException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String why = String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}+", " ");
    return PluginFile.wrong(
        "does not start: " + (why.length() > 300 ? why.substring(0, 300) + "…" : why));
  }

  @Override
  public void start(String id) throws InvalidSettingsException {
    changes.lock();
    try {
      Bundle bundle = changeable(id);
      bundle.start();
      Files.deleteIfExists(stopped(id));
    } catch (BundleException e) {
      throw new InvalidSettingsException("", refused(e).problems().get(0).detail());
    } catch (IOException e) {
      log.warn("that {} was started will be forgotten", id, e);
    } finally {
      changes.unlock();
    }
  }

  @Override
  public void stop(String id) throws InvalidSettingsException {
    changes.lock();
    try {
      Bundle bundle = changeable(id);
      if (bundle.getLocation().startsWith(LOCATION)) {
        Files.writeString(stopped(id), "");
      }
      bundle.stop();
    } catch (BundleException e) {
      throw new InvalidSettingsException("", "failed when it was stopped: " + e.getMessage());
    } catch (IOException e) {
      log.warn("that {} was stopped will be forgotten", id, e);
    } finally {
      changes.unlock();
    }
  }

  @Override
  public void remove(String id) throws IOException {
    changes.lock();
    try {
      Bundle bundle = changeable(id);
      String location = bundle.getLocation();
      if (location.contains("/deploy/")) {
        throw new IllegalStateException("It lies in deploy/; remove the file there.");
      }
      Files.deleteIfExists(jar(id));
      Files.deleteIfExists(stopped(id));
      bundle.uninstall();
      framework().refreshBundles(Set.of(bundle));
      log.info("the plugin {} was taken out", id);
    } catch (BundleException e) {
      throw new IOException("the plugin " + id + " cannot be taken out", e);
    } finally {
      changes.unlock();
    }
  }

  private Bundle changeable(String id) {
    Bundle bundle =
        Arrays.stream(context.getBundles())
            .filter(one -> id.equals(one.getSymbolicName()))
            .findFirst()
            .orElseThrow(() -> new NoSuchElementException(id));
    if (InstalledPlugins.isBuiltIn(bundle)) {
      throw new IllegalStateException("It came with Vigil.");
    }
    return bundle;
  }
}
