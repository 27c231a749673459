package io.vigilnvr.auth.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the first user comes in: by a password from the environment, for installations without a
 * person, or by a one-time link that is printed and left in a file.
 */
final class FirstUser {
  private static final Logger log = LoggerFactory.getLogger(FirstUser.class);
  private static final String PASSWORD = "VIGIL_ADMIN_PASSWORD";

  private final Path file;
  private final Map<String, String> environment;
  private final PrintStream out;
  private @Nullable SetupToken token;

  FirstUser(Path data, Map<String, String> environment, PrintStream out) {
    this.file = data.resolve("setup-token");
    this.environment = Map.copyOf(environment);
    this.out = out;
  }

  /** The password that the environment sets for {@code admin}, if it can be used. */
  Optional<String> unattendedPassword() {
    String password = environment.getOrDefault(PASSWORD, "");
    String source = PASSWORD;
    if (password.isEmpty() && !environment.getOrDefault(PASSWORD + "_FILE", "").isEmpty()) {
      source = PASSWORD + "_FILE";
      try {
        password =
            Files.readString(Path.of(environment.getOrDefault(source, "")))
                .lines()
                .findFirst()
                .orElse("");
      } catch (IOException e) {
        log.error("the file that {} names cannot be read: use the setup link", source, e);
        return Optional.empty();
      }
      if (password.isEmpty()) {
        log.error("the file that {} names is empty: use the setup link", source);
      }
    }
    if (password.isEmpty()) {
      return Optional.empty();
    }
    int length = password.codePointCount(0, password.length());
    if (length < PasswordRules.LEAST_UNATTENDED || length > PasswordRules.MOST) {
      log.error(
          "the password from {} must have {} to {} characters: use the setup link",
          source,
          PasswordRules.LEAST_UNATTENDED,
          PasswordRules.MOST);
      return Optional.empty();
    }
    if (new PasswordRules().password("admin", password).isPresent()) {
      log.warn("the password from {} is short or common: change it soon", source);
    }
    return Optional.of(password);
  }

  /** Makes a token, unless there is one, prints its link and leaves it in a file. */
  synchronized void open(Instant now) {
    if (token != null) {
      return;
    }
    SetupToken.Fresh fresh = SetupToken.make(now);
    token = fresh.token();
    SetupToken.write(file, fresh.secret());
    out.println();
    out.println("Set up Vigil: " + address() + "/setup?token=" + fresh.secret());
    out.println(
        "  (once, within 60 minutes; also in the file "
            + file.getFileName()
            + " of the data folder; a restart makes another)");
    out.flush();
  }

  synchronized boolean accepts(String secret, Instant now) {
    SetupToken present = token;
    return present != null && present.matches(secret, now);
  }

  synchronized void close() {
    token = null;
    SetupToken.remove(file);
  }

  private String address() {
    String https = environment.getOrDefault("VIGIL_HTTPS_PORT", "8443");
    if (https.equals("0")) {
      return "http://localhost:" + environment.getOrDefault("VIGIL_HTTP_PORT", "8080");
    }
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    return "https://" + host + ":" + https;
  }
}
