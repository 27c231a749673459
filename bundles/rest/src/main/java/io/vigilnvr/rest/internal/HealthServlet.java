package io.vigilnvr.rest.internal;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/** Says to anybody whether the process serves, and whether the platform is ready; no more. */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern({"/health/live", "/health/ready"})
@HttpWhiteboardServletName("vigil-health")
public final class HealthServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Backend backend;

  @Activate
  public HealthServlet(@Reference Backend backend) {
    this.backend = backend;
  }

  record Ready(boolean ready, Map<String, String> checks) {}

  record Live(boolean live) {}

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(backend, request.getServletPath(), response, List.of());
  }

  /**
   * @param unserved names of what cannot be asked yet
   */
  static void answer(
      Backend backend, String path, HttpServletResponse response, List<String> unserved)
      throws IOException {
    Headers.put(response);
    if (path.endsWith("/live")) {
      write(response, 200, new Live(true));
      return;
    }
    var checks = new LinkedHashMap<String, String>();
    for (Health.Check check : Health.checks(backend.healthChecks())) {
      checks.put(check.name(), check.problem().isEmpty() ? "ok" : "failed");
    }
    unserved.forEach(name -> checks.put(name, "failed"));
    boolean ready = !checks.containsValue("failed");
    if (!ready) {
      response.setHeader("Retry-After", "2");
    }
    write(response, ready ? 200 : 503, new Ready(ready, checks));
  }

  private static void write(HttpServletResponse response, int status, Object body)
      throws IOException {
    byte[] bytes = Json.MAPPER.writeValueAsBytes(body);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
