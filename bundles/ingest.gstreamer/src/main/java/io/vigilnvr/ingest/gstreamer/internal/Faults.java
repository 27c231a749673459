package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import java.net.URI;

/** What GStreamer's errors mean, in words for the owner of the camera. */
final class Faults {
  /** What to do about it, and what to tell. */
  record Fault(Kind kind, String cause) {}

  private static final String RESOURCE = "gst-resource-error-quark";
  private static final int RESOURCE_NOT_FOUND = 3;
  private static final int RESOURCE_OPEN_READ = 5;
  private static final int RESOURCE_OPEN_WRITE = 6;
  private static final int RESOURCE_OPEN_READ_WRITE = 7;
  private static final int RESOURCE_READ = 9;
  private static final int RESOURCE_WRITE = 10;
  private static final int RESOURCE_SETTINGS = 13;
  private static final int RESOURCE_NOT_AUTHORIZED = 15;

  private Faults() {}

  static Fault of(NativeGst.Failure failure, StreamSource.Rtsp source, RequestGuard guard) {
    String place = place(source.uri());
    if (guard.hasRefused()) {
      return new Fault(Kind.PROTOCOL, "the camera was refused what it asked for");
    }
    String debug = failure.debug();
    if (debug.contains("Unauthorized") || debug.contains("(401)")) {
      return unauthorized(source);
    }
    if (debug.contains("(403)") || debug.contains("Forbidden")) {
      return new Fault(Kind.UNAUTHORIZED, "the camera does not allow this login to see the stream");
    }
    if (debug.contains("(404)") || debug.contains("Not Found")) {
      return new Fault(
          Kind.NOT_FOUND, "the camera has no stream " + path(source.uri()) + " (not found)");
    }
    if (debug.contains("Connection refused")) {
      return new Fault(Kind.UNREACHABLE, "nothing listens at " + place + " (connection refused)");
    }
    if (debug.contains("No route to host") || debug.contains("Network is unreachable")) {
      return new Fault(Kind.UNREACHABLE, "no way to " + place + " (no route to host)");
    }
    if (debug.contains("resolv")) {
      return new Fault(Kind.UNREACHABLE, "the name " + source.uri().getHost() + " is not known");
    }
    if (failure.domain().equals(RESOURCE)) {
      return switch (failure.code()) {
        case RESOURCE_NOT_AUTHORIZED -> unauthorized(source);
        case RESOURCE_NOT_FOUND ->
            new Fault(Kind.NOT_FOUND, "the camera has no stream " + path(source.uri()));
        case RESOURCE_OPEN_READ, RESOURCE_OPEN_WRITE, RESOURCE_OPEN_READ_WRITE ->
            new Fault(Kind.UNREACHABLE, "no answer from " + place);
        case RESOURCE_READ, RESOURCE_WRITE ->
            new Fault(Kind.UNREACHABLE, "the connection to " + place + " broke");
        case RESOURCE_SETTINGS ->
            new Fault(Kind.PROTOCOL, "the camera's description of the stream makes no sense");
        default ->
            new Fault(Kind.PROTOCOL, "the camera at " + place + " does not answer as RTSP says");
      };
    }
    return new Fault(Kind.PROTOCOL, "the camera at " + place + " does not answer as RTSP says");
  }

  private static Fault unauthorized(StreamSource.Rtsp source) {
    return new Fault(
        Kind.UNAUTHORIZED,
        source.credentials().isPresent()
            ? "wrong user name or password"
            : "the camera asks for a user name and password");
  }

  private static String place(URI uri) {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  /** Without the query, which may hold a key. */
  private static String path(URI uri) {
    return uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
  }
}
