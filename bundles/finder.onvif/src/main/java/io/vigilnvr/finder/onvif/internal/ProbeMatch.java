package io.vigilnvr.finder.onvif.internal;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one device says of itself when it is asked for (WS-Discovery, April 2005, 5.3; ONVIF Core
 * Specification, 7.3).
 *
 * @param types names, with or without a prefix
 * @param services addresses, as it wrote them
 */
record ProbeMatch(List<String> types, List<String> scopes, List<String> services) {
  private static final String SCOPE = "onvif://www.onvif.org/";
  private static final int MAX_WORDS = 200;

  /** As long as a camera's name may be. */
  private static final int MAX_NAME = 100;

  /** The relation, to be held against what was asked, and who matches. */
  record Message(String relatesTo, List<ProbeMatch> matches) {}

  static Message parse(byte[] datagram) throws Soap.MalformedException {
    Soap soap = Soap.parse(datagram);
    var matches = new ArrayList<ProbeMatch>();
    for (Element answer : soap.body().children(Probe.DISCOVERY, "ProbeMatches")) {
      for (Element match : answer.children(Probe.DISCOVERY, "ProbeMatch")) {
        matches.add(
            new ProbeMatch(words(match, "Types"), words(match, "Scopes"), words(match, "XAddrs")));
      }
    }
    return new Message(soap.header().textOf(Soap.ADDRESSING, "RelatesTo"), List.copyOf(matches));
  }

  private static List<String> words(Element match, String name) {
    return Arrays.stream(match.textOf(Probe.DISCOVERY, name).split("\\s+", MAX_WORDS + 1))
        .limit(MAX_WORDS)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** Whether it is meant for ONVIF at all: printers and computers answer questions to anybody. */
  boolean isOnvif() {
    return types.stream()
            .map(type -> type.substring(type.indexOf(':') + 1))
            .anyMatch("NetworkVideoTransmitter"::equals)
        || scopes.stream().anyMatch(scope -> scope.startsWith(SCOPE));
  }

  /** The first service that is where the answer came from. */
  Optional<URI> service(InetAddress sender) {
    return services.stream()
        .flatMap(service -> OwnAddress.ofService(service, sender).stream())
        .findFirst();
  }

  /** What the owner called it, its model and its place, as far as they say something. */
  String name(InetAddress sender) {
    String hardware = scope("hardware/");
    String name = scope("name/");
    String place = scopes("location/").filter(text -> !text.contains("/")).findFirst().orElse("");
    if (name.isEmpty()) {
      name = hardware.isEmpty() ? "Camera " + OwnAddress.plain(sender) : hardware;
    }
    for (String more : List.of(hardware, place)) {
      if (!name.toLowerCase(Locale.ROOT).contains(more.toLowerCase(Locale.ROOT))) {
        name += ", " + more;
      }
    }
    return Words.plain(name, MAX_NAME);
  }

  private String scope(String kind) {
    return scopes(kind).findFirst().orElse("");
  }

  private Stream<String> scopes(String kind) {
    return scopes.stream()
        .filter(scope -> scope.startsWith(SCOPE + kind))
        .map(scope -> scope.substring(SCOPE.length() + kind.length()))
        .map(scope -> Words.plain(Words.decoded(scope), MAX_NAME))
        .filter(scope -> !scope.isEmpty());
  }
}
