package io.vigilnvr.camera.rtsp.internal;

import io.vigilnvr.api.camera.CameraConfig;
import io.vigilnvr.api.camera.CameraDescription;
import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.CameraSession;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.api.plugin.PluginCatalog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * Offers the streams whose addresses a user typed in. It never speaks to the camera: ingest holds
 * the RTSP connections, and reports their loss itself.
 */
@Component(
    configurationPolicy = ConfigurationPolicy.IGNORE,
    property = {CameraDriver.DRIVER + "=rtsp", PluginCatalog.SETTINGS + "=" + RtspConfig.PID})
public final class RtspCameraDriver implements CameraDriver {
  private static final int MAX_LOGIN_LENGTH = 256;
  private static final String ANY_ENGINE = "auto";
  private static final String GSTREAMER = "gstreamer";

  /** Looks names up; may block as long as the system's resolver does. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final AddressPolicy policy;
  private final Resolver resolver;

  @Activate
  public RtspCameraDriver(@Reference AddressPolicy policy) {
    this(policy, InetAddress::getAllByName);
  }

  RtspCameraDriver(AddressPolicy policy, Resolver resolver) {
    this.policy = policy;
    this.resolver = resolver;
  }

  /**
   * Takes a login out of the addresses. One inside the main address wins over one given apart: it
   * is what the user typed last. Texts that are empty count as not given.
   */
  @Override
  public Map<String, Object> accept(Map<String, Object> settings) throws InvalidSettingsException {
    var problems = new ArrayList<Problem>();
    var accepted = new HashMap<>(settings);
    accepted.values().removeIf(""::equals);
    Optional<RtspAddress> main = address(accepted, "url", problems);
    if (main.isEmpty() && problems.isEmpty()) {
      problems.add(new Problem("/url", "is missing"));
    }
    Optional<RtspAddress> sub = address(accepted, "subUrl", problems);
    main.flatMap(RtspAddress::username)
        .ifPresent(
            username -> {
              accepted.put("username", username);
              main.flatMap(RtspAddress::password)
                  .ifPresent(password -> accepted.put("password", password));
              accepted.values().removeIf(""::equals);
            });
    sub.ifPresent(address -> takeLogin(address, accepted, problems));
    for (String name : List.of("username", "password")) {
      checkLogin(name, text(accepted, name).orElse(""), problems);
    }
    if (text(accepted, "password").isPresent() && text(accepted, "username").isEmpty()) {
      problems.add(
          new Problem(
              "/username", "is missing for the password; an empty password removes the password"));
    }
    checkCertificate(accepted, problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return accepted;
  }

  /** Takes what tools print, colons included. */
  private static void checkCertificate(Map<String, Object> accepted, List<Problem> problems) {
    Optional<String> text = text(accepted, "certificate");
    if (text.isEmpty()) {
      return;
    }
    String digits = text.orElseThrow().replaceAll("[:\\s]", "").toLowerCase(Locale.ROOT);
    accepted.put("certificate", digits);
    if (!digits.matches("[0-9a-f]{64}")) {
      problems.add(new Problem("/certificate", "must be a SHA-256 fingerprint of 64 digits"));
    }
    for (String name : List.of("url", "subUrl")) {
      if (text(accepted, name).filter(address -> !address.startsWith("rtsps:")).isPresent()) {
        problems.add(new Problem("/" + name, "must begin with rtsps: to have a certificate"));
      }
    }
    if (engine(accepted).equals(GSTREAMER)) {
      problems.add(
          new Problem(
              Boolean.TRUE.equals(accepted.get("convertAudio")) ? "/convertAudio" : "/engine",
              "needs GStreamer, which cannot verify a certificate"));
    }
  }

  /** The one that is asked for; converting is something that only GStreamer does. */
  private static String engine(Map<String, Object> settings) {
    String chosen = text(settings, "engine").orElse(ANY_ENGINE);
    if (!chosen.equals(ANY_ENGINE)) {
      return chosen;
    }
    return Boolean.TRUE.equals(settings.get("convertAudio")) ? GSTREAMER : "";
  }

  private static void takeLogin(
      RtspAddress sub, Map<String, Object> accepted, List<Problem> problems) {
    if (sub.username().isEmpty()) {
      return;
    }
    Optional<String> username = text(accepted, "username");
    if (username.isEmpty()) {
      sub.username().ifPresent(name -> accepted.put("username", name));
      sub.password().ifPresent(password -> accepted.put("password", password));
    } else if (!username.equals(sub.username())
        || (sub.password().isPresent() && !sub.password().equals(text(accepted, "password")))) {
      problems.add(new Problem("/subUrl", "must have the same login as the main stream"));
    }
  }

  private static void checkLogin(String name, String value, List<Problem> problems) {
    if (value.length() > MAX_LOGIN_LENGTH) {
      problems.add(new Problem("/" + name, "is longer than " + MAX_LOGIN_LENGTH + " characters"));
    }
    if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      problems.add(new Problem("/" + name, "must not contain line breaks or control characters"));
    }
  }

  private Optional<RtspAddress> address(
      Map<String, Object> settings, String name, List<Problem> problems) {
    Optional<String> text = text(settings, name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      RtspAddress address = RtspAddress.parse(text.orElseThrow().strip(), policy);
      settings.put(name, address.uri().toString());
      return Optional.of(address);
    } catch (RtspAddress.RefusedException e) {
      problems.add(new Problem("/" + name, e.reason()));
      return Optional.empty();
    }
  }

  /**
   * Looks the hosts' names up, so that no name leads to a refused address, and returns. The worker
   * looks them up once more: a name that changes in between is not noticed here.
   */
  @Override
  public CameraSession connect(CameraConfig camera) throws CameraException, InterruptedException {
    Map<String, Object> settings = camera.settings();
    Optional<Credentials> credentials =
        text(settings, "username")
            .map(name -> new Credentials(name, text(settings, "password").orElse("")));
    var transport =
        Transport.valueOf(text(settings, "transport").orElse("tcp").toUpperCase(Locale.ROOT));
    String engine = engine(settings);
    String certificate = text(settings, "certificate").orElse("");
    boolean basicAllowed = Boolean.TRUE.equals(settings.get("basicAllowed"));
    var sources = new EnumMap<StreamRole, StreamSource>(StreamRole.class);
    for (var stream : Map.of(StreamRole.MAIN, "url", StreamRole.SUB, "subUrl").entrySet()) {
      Optional<String> text = text(settings, stream.getValue());
      if (text.isPresent()) {
        RtspAddress address = reachable(text.orElseThrow());
        sources.put(
            stream.getKey(),
            new StreamSource.Rtsp(
                address.uri(), credentials, transport, basicAllowed, engine, certificate));
      }
    }
    if (!sources.containsKey(StreamRole.MAIN)) {
      throw new CameraException(Kind.CONFIGURATION, "the address is missing");
    }
    return new Session(new CameraDescription("", "", sources), new CountDownLatch(1));
  }

  private RtspAddress reachable(String text) throws CameraException {
    try {
      RtspAddress address = RtspAddress.parse(text, policy);
      String host = address.uri().getHost();
      try {
        for (InetAddress found : resolver.resolve(host)) {
          RtspAddress.refuse(
              host.startsWith("[") ? host : host + " (" + AddressPolicy.text(found) + ")",
              found,
              policy);
        }
      } catch (UnknownHostException e) {
        throw new CameraException(Kind.UNREACHABLE, "nobody knows the name " + host, e);
      }
      return address;
    } catch (RtspAddress.RefusedException e) {
      throw new CameraException(Kind.CONFIGURATION, "the address " + e.reason(), e);
    }
  }

  private static Optional<String> text(Map<String, Object> settings, String name) {
    return settings.get(name) instanceof String text && !text.isEmpty()
        ? Optional.of(text)
        : Optional.empty();
  }

  /** Has nothing open. */
  private record Session(CameraDescription description, CountDownLatch closed)
      implements CameraSession {
    @Override
    public void awaitEnd() throws InterruptedException {
      closed.await();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
