-- Whatever is combined, an index gives the rows in order, and says itself whether they fit: the
-- table is read only for those that are shown. Types are few, so each question is asked of each.

DROP INDEX event_time;
DROP INDEX event_label_time;
DROP INDEX event_camera_time;
DROP INDEX event_camera_label_time;
DROP INDEX event_reviewed_time;
DROP INDEX event_retained_time;
CREATE INDEX event_time ON event (type, started_at, id)
  INCLUDE (camera, label, detector, score, reviewed, retained);
CREATE INDEX event_label_time ON event (label, type, started_at, id)
  INCLUDE (camera, detector, score, reviewed, retained);
CREATE INDEX event_camera_time ON event (camera, type, started_at, id)
  INCLUDE (label, detector, score, reviewed, retained);
CREATE INDEX event_detector_time ON event (detector, type, started_at, id)
  INCLUDE (camera, label, score, reviewed, retained);
CREATE INDEX event_reviewed_time ON event (reviewed, type, started_at, id)
  INCLUDE (camera, label, detector, score, retained);
-- Few are retained, and few have the highest scores.
CREATE INDEX event_retained_time ON event (type, started_at, id)
  INCLUDE (camera, label, detector, score, reviewed) WHERE retained;
CREATE INDEX event_score ON event (type, score);

-- Zones do not fit into these indices. So that the database knows which are rare, and looks those
-- up in their own.
ALTER TABLE event ALTER zones SET STATISTICS 1000;
