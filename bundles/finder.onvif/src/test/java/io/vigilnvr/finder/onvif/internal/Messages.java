package io.vigilnvr.finder.onvif.internal;

import java.nio.charset.StandardCharsets;

/** What cameras say, as they write it. */
final class Messages {
  static final String CAMERA_TYPE = "dn:NetworkVideoTransmitter tds:Device";

  private Messages() {}

  static byte[] probeMatches(String relatesTo, String types, String scopes, String services) {
    return probeMatches(relatesTo, match(types, scopes, services));
  }

  static String match(String types, String scopes, String services) {
    return "<d:ProbeMatch><w:EndpointReference><w:Address>urn:uuid:2419d68a-2dd2-21b2-a205-ec71db0a9b5e"
        + "</w:Address></w:EndpointReference><d:Types>"
        + types
        + "</d:Types><d:Scopes>"
        + scopes
        + "</d:Scopes><d:XAddrs>"
        + services
        + "</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>";
  }

  static byte[] probeMatches(String relatesTo, String matches) {
    return envelope(
        "<w:MessageID>urn:uuid:0a6dc791-2be6-4991-9af1-454778a1917a</w:MessageID><w:RelatesTo>"
            + relatesTo
            + "</w:RelatesTo><w:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
            + "</w:To><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</w:Action>"
            + "<d:AppSequence MessageNumber=\"1\" InstanceId=\"1\"/>",
        "<d:ProbeMatches>" + matches + "</d:ProbeMatches>");
  }

  static byte[] envelope(String header, String body) {
    return ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            + "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
            + " xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
            + " xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\""
            + " xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\""
            + " xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\""
            + " xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\""
            + " xmlns:tt=\"http://www.onvif.org/ver10/schema\"><s:Header>"
            + header
            + "</s:Header><s:Body>"
            + body
            + "</s:Body></s:Envelope>")
        .getBytes(StandardCharsets.UTF_8);
  }

  static String capabilities(String media) {
    return "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>"
        + media
        + "</tt:XAddr><tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast>"
        + "</tt:StreamingCapabilities></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>";
  }

  static String profiles(String... profiles) {
    return "<trt:GetProfilesResponse>" + String.join("", profiles) + "</trt:GetProfilesResponse>";
  }

  static String profile(String token, String source, String encoding, int width, int height) {
    return "<trt:Profiles token=\""
        + token
        + "\" fixed=\"true\"><tt:Name>"
        + token
        + "</tt:Name><tt:VideoSourceConfiguration token=\"vsc\"><tt:Name>v</tt:Name><tt:SourceToken>"
        + source
        + "</tt:SourceToken><tt:Bounds x=\"0\" y=\"0\" width=\"640\" height=\"360\"/>"
        + "</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token=\"vec\"><tt:Encoding>"
        + encoding
        + "</tt:Encoding><tt:Resolution><tt:Width>"
        + width
        + "</tt:Width><tt:Height>"
        + height
        + "</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>";
  }

  static String streamUri(String uri) {
    return "<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>"
        + uri
        + "</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect></trt:MediaUri>"
        + "</trt:GetStreamUriResponse>";
  }
}
