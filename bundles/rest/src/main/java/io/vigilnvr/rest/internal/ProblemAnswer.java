package io.vigilnvr.rest.internal;

import io.vigilnvr.api.record.StoreUnavailableException;
import java.io.IOException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** What went wrong, told by a servlet that is not behind Jersey. */
final class ProblemAnswer {
  private ProblemAnswer() {}

  static void send(
      HttpServletRequest request, HttpServletResponse response, ProblemException problem)
      throws IOException {
    problem.headers().forEach(response::setHeader);
    byte[] body = Json.MAPPER.writeValueAsBytes(problem.problem().at(request.getRequestURI()));
    response.setStatus(problem.problem().status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  static void send(
      HttpServletRequest request, HttpServletResponse response, StoreUnavailableException away)
      throws IOException {
    send(
        request,
        response,
        new ProblemException(503, "The database is away; recording goes on.")
            .header("Retry-After", "5"));
  }
}
