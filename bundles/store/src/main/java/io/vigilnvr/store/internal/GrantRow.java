package io.vigilnvr.store.internal;

import io.vigilnvr.api.auth.AccountStore.StoredGrant;
import io.vigilnvr.api.auth.Role;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Proxy;
import org.jspecify.annotations.Nullable;

/** A login session or a token in the database. */
@Entity
@Table(name = "access_grant")
@Proxy(lazy = false)
class GrantRow {
  @Id private String id = "";

  @Column(name = "secret_hash")
  private String secretHash = "";

  private boolean session;
  private String username = "";
  private String name = "";
  private String role = "";

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = "cast(? as jsonb)")
  private @Nullable String cameras;

  @Column(name = "created_at", columnDefinition = "timestamptz")
  private Instant createdAt = Instant.EPOCH;

  @Column(name = "expires_at", columnDefinition = "timestamptz")
  private @Nullable Instant expiresAt;

  GrantRow() {}

  GrantRow(StoredGrant grant) {
    id = grant.id();
    secretHash = grant.secretHash();
    session = grant.session();
    username = grant.username();
    name = grant.name();
    role = grant.role().word();
    cameras = Json.cameras(grant.cameras());
    createdAt = grant.createdAt().truncatedTo(ChronoUnit.MICROS);
    expiresAt = grant.expiresAt().map(at -> at.truncatedTo(ChronoUnit.MICROS)).orElse(null);
  }

  StoredGrant stored() {
    return new StoredGrant(
        id,
        secretHash,
        session,
        username,
        name,
        Role.of(role),
        Json.cameras(cameras),
        createdAt,
        Optional.ofNullable(expiresAt));
  }
}
