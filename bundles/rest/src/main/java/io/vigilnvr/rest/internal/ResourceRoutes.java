package io.vigilnvr.rest.internal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.ws.rs.HttpMethod;
import javax.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** Reads the routes from resource classes. */
final class ResourceRoutes {
  private ResourceRoutes() {}

  /**
   * A route.
   *
   * @param path relative to the base, without a slash in front, with {@code {parameters}}
   */
  record Found(String method, String path, Route route, Method handler) {}

  /** A route of a plugin, of which less is known. */
  record Foreign(String method, String path, Method handler) {}

  /** Those of methods that have a {@link Route}, in order of paths and methods. */
  static List<Found> of(List<?> resources) {
    return ofClasses(resources.stream().<Class<?>>map(Object::getClass).toList());
  }

  static List<Found> ofClasses(List<? extends Class<?>> resources) {
    var found = new ArrayList<Found>();
    for (Class<?> resource : resources) {
      Path root = resource.getAnnotation(Path.class);
      if (root == null) {
        continue;
      }
      for (Method method : resource.getMethods()) {
        String verb = verb(method);
        Route route = method.getAnnotation(Route.class);
        if (verb != null && route != null) {
          found.add(new Found(verb, path(root, method.getAnnotation(Path.class)), route, method));
        }
      }
    }
    found.sort(Comparator.comparing(Found::path).thenComparing(Found::method));
    return found;
  }

  /** Those of plugins' resources, in order of paths and methods. */
  static List<Foreign> foreign(List<?> resources) {
    var found = new ArrayList<Foreign>();
    for (Object resource : resources) {
      Path root = resource.getClass().getAnnotation(Path.class);
      if (root == null) {
        continue;
      }
      for (Method method : resource.getClass().getMethods()) {
        String verb = verb(method);
        if (verb != null) {
          found.add(new Foreign(verb, path(root, method.getAnnotation(Path.class)), method));
        }
      }
    }
    found.sort(
        Comparator.comparing(Foreign::path)
            .thenComparing(Foreign::method)
            .thenComparing(one -> one.handler().getName()));
    return found;
  }

  @Nullable
  static String verb(Method method) {
    for (var annotation : method.getAnnotations()) {
      HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
      if (verb != null) {
        return verb.value();
      }
    }
    return null;
  }

  /** The path of a resource's class, without slashes around; empty if it has none. */
  static String root(Object resource) {
    Path root = resource.getClass().getAnnotation(Path.class);
    return root == null ? "" : trimmed(root.value());
  }

  private static String path(Path root, @Nullable Path sub) {
    String path = trimmed(root.value());
    String rest = sub == null ? "" : trimmed(sub.value());
    return path.isEmpty() || rest.isEmpty() ? path + rest : path + "/" + rest;
  }

  private static String trimmed(String path) {
    // The pattern of a parameter is nothing that a caller writes.
    return path.replaceAll("\\{\\s*(\\w+)\\s*:(?:[^{}]|\\{[^{}]*})*}", "{$1}")
        .replaceAll("^/+|/+$", "");
  }
}
