package io.vigilnvr.store.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraStore.Stored;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.RecordingPlan.Retention;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import javax.persistence.CollectionTable;
import javax.persistence.Column;
import javax.persistence.ElementCollection;
import javax.persistence.Entity;
import javax.persistence.FetchType;
import javax.persistence.Id;
import javax.persistence.JoinColumn;
import javax.persistence.MapKeyColumn;
import javax.persistence.Table;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Proxy;
import org.jspecify.annotations.Nullable;

/** A camera in the database. */
@Entity
@Table(name = "camera")
@Proxy(lazy = false)
class CameraRow {
  private static final String TO_JSON = "cast(? as jsonb)";

  @Id private String id = "";

  private long version;
  private String name = "";
  private String driver = "";
  private boolean enabled;

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = TO_JSON)
  private String settings = "{}";

  @Column(name = "secrets_set", columnDefinition = "jsonb")
  @ColumnTransformer(write = TO_JSON)
  private String secretsSet = "[]";

  @Column(name = "record_mode")
  private String recordMode = "";

  @Column(name = "record_stream")
  private String recordStream = "";

  @Column(name = "pre_roll_millis")
  private long preRollMillis;

  @Column(name = "post_roll_millis")
  private long postRollMillis;

  @Column(name = "keep_continuous_days")
  private double keepContinuousDays;

  @Column(name = "keep_event_days")
  private double keepEventDays;

  @Column(name = "keep_max_bytes")
  private @Nullable Long keepMaxBytes;

  @Column(name = "keep_min_days")
  private double keepMinDays;

  @Column(name = "keep_label_days", columnDefinition = "jsonb")
  @ColumnTransformer(write = TO_JSON)
  private String keepLabelDays = "{}";

  @Column(name = "keep_zone_days", columnDefinition = "jsonb")
  @ColumnTransformer(write = TO_JSON)
  private String keepZoneDays = "{}";

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = TO_JSON)
  private String detectors = "[]";

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = TO_JSON)
  private String zones = "[]";

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = TO_JSON)
  private String masks = "[]";

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = TO_JSON)
  private String labels = "[]";

  @Column(name = "created_at", columnDefinition = "timestamptz")
  private Instant createdAt = Instant.EPOCH;

  @ElementCollection(fetch = FetchType.EAGER)
  @CollectionTable(name = "camera_secret", joinColumns = @JoinColumn(name = "camera"))
  @MapKeyColumn(name = "name")
  @Column(name = "sealed")
  @BatchSize(size = 100)
  private Map<String, byte[]> secrets = new HashMap<>();

  CameraRow() {}

  CameraRow(Stored stored) {
    id = stored.camera().id().value();
    set(stored);
  }

  final void set(Stored stored) {
    Camera camera = stored.camera();
    RecordingPlan plan = camera.recording();
    version = camera.version();
    name = camera.name();
    driver = camera.driver();
    enabled = camera.enabled();
    settings = Json.write(camera.settings());
    secretsSet = Json.write(camera.secretsSet());
    recordMode = plan.mode();
    recordStream = plan.stream().word();
    preRollMillis = plan.preRoll().toMillis();
    postRollMillis = plan.postRoll().toMillis();
    keepContinuousDays = plan.retention().continuousDays();
    keepEventDays = plan.retention().eventDays();
    OptionalLong maxBytes = plan.retention().maxBytes();
    keepMaxBytes = maxBytes.isPresent() ? maxBytes.getAsLong() : null;
    keepMinDays = plan.retention().minDays();
    keepLabelDays = Json.write(plan.retention().labelDays());
    keepZoneDays = Json.write(plan.retention().zoneDays());
    detectors = Json.write(camera.detectors());
    zones = Json.write(camera.zones());
    masks = Json.write(camera.masks());
    labels = Json.write(camera.labels());
    createdAt = camera.createdAt().truncatedTo(ChronoUnit.MICROS);
    secrets.clear();
    secrets.putAll(stored.sealedSecrets());
  }

  long version() {
    return version;
  }

  Stored stored() {
    var retention =
        new Retention(
            keepContinuousDays,
            keepEventDays,
            keepMaxBytes == null ? OptionalLong.empty() : OptionalLong.of(keepMaxBytes),
            keepMinDays,
            Json.read(keepLabelDays, new TypeReference<>() {}),
            Json.read(keepZoneDays, new TypeReference<>() {}));
    var plan =
        new RecordingPlan(
            recordMode,
            StreamRole.of(recordStream),
            Duration.ofMillis(preRollMillis),
            Duration.ofMillis(postRollMillis),
            retention);
    var camera =
        new Camera(
            new CameraId(id),
            version,
            name,
            driver,
            enabled,
            Json.read(settings, new TypeReference<>() {}),
            Json.read(secretsSet, new TypeReference<>() {}),
            plan,
            Json.read(detectors, new TypeReference<>() {}),
            Json.read(zones, new TypeReference<>() {}),
            Json.read(masks, new TypeReference<>() {}),
            Json.read(labels, new TypeReference<>() {}),
            createdAt);
    return new Stored(camera, secrets);
  }
}
