package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Identity;
import java.util.function.Supplier;
import javax.inject.Inject;
import javax.inject.Provider;
import org.glassfish.jersey.server.ContainerRequest;

/** Gives methods their {@code @Context Caller}. */
public final class CallerSource implements Supplier<Caller> {
  private final Provider<ContainerRequest> request;

  @Inject
  public CallerSource(Provider<ContainerRequest> request) {
    this.request = request;
  }

  @Override
  public Caller get() {
    return (Caller) request.get().getProperty(Caller.PROPERTY);
  }

  /** Gives methods, those of plugins too, their {@code @Context Identity}. */
  public static final class OfIdentity implements Supplier<Identity> {
    private final CallerSource caller;

    @Inject
    public OfIdentity(Provider<ContainerRequest> request) {
      caller = new CallerSource(request);
    }

    @Override
    public Identity get() {
      return caller.get().signedIn();
    }
  }
}
