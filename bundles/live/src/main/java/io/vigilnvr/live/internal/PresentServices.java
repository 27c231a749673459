package io.vigilnvr.live.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.decode.Transcoder;
import io.vigilnvr.api.stream.StreamHub;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The services that are there now. */
@Component(service = Services.class)
public final class PresentServices implements Services {
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Accounts accounts;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Access access;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable CameraRegistry cameras;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable StreamHub hub;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Transcoder transcoder;

  @Override
  public Optional<Accounts> accounts() {
    return Optional.ofNullable(accounts);
  }

  @Override
  public Optional<Access> access() {
    return Optional.ofNullable(access);
  }

  @Override
  public Optional<CameraRegistry> cameras() {
    return Optional.ofNullable(cameras);
  }

  @Override
  public Optional<StreamHub> hub() {
    return Optional.ofNullable(hub);
  }

  @Override
  public Optional<Transcoder> transcoder() {
    return Optional.ofNullable(transcoder);
  }
}
