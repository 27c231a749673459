package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.camera.CameraId;
import java.lang.reflect.Method;
import java.util.Set;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.model.ResourceMethod;

/**
 * Lets a request through to its method if {@link Route} and {@link Access} say so. A plugin's
 * methods see to this themselves.
 */
final class Permission implements ContainerRequestFilter {
  private final Backend backend;

  /** Classes of our own resources. */
  private final Set<Class<?>> ours;

  Permission(Backend backend, Set<Class<?>> ours) {
    this.backend = backend;
    this.ours = ours;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    ResourceMethod matched = ((ExtendedUriInfo) request.getUriInfo()).getMatchedResourceMethod();
    Method method = matched.getInvocable().getDefinitionMethod();
    if (!ours.contains(method.getDeclaringClass())) {
      return;
    }
    Route route = method.getAnnotation(Route.class);
    Caller caller = (Caller) request.getProperty(Caller.PROPERTY);
    if (route == null || caller == null) {
      throw new ProblemException(403);
    }
    switch (route.scope()) {
      case OPEN -> {}
      case SIGNED_IN -> caller.signedIn();
      case SYSTEM -> caller.require(backend.access(), route.needs());
      case CAMERA ->
          caller.require(
              backend.access(),
              route.needs(),
              existing(request.getUriInfo().getPathParameters().getFirst("camera")));
    }
    checkBody(matched, request);
  }

  private static void checkBody(ResourceMethod matched, ContainerRequestContext request) {
    // Without one, JAX-RS would call the method with null.
    if (matched.getInvocable().requiresEntity() && !request.hasEntity()) {
      throw new ProblemException(400, "The body is empty; send JSON.");
    }
  }

  private CameraId existing(String text) {
    CameraId id = cameraId(text);
    if (backend.cameras().camera(id).isEmpty()) {
      throw ProblemException.notFound();
    }
    return id;
  }

  /** What is no id is not there. */
  static CameraId cameraId(String text) {
    try {
      return new CameraId(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.notFound();
    }
  }
}
