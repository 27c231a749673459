package io.vigilnvr.camera.rtsp.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What a user enters for each RTSP camera; no configuration of this PID is ever made. */
@ObjectClassDefinition(
    pid = RtspConfig.PID,
    name = "RTSP",
    description = "A camera, recorder or server that offers its streams at RTSP addresses.")
@interface RtspConfig {
  String PID = "vigil.camera.rtsp";

  @AttributeDefinition(
      name = "Address",
      description =
          "Of the stream in full resolution, e.g. rtsp://192.0.2.10/main. A login inside is taken"
              + " out and kept apart.")
  String url();

  @AttributeDefinition(
      name = "Address of the small stream",
      description = "Of the same picture in low resolution, for detection and grids.",
      required = false)
  String subUrl();

  @AttributeDefinition(name = "User name", required = false)
  String username();

  @AttributeDefinition(name = "Password", type = AttributeType.PASSWORD, required = false)
  String password();

  @AttributeDefinition(
      name = "Transport",
      description = "How the camera sends: TCP loses nothing; automatic is UDP, then TCP.",
      options = {
        @Option(label = "TCP", value = "tcp"),
        @Option(label = "UDP", value = "udp"),
        @Option(label = "Automatic", value = "auto")
      },
      required = false)
  String transport() default "tcp";

  @AttributeDefinition(
      name = "Send the password unencrypted if the camera asks (Basic)",
      description = "Only for old cameras in a network that nobody listens to.",
      required = false)
  boolean basicAllowed() default false;

  @AttributeDefinition(
      name = "Certificate",
      description =
          "SHA-256 fingerprint of the camera's certificate, for rtsps addresses: no other is"
              + " talked to. Empty: the connection is encrypted, but whose it is is not verified.",
      required = false)
  String certificate();

  @AttributeDefinition(
      name = "Engine",
      description =
          "What receives the camera: automatic is plain Java, and GStreamer if that does not"
              + " understand the camera.",
      options = {
        @Option(label = "Automatic", value = "auto"),
        @Option(label = "Plain Java", value = "rtsp"),
        @Option(label = "GStreamer", value = "gstreamer")
      },
      required = false)
  String engine() default "auto";

  @AttributeDefinition(
      name = "Convert G.711 sound",
      description =
          "To AAC, which recordings and browsers take; without, such sound is left out. GStreamer"
              + " receives the camera then, which costs some five times as much.",
      required = false)
  boolean convertAudio() default false;
}
