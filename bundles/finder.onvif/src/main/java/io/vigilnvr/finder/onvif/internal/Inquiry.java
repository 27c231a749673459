package io.vigilnvr.finder.onvif.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a camera where its streams are (ONVIF Media Service Specification, 5.2, 5.15). Most want a
 * login for that, and are left alone then; the others say it to everybody.
 */
final class Inquiry {
  private static final Logger log = LoggerFactory.getLogger(Inquiry.class);

  private static final String DEVICE = "http://www.onvif.org/ver10/device/wsdl";
  private static final String MEDIA = "http://www.onvif.org/ver10/media/wsdl";
  private static final String SCHEMA = "http://www.onvif.org/ver10/schema";

  /** A camera's tokens have 64 characters at most. */
  private static final int MAX_TOKEN = 256;

  /** Encoders and recorders have a picture for each channel. */
  private static final int MAX_PICTURES = 64;

  /** What recordings are made of. */
  private static final Set<String> ENCODINGS = Set.of("H264", "H265");

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Device device;
  private final long deadline;

  private Inquiry(Device device, long deadline) {
    this.device = device;
    this.deadline = deadline;
  }

  /** A stream that the camera can send. */
  record Profile(String token, long pixels) {}

  /** For each picture of the camera, in its order; empty if it does not say, or not within 2 s. */
  static List<Streams> ask(Device device, URI service) throws InterruptedException {
    return ask(device, service, LIMIT);
  }

  static List<Streams> ask(Device device, URI service, Duration limit) throws InterruptedException {
    var found = new ArrayList<Streams>();
    try {
      new Inquiry(device, System.nanoTime() + limit.toNanos()).ask(service, found);
    } catch (IOException | Soap.MalformedException e) {
      log.debug(
          "{}: knows {} streams, as {}",
          OwnAddress.plain(device.address()),
          found.size(),
          e.toString());
    }
    return found;
  }

  private void ask(URI service, List<Streams> found)
      throws IOException, Soap.MalformedException, InterruptedException {
    Element capabilities =
        answer(
                service,
                DEVICE,
                "GetCapabilities",
                "<GetCapabilities xmlns=\""
                    + DEVICE
                    + "\"><Category>Media</Category></GetCapabilities>")
            .child(DEVICE, "Capabilities")
            .flatMap(all -> all.child(SCHEMA, "Media"))
            .orElseThrow(() -> new Soap.MalformedException("it has no media service"));
    Optional<URI> media =
        OwnAddress.ofService(capabilities.textOf(SCHEMA, "XAddr"), device.address());
    if (media.isEmpty()) {
      throw new Soap.MalformedException("its media service is not its own");
    }
    Element profiles =
        answer(media.orElseThrow(), MEDIA, "GetProfiles", "<GetProfiles xmlns=\"" + MEDIA + "\"/>");
    for (List<Profile> picture : pictures(profiles)) {
      Optional<URI> main = stream(media.orElseThrow(), picture.get(0));
      if (main.isEmpty()) {
        continue;
      }
      // What is known is kept, should the rest not come.
      found.add(new Streams(main.orElseThrow(), Optional.empty()));
      Profile small = picture.get(picture.size() - 1);
      if (small.pixels() < picture.get(0).pixels()) {
        Optional<URI> sub =
            stream(media.orElseThrow(), small).filter(uri -> !main.equals(Optional.of(uri)));
        found.set(found.size() - 1, new Streams(main.orElseThrow(), sub));
      }
    }
  }

  /** The profiles of each picture, the largest first. */
  static List<List<Profile>> pictures(Element answer) {
    var pictures = new LinkedHashMap<String, List<Profile>>();
    for (Element profile : answer.children(MEDIA, "Profiles")) {
      String token = profile.attributes().getOrDefault("token", "");
      Optional<Element> encoder = profile.child(SCHEMA, "VideoEncoderConfiguration");
      if (!token.isEmpty() && token.length() <= MAX_TOKEN && encoder.isPresent()) {
        String source =
            profile
                .child(SCHEMA, "VideoSourceConfiguration")
                .map(video -> video.textOf(SCHEMA, "SourceToken"))
                .orElse("");
        if (ENCODINGS.contains(encoder.orElseThrow().textOf(SCHEMA, "Encoding"))) {
          pictures
              .computeIfAbsent(source, any -> new ArrayList<>())
              .add(new Profile(token, pixels(encoder.orElseThrow())));
        }
      }
    }
    pictures
        .values()
        .forEach(profiles -> profiles.sort(Comparator.comparingLong(Profile::pixels).reversed()));
    return pictures.values().stream().limit(MAX_PICTURES).toList();
  }

  private static long pixels(Element encoder) {
    return encoder
        .child(SCHEMA, "Resolution")
        .map(size -> number(size.textOf(SCHEMA, "Width")) * number(size.textOf(SCHEMA, "Height")))
        .orElse(0L);
  }

  private static long number(String text) {
    return text.matches("[0-9]{1,5}") ? Long.parseLong(text) : 0;
  }

  private Optional<URI> stream(URI media, Profile profile)
      throws IOException, Soap.MalformedException, InterruptedException {
    String uri =
        answer(
                media,
                MEDIA,
                "GetStreamUri",
                "<GetStreamUri xmlns=\""
                    + MEDIA
                    + "\"><StreamSetup><Stream xmlns=\""
                    + SCHEMA
                    + "\">RTP-Unicast</Stream><Transport xmlns=\""
                    + SCHEMA
                    + "\"><Protocol>RTSP</Protocol></Transport></StreamSetup><ProfileToken>"
                    + escaped(profile.token())
                    + "</ProfileToken></GetStreamUri>")
            .child(MEDIA, "MediaUri")
            .map(answer -> answer.textOf(SCHEMA, "Uri"))
            .orElse("");
    return OwnAddress.ofStream(uri, device.address());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private Element answer(URI service, String namespace, String operation, String question)
      throws IOException, Soap.MalformedException, InterruptedException {
    String message =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\""
            + Soap.ENVELOPE
            + "\"><s:Body>"
            + question
            + "</s:Body></s:Envelope>";
    byte[] answer =
        HttpQuestion.post(
            device.address(),
            service,
            "application/soap+xml; charset=utf-8; action=\"" + namespace + "/" + operation + "\"",
            message.getBytes(StandardCharsets.UTF_8),
            deadline);
    return Soap.parse(answer)
        .body()
        .child(namespace, operation + "Response")
        .orElseThrow(() -> new Soap.MalformedException("it does not say what it was asked"));
  }
}
