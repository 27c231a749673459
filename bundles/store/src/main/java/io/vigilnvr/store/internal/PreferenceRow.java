package io.vigilnvr.store.internal;

import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Proxy;

/** A user's preferences in the database. */
@Entity
@Table(name = "preference")
@Proxy(lazy = false)
class PreferenceRow {
  @Id private String username = "";

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = "cast(? as jsonb)")
  private String content = "{}";

  PreferenceRow() {}

  PreferenceRow(String username, String content) {
    this.username = username;
    this.content = content;
  }

  String content() {
    return content;
  }
}
