package io.vigilnvr.detect.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;

/** Answers that say why not (RFC 9457). */
final class Refusal {
  private Refusal() {}

  static WebApplicationException notFound(String detail) {
    return new WebApplicationException(problem(404, "Not found", detail).build());
  }

  static WebApplicationException forbidden() {
    return new WebApplicationException(
        problem(403, "Not allowed", "Your role does not include this.").build());
  }

  static WebApplicationException unavailable(String detail, long retryAfterSeconds) {
    return new WebApplicationException(
        problem(503, "Not available now", detail)
            .header("Retry-After", Long.toString(retryAfterSeconds))
            .build());
  }

  private static Response.ResponseBuilder problem(int status, String title, String detail) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status);
    body.put("detail", detail);
    return Response.status(status).type("application/problem+json").entity(Json.bytes(body));
  }
}
