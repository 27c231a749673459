package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Identity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.servlet.ServletConfig;
import javax.servlet.ServletException;
import org.glassfish.jersey.internal.inject.AbstractBinder;
import org.glassfish.jersey.process.internal.RequestScoped;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.glassfish.jersey.servlet.ServletContainer;

/**
 * One Jersey application over a fixed set of resources. It is never reloaded, because requests
 * under way fail then: another one takes its place, and it goes with its last request.
 */
final class Application {
  private final ServletContainer container;

  /** Requests under way, and one as long as it is the present one. */
  private int users = 1;

  /**
   * @param known whose methods have a {@link Route}; a description of all is added
   * @param foreign of plugins
   * @throws ServletException if the resources do not go together
   */
  Application(Backend backend, List<Object> known, List<?> foreign, ServletConfig servlet)
      throws ServletException {
    checkPaths(known, foreign);
    var ours = new ArrayList<>(known);
    ours.add(new OpenApiResource(known, foreign, backend.version()));
    var config = new ResourceConfig();
    config
        .property(ServerProperties.WADL_FEATURE_DISABLE, true)
        .property(ServerProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true)
        .property(ServerProperties.METAINF_SERVICES_LOOKUP_DISABLE, true)
        .property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true)
        .property(ServerProperties.PROCESSING_RESPONSE_ERRORS_ENABLED, true)
        // What is streamed is not held back to find out its length.
        .property(ServerProperties.OUTBOUND_CONTENT_LENGTH_BUFFER, 0)
        .register(new JsonBody())
        .register(new ProblemMapper())
        .register(new SignIn(backend, open(ours, any -> true), open(ours, Route::heedsSession)))
        .register(
            new Permission(
                backend,
                ours.stream().map(Object::getClass).collect(Collectors.toUnmodifiableSet())))
        .register(new Finish(backend))
        .register(
            new AbstractBinder() {
              @Override
              protected void configure() {
                bindFactory(CallerSource.class).to(Caller.class).in(RequestScoped.class);
                bindFactory(CallerSource.OfIdentity.class)
                    .to(Identity.class)
                    .in(RequestScoped.class);
              }
            });
    ours.forEach(config::register);
    foreign.forEach(config::register);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // Jersey finds its parts by it.
    thread.setContextClassLoader(ServletContainer.class.getClassLoader());
    try {
      container = new ServletContainer(config);
      container.init(servlet);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * JAX-RS picks the class by its path and does not look at another one then: a class at {@code
   * cameras/{camera}/live} would hide all routes below {@code cameras/{camera}}.
   */
  private static void checkPaths(List<Object> ours, List<?> foreign) throws ServletException {
    var taken = new HashSet<String>();
    ours.forEach(resource -> taken.add(ResourceRoutes.root(resource)));
    for (Object resource : foreign) {
      String root = ResourceRoutes.root(resource);
      String first = root.replaceFirst("/.*", "");
      if (root.isEmpty() || (!root.equals(first) && taken.contains(first))) {
        throw new ServletException(
            resource.getClass().getName()
                + " must have @Path(\""
                + first
                + "\"), and the rest at its methods");
      }
    }
  }

  private static Map<String, Set<String>> open(List<Object> ours, Predicate<Route> which) {
    var open = new HashMap<String, Set<String>>();
    for (ResourceRoutes.Found found : ResourceRoutes.of(ours)) {
      if (found.route().scope() == Route.Scope.OPEN && which.test(found.route())) {
        open.computeIfAbsent(found.path(), path -> new HashSet<>()).add(found.method());
      }
    }
    return open;
  }

  ServletContainer container() {
    return container;
  }

  /** Takes part in it; says whether it is still there. */
  synchronized boolean acquire() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  void release() {
    synchronized (this) {
      users--;
      if (users > 0) {
        return;
      }
    }
    container.destroy();
  }
}
