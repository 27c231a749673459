package io.vigilnvr.camera.rtsp.internal;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Says which network addresses a camera may have. Whoever may add a camera makes Vigil open
 * connections, so addresses where no camera lives but secrets do are refused. Loopback is allowed:
 * simulated cameras and restreamers live there.
 *
 * <p>A component of its own because the driver's PID is that of the settings of each camera. New
 * settings are taken in place: a new instance would take the driver away, and with it the streams
 * of all its cameras.
 */
@Component(service = AddressPolicy.class, configurationPid = AddressPolicy.PID)
@Designate(ocd = AddressPolicy.Config.class)
public final class AddressPolicy {
  static final String PID = "vigil.camera.rtsp.policy";

  /** What an administrator may set. */
  @ObjectClassDefinition(name = "RTSP address policy")
  @interface Config {
    @AttributeDefinition(
        name = "Allow link-local addresses",
        description =
            "Cameras at 169.254.0.0/16 and fe80::/10. Addresses of cloud metadata stay refused.")
    boolean allowLinkLocal() default false;
  }

  /** Where clouds hand out credentials to whoever asks; no camera is ever there. */
  private static final List<byte[]> METADATA =
      List.of(
          bytes(169, 254, 169, 254), // AWS, Azure, Google, OpenStack, …
          bytes(169, 254, 170, 2), // AWS containers
          bytes(100, 100, 100, 200), // Alibaba
          bytes(168, 63, 129, 16), // Azure's host
          bytes(0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54), // AWS
          bytes(0xfd, 0x20, 0x00, 0xce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54), // Google
          bytes(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa9, 0xfe, 0xa9, 0xfe)); // OpenStack

  private volatile boolean allowLinkLocal;

  @Activate
  public AddressPolicy(Config config) {
    this(config.allowLinkLocal());
  }

  AddressPolicy(boolean allowLinkLocal) {
    this.allowLinkLocal = allowLinkLocal;
  }

  @Modified
  void modified(Config config) {
    allowLinkLocal = config.allowLinkLocal();
  }

  /** Why there may be no camera at the address; empty if there may. */
  Optional<String> refusal(InetAddress address) {
    byte[] octets = address.getAddress();
    Optional<byte[]> inner = embedded(octets);
    if (inner.isPresent()) {
      try {
        Optional<String> refused = refusal(InetAddress.getByAddress(inner.orElseThrow()));
        if (refused.isPresent()) {
          return refused;
        }
      } catch (UnknownHostException e) {
        throw new IllegalStateException("four octets are an address", e);
      }
    }
    if (address.isAnyLocalAddress() || (octets.length == 4 && octets[0] == 0)) {
      return Optional.of("is no host's address");
    }
    if (address.isMulticastAddress() || Arrays.equals(octets, bytes(255, 255, 255, 255))) {
      return Optional.of("is a group's address, not a host's");
    }
    if (METADATA.stream().anyMatch(metadata -> Arrays.equals(octets, metadata))) {
      return Optional.of("is a cloud's metadata address, where no camera may be");
    }
    if (address.isLinkLocalAddress() && !allowLinkLocal) {
      return Optional.of(
          "is link-local, which is refused unless the administrator allows it (allowLinkLocal in "
              + PID
              + ")");
    }
    return Optional.empty();
  }

  /**
   * The IPv4 address inside an IPv6 one that stands for it: IPv4-compatible (RFC 4291, 2.5.5.1),
   * IPv4-mapped (2.5.5.2; Java unpacks these itself), NAT64 (RFC 6052, 2.1), 6to4 (RFC 3056, 2).
   */
  private static Optional<byte[]> embedded(byte[] octets) {
    if (octets.length != 16) {
      return Optional.empty();
    }
    if (octets[0] == 0x20 && octets[1] == 0x02) {
      return Optional.of(Arrays.copyOfRange(octets, 2, 6));
    }
    byte[] prefix = Arrays.copyOf(octets, 12);
    boolean compatible = Arrays.equals(prefix, new byte[12]) && !loopbackOrUnspecified(octets);
    boolean mapped = Arrays.equals(prefix, bytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff));
    boolean nat64 = Arrays.equals(prefix, bytes(0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0));
    return compatible || mapped || nat64
        ? Optional.of(Arrays.copyOfRange(octets, 12, 16))
        : Optional.empty();
  }

  private static boolean loopbackOrUnspecified(byte[] octets) {
    return octets[12] == 0 && octets[13] == 0 && octets[14] == 0 && (octets[15] & 0xfe) == 0;
  }

  /** A literal address without its zone, which says nothing about what is refused. */
  static String withoutZone(String literal) {
    int zone = literal.indexOf('%');
    return zone < 0 ? literal : literal.substring(0, zone);
  }

  /** As people write it: IPv6 without a zone. */
  static String text(InetAddress address) {
    return address instanceof Inet6Address
        ? withoutZone(address.getHostAddress())
        : address.getHostAddress();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
