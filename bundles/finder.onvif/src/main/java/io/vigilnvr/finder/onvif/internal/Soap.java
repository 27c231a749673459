package io.vigilnvr.finder.onvif.internal;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A SOAP 1.2 message from anybody in the network: no document type, no entities but XML's own five,
 * nothing fetched, and little of everything.
 */
record Soap(Element header, Element body) {
  static final String ENVELOPE = "http://www.w3.org/2003/05/soap-envelope";
  static final String ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing";

  /** Of the longest answer of a camera, what its profiles are; they have some 100 elements each. */
  private static final int MAX_ELEMENTS = 10_000;

  /** ONVIF's own messages need 12. */
  private static final int MAX_DEPTH = 32;

  private static final int MAX_TEXT = 8192;

  /** It is not such a message. The text is for whoever repairs the camera. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }

    MalformedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  static Soap parse(byte[] message) throws MalformedException {
    Element envelope = root(message);
    if (!envelope.is(ENVELOPE, "Envelope")) {
      throw new MalformedException("it is no SOAP 1.2 message");
    }
    List<Element> headers = envelope.children(ENVELOPE, "Header");
    List<Element> bodies = envelope.children(ENVELOPE, "Body");
    if (headers.size() > 1 || bodies.size() != 1) {
      throw new MalformedException("it has several headers or not one body");
    }
    return new Soap(
        headers.isEmpty()
            ? new Element(ENVELOPE, "Header", Map.of(), "", List.of())
            : headers.get(0),
        bodies.get(0));
  }

  private static Element root(byte[] message) throws MalformedException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing is fetched");
        });
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(message));
      try {
        return root(reader);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      throw new MalformedException("it is not XML", e);
    }
  }

  private static Element root(XMLStreamReader reader)
      throws XMLStreamException, MalformedException {
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open("", "", Map.of()));
    int elements = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++elements > MAX_ELEMENTS || open.size() > MAX_DEPTH) {
            throw new MalformedException("it has too many elements, or too deep ones");
          }
          open.push(Open.of(reader));
        }
        case XMLStreamConstants.END_ELEMENT -> {
          Element element = open.pop().closed();
          open.element().children.add(element);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            open.element().append(reader);
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new MalformedException("it has a document type or entities of its own");
        default -> {}
      }
    }
    return open.element().children.get(0);
  }

  /** An element whose end has not come yet. */
  private record Open(
      String namespace,
      String name,
      Map<String, String> attributes,
      StringBuilder text,
      List<Element> children) {
    Open(String namespace, String name, Map<String, String> attributes) {
      this(namespace, name, attributes, new StringBuilder(), new ArrayList<>());
    }

    static Open of(XMLStreamReader reader) {
      var attributes = new HashMap<String, String>();
      for (int i = 0; i < reader.getAttributeCount(); i++) {
        String namespace = reader.getAttributeNamespace(i);
        if (namespace == null || namespace.isEmpty()) {
          attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
      }
      String namespace = reader.getNamespaceURI();
      return new Open(namespace == null ? "" : namespace, reader.getLocalName(), attributes);
    }

    void append(XMLStreamReader reader) throws MalformedException {
      if (text.length() + reader.getTextLength() > MAX_TEXT) {
        throw new MalformedException("it has a text of more than " + MAX_TEXT + " characters");
      }
      text.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
    }

    Element closed() {
      return new Element(
          namespace, name, Map.copyOf(attributes), text.toString(), List.copyOf(children));
    }
  }
}
