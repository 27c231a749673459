package io.vigilnvr.plugin.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Plugins that come and go, in a real framework. */
@Timeout(120)
final class UploadedPluginsTest {
  private static final String ID = "com.acme.camera";

  @TempDir private Path folder = Path.of("");
  private Framework framework = framework();
  private UploadedPlugins plugins = new UploadedPlugins(framework.getBundleContext(), folder);
  private int files;

  private static Framework framework() {
    try {
      var made =
          ServiceLoader.load(FrameworkFactory.class)
              .findFirst()
              .orElseThrow()
              .newFramework(
                  Map.of(
                      "org.osgi.framework.storage",
                      Files.createTempDirectory("vigil-plugins-").toString(),
                      "org.osgi.framework.storage.clean",
                      "onFirstInit",
                      "org.osgi.framework.startlevel.beginning",
                      "100"));
      made.start();
      return made;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() throws Exception {
    plugins = new UploadedPlugins(framework.getBundleContext(), folder);
    try (InputStream in =
        Files.newInputStream(
            new TestBundle("io.vigilnvr.core", "1.0.0")
                .with("Export-Package", "io.vigilnvr.api.thing;version=\"1.2\"")
                .entry("io/vigilnvr/api/thing/readme.txt", "")
                .write(next()))) {
      framework.getBundleContext().installBundle("mvn:io.vigilnvr/core/1.0.0", in).start();
    }
  }

  @AfterEach
  void stop() throws Exception {
    framework.stop();
    framework.waitForStop(10_000);
  }

  /** What an upgrade of the distribution does: the framework knows nothing any more. */
  private void forgetAll() throws Exception {
    stop();
    framework = framework();
    start();
  }

  private Path next() {
    return folder.resolve("upload-" + files++ + ".jar");
  }

  private Path good(String version) throws IOException {
    return new TestBundle(ID, version).activator(TestBundle.Good.class).write(next());
  }

  private Bundle bundle() {
    return framework.getBundleContext().getBundle(UploadedPlugins.LOCATION + ID);
  }

  private List<String> bundles() {
    var all = new ArrayList<String>();
    for (Bundle bundle : framework.getBundleContext().getBundles()) {
      all.add(bundle.getSymbolicName() + " " + bundle.getVersion() + " " + bundle.getState());
    }
    return all;
  }

  private String kept() throws IOException {
    try (var list = Files.list(folder.resolve("plugins"))) {
      return String.join(" ", list.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  private void refuses(Path file, String why) throws IOException {
    List<String> before = bundles();
    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> plugins.examine(file))
        .withMessageContaining(why);
    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> plugins.install(file))
        .withMessageContaining(why);
    assertThat(bundles()).isEqualTo(before);
  }

  @Test
  void saysWhatAFileIsAndChangesNothing() throws Exception {
    List<String> before = bundles();
    var upload = plugins.examine(good("1.2.0"));

    assertThat(upload.id()).isEqualTo(ID);
    assertThat(upload.version()).isEqualTo("1.2.0");
    assertThat(upload.sha256()).matches("[0-9a-f]{64}");
    assertThat(upload.replaces()).isEmpty();
    assertThat(bundles()).isEqualTo(before);
    assertThat(folder.resolve("plugins")).doesNotExist();
  }

  @Test
  void installsUpdatesAndRemovesWithoutTouchingAnybodyElse() throws Exception {
    var events = new CopyOnWriteArrayList<String>();
    BundleListener listener =
        event -> {
          if (!ID.equals(event.getBundle().getSymbolicName())) {
            events.add(event.getBundle() + " " + event.getType());
          }
        };
    framework.getBundleContext().addBundleListener(listener);

    plugins.install(good("1.0.0"));
    assertThat(bundle().getState()).isEqualTo(Bundle.ACTIVE);
    assertThat(plugins.install(good("2.0.0")).replaces()).contains("1.0.0");
    assertThat(bundle().getVersion()).hasToString("2.0.0");
    assertThat(bundle().getState()).isEqualTo(Bundle.ACTIVE);
    try (InputStream in = bundle().getResource("content.txt").openStream()) {
      assertThat(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("of 2.0.0");
    }
    assertThat(kept()).isEqualTo(ID + ".jar");
    plugins.remove(ID);
    assertThat(framework.getBundleContext().getBundle(UploadedPlugins.LOCATION + ID)).isNull();
    assertThat(kept()).isEmpty();

    framework.getBundleContext().removeBundleListener(listener);
    assertThat(events).isEmpty();
  }

  @Test
  void bringsPluginsBackAfterTheFrameworkForgotThem() throws Exception {
    plugins.install(good("1.0.0"));
    plugins.install(
        new TestBundle("com.acme.other", "1.0.0").activator(TestBundle.Good.class).write(next()));
    plugins.stop("com.acme.other");
    forgetAll();
    assertThat(framework.getBundleContext().getBundle(UploadedPlugins.LOCATION + ID)).isNull();

    plugins.restore();

    assertThat(bundle().getState()).isEqualTo(Bundle.ACTIVE);
    Bundle other =
        framework.getBundleContext().getBundle(UploadedPlugins.LOCATION + "com.acme.other");
    assertThat(other.getState()).isNotEqualTo(Bundle.ACTIVE);
    plugins.start("com.acme.other");
    assertThat(other.getState()).isEqualTo(Bundle.ACTIVE);
  }

  @Test
  void doesNotTakeAStoppedPluginForABrokenOne() throws Exception {
    plugins.install(good("1.0.0"));
    assertThat(BundleState.problem(bundle())).isEmpty();
    plugins.stop(ID);
    assertThat(BundleState.word(bundle())).isEqualTo("resolved");
    assertThat(BundleState.problem(bundle())).isEmpty();

    Path broken = new TestBundle(ID, "2").activator(TestBundle.Broken.class).write(next());
    try (InputStream in = Files.newInputStream(broken)) {
      bundle().update(in);
    }
    assertThatExceptionOfType(InvalidSettingsException.class).isThrownBy(() -> plugins.start(ID));
    assertThat(BundleState.problem(bundle())).contains("it is not started; see the log");

    Bundle core = framework.getBundleContext().getBundle("mvn:io.vigilnvr/core/1.0.0");
    assertThat(BundleState.problem(core)).isEmpty();
    core.stop();
    assertThat(BundleState.problem(core)).isPresent();
  }

  @Test
  void leavesNothingOfAPluginThatDoesNotStart() throws Exception {
    Path broken = new TestBundle(ID, "1.0.0").activator(TestBundle.Broken.class).write(next());
    List<String> before = bundles();

    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> plugins.install(broken))
        .withMessageContaining("a part is missing");

    assertThat(bundles()).isEqualTo(before);
    assertThat(kept()).isEmpty();
  }

  @Test
  void goesBackToTheFormerOneWhenTheNewOneDoesNotStart() throws Exception {
    plugins.install(good("1.0.0"));
    Path broken = new TestBundle(ID, "2.0.0").activator(TestBundle.Broken.class).write(next());

    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> plugins.install(broken))
        .withMessageContaining("a part is missing");

    assertThat(bundle().getVersion()).hasToString("1.0.0");
    assertThat(bundle().getState()).isEqualTo(Bundle.ACTIVE);
    assertThat(kept()).isEqualTo(ID + ".jar");
  }

  @Test
  void endsHalfAnUpdateWithTheFormerOne() throws Exception {
    plugins.install(good("1.0.0"));
    Path jar = folder.resolve("plugins").resolve(ID + ".jar");
    // As it is on disk when the process is killed before the newer one was proven.
    Files.move(jar, folder.resolve("plugins").resolve(ID + ".jar.old"));
    Files.copy(good("2.0.0"), jar);
    Files.copy(good("3.0.0"), folder.resolve("plugins").resolve(ID + ".jar.new"));
    try (InputStream in = Files.newInputStream(jar)) {
      bundle().update(in);
    }

    plugins.restore();

    assertThat(bundle().getVersion()).hasToString("1.0.0");
    assertThat(kept()).isEqualTo(ID + ".jar");
  }

  @Test
  void takesOutWhatWasInstalledByHalf() throws Exception {
    try (InputStream in = Files.newInputStream(good("1.0.0"))) {
      framework.getBundleContext().installBundle(UploadedPlugins.LOCATION + ID, in);
    }
    Files.createDirectories(folder.resolve("plugins"));

    plugins.restore();

    assertThat(framework.getBundleContext().getBundle(UploadedPlugins.LOCATION + ID)).isNull();
  }

  @Test
  void refusesWhatIsNoPlugin() throws Exception {
    Path text = Files.writeString(next(), "PK but not really");
    refuses(text, "/file: is no");
    Path cut = next();
    byte[] whole = Files.readAllBytes(good("1.0.0"));
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      refuses(cut, "/file");
    }
    refuses(
        new TestBundle(ID, "1").without("Bundle-SymbolicName").write(next()), "is no OSGi bundle");
    refuses(new TestBundle("../evil", "1").write(next()), "that is none");
    refuses(new TestBundle(ID, "one").write(next()), "Bundle-Version");
    refuses(
        new TestBundle(ID, "1").with("Fragment-Host", "system.bundle").write(next()),
        "is a fragment");
    for (String name : List.of("../evil", "/evil", "a/../../evil", "C:/evil", "a\\evil")) {
      refuses(new TestBundle(ID, "1").entry(name, "x").write(next()), "leads out of it");
    }
    var many = new TestBundle(ID, "1");
    for (int i = 0; i < 20_001; i++) {
      many.entry("e" + i, "");
    }
    refuses(many.write(next()), "more than 20000 entries");
    refuses(
        new TestBundle(ID, "1").with("X-Large", "x".repeat(600_000)).write(next()),
        "larger than 512 KiB");
  }

  @Test
  void refusesABombAndAFileOfTwoFaces() throws Exception {
    Path bomb = next();
    try (var zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
      zip.putNextEntry(new ZipEntry("zeros"));
      var zeros = new byte[1024 * 1024];
      for (int i = 0; i < 257; i++) {
        zip.write(zeros);
      }
    }
    refuses(bomb, "when it is unpacked");

    byte[] bytes = Files.readAllBytes(good("1.0.0"));
    // Another name in the directory at the end than in front of the content.
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int last = text.lastIndexOf("content.txt");
    bytes[last] = 'k';
    refuses(Files.write(next(), bytes), "lists other entries");
  }

  @Test
  void refusesWhatDoesNotGoTogetherWithWhatRuns() throws Exception {
    refuses(new TestBundle("io.vigilnvr.core", "9").write(next()), "came with Vigil");
    refuses(
        new TestBundle(ID, "1")
            .with("Export-Package", "java.lang,io.vigilnvr.api.thing,org.osgi.framework")
            .write(next()),
        "exports java.lang");
    refuses(
        new TestBundle(ID, "1").with("Export-Package", "org.osgi.framework").write(next()),
        "belongs to somebody else");
    refuses(
        new TestBundle(ID, "1")
            .with("Import-Package", "io.vigilnvr.api.thing;version=\"[2,3)\"")
            .write(next()),
        "imports io.vigilnvr.api.thing [2,3): not there");
    refuses(
        new TestBundle(ID, "1")
            .with("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\"")
            .write(next()),
        "needs osgi.ee");
    plugins.install(
        new TestBundle(ID, "1")
            .with(
                "Import-Package",
                "io.vigilnvr.api.thing;version=\"[1.0,2)\",not.there;resolution:=optional")
            .with("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=17))\"")
            .write(next()));
    assertThat(bundle().getState()).isEqualTo(Bundle.ACTIVE);
  }

  @Test
  void leavesBuiltInOnesAlone() {
    assertThatIllegalStateException().isThrownBy(() -> plugins.stop("io.vigilnvr.core"));
    assertThatIllegalStateException().isThrownBy(() -> plugins.start("io.vigilnvr.core"));
    assertThatIllegalStateException().isThrownBy(() -> plugins.remove("io.vigilnvr.core"));
    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(() -> plugins.remove("nobody"));
  }

  @Test
  void takesOnlySignedOnesWhereKeysAreTrusted() throws Exception {
    Path ours = keys("ours");
    Path theirs = keys("theirs");
    trust(ours);

    refuses(good("1.0.0"), "is not signed");
    refuses(signed(good("1.0.0"), theirs), "is not signed");
    Path signed = signed(good("1.0.0"), ours);
    assertThat(plugins.examine(signed).signedBy()).contains("CN=ours");
    refuses(withOtherContent(signed), "does not fit its content");
    refuses(withMore(signed), "is not signed");
    plugins.install(signed);
    assertThat(bundle().getState()).isEqualTo(Bundle.ACTIVE);
  }

  private Path keys(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    return store;
  }

  private static KeyStore.PrivateKeyEntry entry(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
    String alias = keys.aliases().nextElement();
    return new KeyStore.PrivateKeyEntry(
        (PrivateKey) keys.getKey(alias, "secret".toCharArray()), keys.getCertificateChain(alias));
  }

  private void trust(Path store) throws Exception {
    Path keys = Files.createDirectories(folder.resolve("secrets/plugin-keys"));
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(entry(store).getCertificate().getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    Files.writeString(keys.resolve("ours.pem"), pem);
  }

  private Path signed(Path jar, Path store) throws Exception {
    var entry = entry(store);
    Path signed = next();
    try (var in = new ZipFile(jar.toFile());
        var out = Files.newOutputStream(signed)) {
      new JarSigner.Builder(
              entry.getPrivateKey(),
              CertificateFactory.getInstance("X.509")
                  .generateCertPath(List.of(entry.getCertificateChain())))
          .build()
          .sign(in, out);
    }
    return signed;
  }

  private Path withOtherContent(Path jar) throws IOException {
    return rewritten(jar, "content.txt", "of another", false);
  }

  private Path withMore(Path jar) throws IOException {
    return rewritten(jar, "more.txt", "more", true);
  }

  private Path rewritten(Path jar, String name, String content, boolean add) throws IOException {
    Path other = next();
    try (var in = new ZipFile(jar.toFile());
        var out = new ZipOutputStream(Files.newOutputStream(other))) {
      for (var entry : java.util.Collections.list(in.entries())) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        if (entry.getName().equals(name)) {
          out.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } else {
          in.getInputStream(entry).transferTo(out);
        }
      }
      if (add) {
        out.putNextEntry(new ZipEntry(name));
        out.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    return other;
  }
}
