package io.vigilnvr.store.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.VolumeId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Segments as rows. They come by the thousand, so no entities are made of them. */
final class SegmentRows {
  static final String COLUMNS =
      "id, camera, role, run, started_at, ended_at, start_ticks, end_ticks, timescale, init_bytes,"
          + " bytes, access_units, first_sequence, last_sequence, codecs, keyframes, sha256, state,"
          + " volume, path";

  static final String UPSERT =
      "INSERT INTO segment ("
          + COLUMNS
          + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
          + " camera=excluded.camera, role=excluded.role, run=excluded.run,"
          + " started_at=excluded.started_at, ended_at=excluded.ended_at,"
          + " start_ticks=excluded.start_ticks, end_ticks=excluded.end_ticks,"
          + " timescale=excluded.timescale, init_bytes=excluded.init_bytes, bytes=excluded.bytes,"
          + " access_units=excluded.access_units, first_sequence=excluded.first_sequence,"
          + " last_sequence=excluded.last_sequence, codecs=excluded.codecs,"
          + " keyframes=excluded.keyframes, sha256=excluded.sha256, state=excluded.state,"
          + " volume=excluded.volume, path=excluded.path";

  private static final HexFormat HEX = HexFormat.of();

  private SegmentRows() {}

  static void set(PreparedStatement row, Segment segment) throws SQLException {
    row.setString(1, segment.id());
    row.setString(2, segment.stream().camera().value());
    row.setString(3, segment.stream().role().word());
    row.setLong(4, segment.run());
    row.setObject(5, time(segment.startedAt()));
    row.setObject(6, time(segment.endedAt()));
    row.setLong(7, segment.startTicks());
    row.setLong(8, segment.endTicks());
    row.setInt(9, segment.timescale());
    row.setInt(10, segment.initBytes());
    row.setLong(11, segment.bytes());
    row.setLong(12, segment.accessUnits());
    row.setLong(13, segment.firstSequence());
    row.setLong(14, segment.lastSequence());
    row.setString(15, segment.codecs());
    row.setBytes(16, Keyframes.encode(segment.keyframes()));
    row.setBytes(17, segment.sha256().map(HEX::parseHex).orElse(null));
    row.setString(18, segment.state().word());
    row.setString(19, segment.volume().value());
    row.setString(20, segment.path());
  }

  static Segment get(ResultSet row) throws SQLException {
    return new Segment(
        row.getString(1),
        new StreamId(new CameraId(row.getString(2)), StreamRole.of(row.getString(3))),
        row.getLong(4),
        time(row, 5),
        time(row, 6),
        row.getLong(7),
        row.getLong(8),
        row.getInt(9),
        row.getInt(10),
        row.getLong(11),
        row.getLong(12),
        row.getLong(13),
        row.getLong(14),
        row.getString(15),
        Keyframes.decode(row.getBytes(16)),
        Optional.ofNullable(row.getBytes(17)).map(HEX::formatHex),
        Segment.State.valueOf(row.getString(18).toUpperCase(Locale.ROOT)),
        new VolumeId(row.getString(19)),
        row.getString(20));
  }

  /** PostgreSQL's times have microseconds; what is beyond is cut, never rounded up. */
  static OffsetDateTime time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  static Instant time(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
