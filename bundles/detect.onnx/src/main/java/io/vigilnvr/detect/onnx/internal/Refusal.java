package io.vigilnvr.detect.onnx.internal;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;

/** Answers that say no (RFC 9457). */
final class Refusal {
  private Refusal() {}

  static WebApplicationException of(int status, String title, String detail) {
    return new WebApplicationException(response(status, title, detail).build());
  }

  static WebApplicationException forbidden() {
    return of(403, "Not allowed", "Your role does not include this.");
  }

  static WebApplicationException notFound() {
    return of(404, "Not found", "There is no such thing, or it is not visible to you.");
  }

  static WebApplicationException busy() {
    return new WebApplicationException(
        response(429, "Too many", "Another model is being installed.")
            .header("Retry-After", "5")
            .build());
  }

  private static Response.ResponseBuilder response(int status, String title, String detail) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", title);
    problem.put("status", status);
    problem.put("detail", detail);
    return Response.status(status)
        .type("application/problem+json")
        .entity(Json.write(problem).getBytes(StandardCharsets.UTF_8));
  }
}
