package io.vigilnvr.store.internal;

import io.vigilnvr.api.auth.AccountStore.StoredUser;
import io.vigilnvr.api.auth.Role;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Proxy;
import org.jspecify.annotations.Nullable;

/** A user in the database. */
@Entity
@Table(name = "account")
@Proxy(lazy = false)
class AccountRow {
  @Id private String username = "";

  @Column(name = "password_hash")
  private String passwordHash = "";

  private String role = "";

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = "cast(? as jsonb)")
  private @Nullable String cameras;

  private boolean enabled;

  @Column(name = "created_at", columnDefinition = "timestamptz")
  private Instant createdAt = Instant.EPOCH;

  AccountRow() {}

  AccountRow(StoredUser user) {
    username = user.username();
    set(user);
  }

  final void set(StoredUser user) {
    passwordHash = user.passwordHash();
    role = user.role().word();
    cameras = Json.cameras(user.cameras());
    enabled = user.enabled();
    createdAt = user.createdAt().truncatedTo(ChronoUnit.MICROS);
  }

  StoredUser stored() {
    return new StoredUser(
        username, passwordHash, Role.of(role), Json.cameras(cameras), enabled, createdAt);
  }
}
