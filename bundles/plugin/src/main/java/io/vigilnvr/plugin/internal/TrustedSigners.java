package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Whose plugins are taken: if a folder has certificates, only jars of which every entry is signed
 * with one of them, or with one that it vouches for; else any.
 */
final class TrustedSigners {
  private final Path folder;

  TrustedSigners(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads the whole jar, which must have been opened to be verified.
   *
   * @return the subject of the trusted certificate; empty if none is asked for
   * @throws SecurityException if its content is not what was signed
   */
  Optional<String> check(JarFile jar) throws IOException, InvalidSettingsException {
    List<X509Certificate> trusted = certificates();
    Set<Certificate> common = new HashSet<>(trusted);
    for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
      try (InputStream in = jar.getInputStream(entry)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      if (!entry.isDirectory() && !isOfSignature(entry.getName())) {
        common.retainAll(signers(entry));
      }
    }
    if (trusted.isEmpty()) {
      return Optional.empty();
    }
    for (X509Certificate certificate : trusted) {
      if (common.contains(certificate)) {
        checkValidity(certificate);
        return Optional.of(certificate.getSubjectX500Principal().getName());
      }
    }
    throw PluginFile.wrong("is not signed with a key that is trusted here");
  }

  private static void checkValidity(X509Certificate certificate) throws InvalidSettingsException {
    try {
      certificate.checkValidity();
    } catch (CertificateException e) {
      throw PluginFile.wrong("is signed with a key that has expired, or is not valid yet");
    }
  }

  private static Set<Certificate> signers(JarEntry entry) {
    var all = new HashSet<Certificate>();
    CodeSigner[] signers = entry.getCodeSigners();
    if (signers != null) {
      Arrays.stream(signers)
          .forEach(signer -> all.addAll(signer.getSignerCertPath().getCertificates()));
    }
    return all;
  }

  private static boolean isOfSignature(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.equals(JarFile.MANIFEST_NAME) || upper.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  }

  private List<X509Certificate> certificates() throws IOException {
    var all = new ArrayList<X509Certificate>();
    if (!Files.isDirectory(folder)) {
      return all;
    }
    try (var files = Files.newDirectoryStream(folder, "*.{pem,crt,cer}")) {
      for (Path file : files) {
        try (InputStream in = Files.newInputStream(file)) {
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .forEach(one -> all.add((X509Certificate) one));
        } catch (CertificateException e) {
          // Not to trust anybody because of it is the safe side.
          throw new IOException("the certificate " + file.getFileName() + " cannot be read", e);
        }
      }
    }
    return all;
  }
}
