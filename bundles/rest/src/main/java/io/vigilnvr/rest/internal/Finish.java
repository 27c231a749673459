package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.Optional;
import java.util.Set;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerResponseContext;
import javax.ws.rs.container.ContainerResponseFilter;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the path into problems, and what was changed, or was not allowed, into the audit. While
 * Vigil starts or stops, nothing is said not to be there.
 */
final class Finish implements ContainerResponseFilter {
  private static final Logger log = LoggerFactory.getLogger(Finish.class);
  private static final Set<String> CHANGES = Set.of("POST", "PUT", "PATCH", "DELETE");

  private final Backend backend;

  Finish(Backend backend) {
    this.backend = backend;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    String path = request.getUriInfo().getRequestUri().getRawPath();
    if (response.getStatus() == 404 && backend.isUnsettled()) {
      response.setStatus(503);
      response.getHeaders().putSingle(HttpHeaders.RETRY_AFTER, "2");
      response.setEntity(
          Problem.unsettled(), new Annotation[0], MediaType.valueOf(Problem.MEDIA_TYPE));
    }
    if (response.getEntity() instanceof Problem problem) {
      response.setEntity(problem.at(path));
    }
    if (response.getEntity() instanceof byte[] bytes
        && MediaType.valueOf(Problem.MEDIA_TYPE).isCompatible(response.getMediaType())) {
      response.setEntity(at(path, bytes));
    }
    if (response.getEntity() instanceof Streamed streamed) {
      request.setProperty(RestServlet.STREAMED, streamed);
    }
    if (CHANGES.contains(request.getMethod())
        && request.getProperty(Caller.PROPERTY) instanceof Caller caller
        && caller.identity().isPresent()) {
      audit(request, caller.identity(), caller.address(), response.getStatus());
    }
  }

  /** A plugin writes its problems itself, and does not know where it is asked. */
  private static byte[] at(String path, byte[] problem) {
    try {
      if (Json.MAPPER.readTree(problem) instanceof ObjectNode read && !read.has("instance")) {
        return Json.MAPPER.writeValueAsBytes(read.put("instance", path));
      }
    } catch (IOException e) {
      log.debug("a plugin's problem for {} is no JSON", path, e);
    }
    return problem;
  }

  private void audit(
      ContainerRequestContext request, Optional<Identity> who, String from, int status) {
    boolean done = status < 400;
    if (!done && status != 403) {
      return;
    }
    String username = who.map(Identity::username).orElse("");
    String target = clean(request.getUriInfo().getPath());
    log.info("{} {} by {}: {}", request.getMethod(), target, username, status);
    try {
      backend
          .accountStore()
          .audit(
              backend.clock().instant(),
              username,
              from,
              request.getMethod(),
              target,
              done ? "ok" : "denied");
    } catch (StoreUnavailableException | ProblemException e) {
      log.warn("not in the audit, the database is away: {} {}", request.getMethod(), target);
    }
  }

  /** What a client sent must not look like another line, or colour a terminal. */
  private static String clean(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > 200 ? plain.substring(0, 200) : plain;
  }
}
