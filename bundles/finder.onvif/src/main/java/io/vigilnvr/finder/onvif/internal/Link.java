package io.vigilnvr.finder.onvif.internal;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraException.Kind;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A network that this machine is in. An interface with several addresses is as many networks: a
 * camera answers the address that asked.
 *
 * @param address ours
 * @param prefixBits how many bits of it are the network's
 */
record Link(NetworkInterface device, Inet4Address address, int prefixBits) {
  /** Machines that host containers have an interface for each. */
  private static final int MOST = 64;

  /**
   * @param names of the interfaces; if empty, all that are meant for it
   * @throws CameraException if there is none
   */
  static List<Link> all(Set<String> names) throws SocketException, CameraException {
    var links = new ArrayList<Link>();
    for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
      boolean wanted =
          names.isEmpty()
              ? device.supportsMulticast() && !device.isLoopback()
              : names.contains(device.getName());
      if (wanted && device.isUp()) {
        for (InterfaceAddress address : device.getInterfaceAddresses()) {
          if (address.getAddress() instanceof Inet4Address ours && links.size() < MOST) {
            links.add(new Link(device, ours, address.getNetworkPrefixLength()));
          }
        }
      }
    }
    if (links.isEmpty()) {
      throw names.isEmpty()
          ? new CameraException(
              Kind.UNREACHABLE, "no network interface is up that can multicast and has IPv4")
          : new CameraException(
              Kind.CONFIGURATION,
              "no network interface of "
                  + new TreeSet<>(names)
                  + " is up and has an IPv4 address ("
                  + OnvifFinderConfig.PID
                  + ", interfaces)");
    }
    return links;
  }

  /** Whether somebody is in this network, and not merely says so from far away. */
  boolean contains(InetAddress somebody) {
    byte[] mine = address.getAddress();
    byte[] theirs = somebody.getAddress();
    if (theirs.length != mine.length) {
      return false;
    }
    for (int bit = 0; bit < prefixBits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return device.getName() + " (" + address.getHostAddress() + ")";
  }
}
