package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.osgi.service.component.annotations.Component;

/**
 * Answers what is no HTTP that any servlet could be asked with, e.g. a path that cannot be decoded,
 * with a problem instead of the server's page. Nothing but a customizer of ours meets the server,
 * which knows customizers by their ranking and takes one of each: {@link EarlyAnswer} has 0.
 */
@Component(service = HttpConfiguration.Customizer.class, property = "service.ranking:Integer=1")
public final class BadRequests extends ErrorHandler implements HttpConfiguration.Customizer {
  @Override
  public void customize(Connector connector, HttpConfiguration config, Request request) {
    if (connector.getServer().getErrorHandler() != this) {
      connector.getServer().setErrorHandler(this);
    }
  }

  @Override
  public ByteBuffer badMessageError(int status, String reason, HttpFields fields) {
    fields.put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
    fields.put(HttpHeader.CACHE_CONTROL, "no-store");
    fields.put("X-Content-Type-Options", "nosniff");
    try {
      return ByteBuffer.wrap(
          Json.MAPPER.writeValueAsBytes(Problem.of(status, Problem.defaultDetail(status))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
