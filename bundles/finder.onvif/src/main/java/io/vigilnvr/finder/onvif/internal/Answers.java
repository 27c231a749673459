package io.vigilnvr.finder.onvif.internal;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has answered in one search. A device answers several times: to both questions, and twice as
 * UDP loses things. Nobody gets more than a few in, so that one who floods does not keep the others
 * out. Not thread-safe.
 */
final class Answers {
  static final int MAX = 1000;
  static final int MAX_PER_SENDER = 16;

  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  /** Where a device is told from another one at the same address; none says it all. */
  private record Key(InetAddress sender, Optional<URI> service) {}

  private final List<Probe> probes;
  private final Map<InetAddress, Integer> counts = new HashMap<>();
  private final Map<Key, Device> devices = new LinkedHashMap<>();
  private int count;

  Answers(List<Probe> probes) {
    this.probes = probes;
  }

  /** Whether nothing more is taken from anybody. */
  boolean isFull() {
    return count >= MAX;
  }

  /** All so far; of those that named no service, only who named none at all. */
  List<Device> devices() {
    return devices.values().stream()
        .filter(
            device ->
                device.service().isPresent()
                    || devices.values().stream()
                        .noneMatch(
                            other ->
                                other.service().isPresent()
                                    && other.address().equals(device.address())))
        .toList();
  }

  /** Takes what came, and says who is new by it. */
  List<Device> take(InetAddress sender, byte[] datagram) {
    if (!counts(sender)) {
      return List.of();
    }
    ProbeMatch.Message message;
    try {
      message = ProbeMatch.parse(datagram);
    } catch (Soap.MalformedException e) {
      return ignored(sender, e.toString());
    }
    if (probes.stream().noneMatch(probe -> probe.isMeant(message.relatesTo()))) {
      return ignored(sender, "it answers another question");
    }
    var found = new ArrayList<Device>();
    for (int i = 0; i < message.matches().size(); i++) {
      if (i > 0 && !counts(sender)) {
        break;
      }
      ProbeMatch match = message.matches().get(i);
      if (!match.isOnvif()) {
        ignored(sender, "it is no ONVIF device");
        continue;
      }
      var device = new Device(sender, match.service(sender), match.name(sender));
      if (devices.putIfAbsent(new Key(sender, device.service()), device) == null) {
        found.add(device);
      }
    }
    return found;
  }

  /** Whether the sender, and all together, may say one thing more. */
  private boolean counts(InetAddress sender) {
    if (isFull()) {
      return false;
    }
    int of = counts.merge(sender, 1, Integer::sum);
    if (of > MAX_PER_SENDER) {
      return false;
    }
    count++;
    return true;
  }

  private static List<Device> ignored(InetAddress sender, String reason) {
    log.debug("{}: an answer is ignored: {}", OwnAddress.plain(sender), reason);
    return List.of();
  }
}
