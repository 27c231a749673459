package io.vigilnvr.store.internal;

import io.vigilnvr.api.auth.AccountStore.AuditEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.GeneratedValue;
import javax.persistence.GenerationType;
import javax.persistence.Id;
import javax.persistence.Table;
import org.hibernate.annotations.Proxy;

/** An entry of the audit in the database. */
@Entity
@Table(name = "audit")
@Proxy(lazy = false)
class AuditRow {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private long id;

  @Column(columnDefinition = "timestamptz")
  private Instant at = Instant.EPOCH;

  private String username = "";
  private String client = "";
  private String action = "";
  private String target = "";
  private String outcome = "";

  AuditRow() {}

  AuditRow(
      Instant at, String username, String client, String action, String target, String outcome) {
    this.at = at.truncatedTo(ChronoUnit.MICROS);
    this.username = username;
    this.client = client;
    this.action = action;
    this.target = target;
    this.outcome = outcome;
  }

  AuditEntry entry() {
    return new AuditEntry(id, at, username, client, action, target, outcome);
  }
}
