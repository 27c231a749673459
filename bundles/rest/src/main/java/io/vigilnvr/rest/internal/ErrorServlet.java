package io.vigilnvr.rest.internal;

import java.io.IOException;
import javax.servlet.RequestDispatcher;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletErrorPage;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;

/**
 * Answers errors outside of the API's paths, too, with a problem instead of the server's page.
 * While Vigil starts or stops, the API may not be there, and a client must not take that for an
 * answer.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletErrorPage(errorPage = {"4xx", "5xx", "java.lang.Throwable"})
@HttpWhiteboardServletName("vigil-error")
public final class ErrorServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Backend backend;

  @Activate
  public ErrorServlet(@Reference Backend backend) {
    this.backend = backend;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object said = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    int status = said instanceof Integer code && code >= 400 ? code : 404;
    String at = path == null ? request.getRequestURI() : path.toString();
    Problem problem = Problem.of(status, Problem.defaultDetail(status));
    if (status == 404 && at.startsWith("/api/") && backend.isUnsettled()) {
      problem = Problem.unsettled();
    }
    answer(problem.at(at), response);
  }

  static void answer(Problem problem, HttpServletResponse response) throws IOException {
    Headers.put(response);
    if (problem.status() == 503) {
      response.setHeader("Retry-After", "2");
    }
    byte[] body = Json.MAPPER.writeValueAsBytes(problem);
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
