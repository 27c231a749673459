package io.vigilnvr.decode.internal;

import io.vigilnvr.api.decode.DecodeUnavailableException;
import java.nio.charset.StandardCharsets;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;

/** Answers that are no pictures (RFC 9457). */
final class Refusal {
  private Refusal() {}

  static WebApplicationException notFound(String detail) {
    return new WebApplicationException(problem(404, "Not found", detail).build());
  }

  static WebApplicationException forbidden() {
    return new WebApplicationException(
        problem(403, "Not allowed", "Your role does not include this.").build());
  }

  static WebApplicationException unavailable(DecodeUnavailableException cause) {
    return unavailable(
        String.valueOf(cause.getMessage()), Math.max(1, cause.retryAfter().toSeconds()));
  }

  static WebApplicationException unavailable(String detail, long retryAfterSeconds) {
    return new WebApplicationException(
        problem(503, "Not available now", detail)
            .header("Retry-After", Long.toString(retryAfterSeconds))
            .build());
  }

  private static Response.ResponseBuilder problem(int status, String title, String detail) {
    String json =
        "{\"type\":\"about:blank\",\"title\":\""
            + title
            + "\",\"status\":"
            + status
            + ",\"detail\":\""
            + escaped(detail)
            + "\"}";
    return Response.status(status)
        .type("application/problem+json")
        .entity(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c < ' ' ? ' ' : c);
    }
    return out.toString();
  }
}
