package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.StaleVersionException;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever a resource throws into a {@link Problem}; never tells of our insides. {@link
 * Finish} adds the path.
 */
final class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final Logger log = LoggerFactory.getLogger(ProblemMapper.class);

  @Override
  public Response toResponse(Throwable thrown) {
    if (thrown instanceof ProblemException e) {
      return response(e.problem(), e.headers());
    }
    if (thrown instanceof InvalidSettingsException e) {
      return response(Problem.invalid(e.problems()), Map.of());
    }
    if (thrown instanceof StaleVersionException) {
      return response(
          Problem.of(412, "Somebody else changed it in between; read it again."), Map.of());
    }
    if (thrown instanceof StoreUnavailableException) {
      return response(
          Problem.of(503, "The database is away; recording goes on."), Map.of("Retry-After", "5"));
    }
    if (thrown instanceof WebApplicationException e) {
      return ofJaxRs(e.getResponse());
    }
    if (thrown instanceof Error e && !(thrown instanceof LinkageError)) {
      log.error("a request failed", e);
      throw e;
    }
    String id = Long.toString(System.nanoTime() & 0xfffffffffL, 36);
    log.error("a request failed; the client was told {}", id, thrown);
    return response(
        Problem.of(
            500, "Something is wrong with Vigil itself; its log says more under " + id + "."),
        Map.of());
  }

  private Response ofJaxRs(Response from) {
    int status = from.getStatus();
    if (from.hasEntity() || status < 400) {
      return from;
    }
    Problem problem = Problem.of(status, Problem.defaultDetail(status));
    var kept = new HashMap<String, String>();
    for (String name : List.of(HttpHeaders.ALLOW, HttpHeaders.RETRY_AFTER)) {
      Object value = from.getHeaders().getFirst(name);
      if (value != null) {
        kept.put(name, value.toString());
      }
    }
    return response(problem, kept);
  }

  private Response response(Problem problem, Map<String, String> headers) {
    var builder = Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
    headers.forEach(builder::header);
    return builder.build();
  }
}
