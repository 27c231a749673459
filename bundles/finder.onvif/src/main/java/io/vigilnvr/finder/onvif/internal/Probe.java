package io.vigilnvr.finder.onvif.internal;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A question to whoever hears it (WS-Discovery, April 2005, 5.2).
 *
 * @param id random, so that nobody answers who has not heard it
 */
record Probe(UUID id, boolean camerasOnly) {
  static final String DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery";

  /** As the standard has it. */
  static Probe forCameras() {
    return new Probe(UUID.randomUUID(), true);
  }

  /** For cameras that do not know their own type. Printers answer, too. */
  static Probe forAnybody() {
    return new Probe(UUID.randomUUID(), false);
  }

  byte[] message() {
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            + "<e:Envelope xmlns:e=\""
            + Soap.ENVELOPE
            + "\" xmlns:w=\""
            + Soap.ADDRESSING
            + "\" xmlns:d=\""
            + DISCOVERY
            + "\" xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"><e:Header><w:MessageID>urn:uuid:"
            + id
            + "</w:MessageID><w:To e:mustUnderstand=\"true\">"
            + "urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
            + "<w:Action e:mustUnderstand=\"true\">"
            + DISCOVERY
            + "/Probe</w:Action></e:Header><e:Body><d:Probe>"
            + (camerasOnly ? "<d:Types>dn:NetworkVideoTransmitter</d:Types>" : "")
            + "</d:Probe></e:Body></e:Envelope>")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a text names this question; some leave the beginning out. */
  boolean isMeant(String relatesTo) {
    String text = relatesTo.strip();
    return text.equalsIgnoreCase("urn:uuid:" + id) || text.equalsIgnoreCase("uuid:" + id);
  }
}
