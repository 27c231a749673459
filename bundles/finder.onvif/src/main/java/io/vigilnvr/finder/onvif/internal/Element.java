package io.vigilnvr.finder.onvif.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A part of a message that a stranger sent.
 *
 * @param attributes those in no namespace
 * @param text without that of the children
 */
record Element(
    String namespace,
    String name,
    Map<String, String> attributes,
    String text,
    List<Element> children) {
  boolean is(String wantedNamespace, String wantedName) {
    return namespace.equals(wantedNamespace) && name.equals(wantedName);
  }

  /** In the order of the message. */
  List<Element> children(String wantedNamespace, String wantedName) {
    return children.stream().filter(child -> child.is(wantedNamespace, wantedName)).toList();
  }

  /** The first of that name. */
  Optional<Element> child(String wantedNamespace, String wantedName) {
    return children.stream().filter(child -> child.is(wantedNamespace, wantedName)).findFirst();
  }

  /** The first child's text without blanks around it; empty if there is none. */
  String textOf(String wantedNamespace, String wantedName) {
    return child(wantedNamespace, wantedName).map(child -> child.text().strip()).orElse("");
  }
}
