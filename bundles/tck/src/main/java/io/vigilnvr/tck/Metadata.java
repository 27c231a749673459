package io.vigilnvr.tck;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a simulated camera says of its pictures: documents as ONVIF's Analytics Specification, 5.2
 * has them, numbered without a hole. Some are longer than a packet.
 *
 * @param source camera and stream
 * @param number of the document in its stream
 * @param objects how many it tells of; as many as its number asks for, unless something is missing
 */
public record Metadata(String source, long number, int objects) {
  static final int PAYLOAD_TYPE = 107;

  static final String SDP =
      String.join(
          "\r\n",
          "m=application 0 RTP/AVP " + PAYLOAD_TYPE,
          "a=rtpmap:" + PAYLOAD_TYPE + " vnd.onvif.metadata/90000",
          "a=recvonly",
          "a=control:trackID=2",
          "");

  private static final int MOST_OBJECTS = 20;
  private static final String START =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:VideoAnalytics>
      """;
  private static final String END = "</tt:Frame></tt:VideoAnalytics></tt:MetadataStream>\n";
  private static final Pattern FRAME =
      Pattern.compile("<tt:Frame UtcTime=\"[^\"]{20,40}\" Source=\"([^\" ]+) (\\d+)\">\n");
  private static final Pattern OBJECT =
      Pattern.compile("<tt:Object ObjectId=\"\\d+\">[^\n]*</tt:Object>\n");

  static byte[] document(String source, long number, long micros) {
    Instant now = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    var text = new StringBuilder(START);
    text.append("<tt:Frame UtcTime=\"").append(now.truncatedTo(ChronoUnit.MILLIS));
    text.append("\" Source=\"").append(source).append(' ').append(number).append("\">\n");
    for (int i = 0; i < objects(number); i++) {
      double left = -1 + 2.0 * ((number + i) % 100) / 100;
      text.append("<tt:Object ObjectId=\"").append(i);
      text.append("\"><tt:Appearance><tt:Shape><tt:BoundingBox left=\"").append(left);
      text.append("\" top=\"0.5\" right=\"").append(left + 0.1);
      text.append("\" bottom=\"0\"/><tt:CenterOfGravity x=\"").append(left + 0.05);
      text.append("\" y=\"0.25\"/></tt:Shape></tt:Appearance></tt:Object>\n");
    }
    return text.append(END).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static int objects(long number) {
    return (int) (number * 7 % MOST_OBJECTS);
  }

  /** Reads a document; empty if it is none, or not whole. */
  public static Optional<Metadata> read(String text) {
    if (!text.startsWith(START) || !text.endsWith(END)) {
      return Optional.empty();
    }
    Matcher frame = FRAME.matcher(text).region(START.length(), text.length() - END.length());
    if (!frame.lookingAt()) {
      return Optional.empty();
    }
    var found =
        new Metadata(
            frame.group(1),
            Long.parseLong(frame.group(2)),
            (int) OBJECT.matcher(text).results().count());
    return Optional.of(found).filter(it -> it.objects == objects(it.number));
  }
}
