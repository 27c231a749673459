-- What happened before cameras.

CREATE SEQUENCE event_revision AS bigint;

CREATE TABLE event (
  id text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL UNIQUE,
  step text NOT NULL,
  camera text NOT NULL,
  type text NOT NULL,
  label text NOT NULL,
  score double precision,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  zones text[] NOT NULL,
  box double precision[],
  detector text,
  reviewed boolean NOT NULL,
  retained boolean NOT NULL,
  data json NOT NULL
);
COMMENT ON SEQUENCE event_revision IS 'Numbers the changes of events; drawn under a lock, so that they are seen in order';
COMMENT ON TABLE event IS 'What happened. No reference to camera: footage outlives it';
COMMENT ON COLUMN event.id IS 'Random';
COMMENT ON COLUMN event.revision IS 'Number of its last change among those of all events';
COMMENT ON COLUMN event.step IS 'What the last change was: new, update or end';
COMMENT ON COLUMN event.camera IS 'Before which camera';
COMMENT ON COLUMN event.type IS 'motion, object, external or system';
COMMENT ON COLUMN event.label IS 'What it was, in a word';
COMMENT ON COLUMN event.score IS 'How sure its source is, 0 to 1; null if it does not say';
COMMENT ON COLUMN event.started_at IS 'When it began';
COMMENT ON COLUMN event.ended_at IS 'When it ended; null while it lasts';
COMMENT ON COLUMN event.zones IS 'Names of the zones that it touched';
COMMENT ON COLUMN event.box IS 'Where in the picture: x, y, width, height as fractions; null if not known';
COMMENT ON COLUMN event.detector IS 'Id of the detector that found it; null if another system reported it';
COMMENT ON COLUMN event.reviewed IS 'Whether somebody has seen to it';
COMMENT ON COLUMN event.retained IS 'Whether somebody wants it kept';
COMMENT ON COLUMN event.data IS 'What its source says of it: object, as it came; jsonb has no place for all of JSON';

-- Newest first, page by page. Types are few, so each question is asked of each type, and of each
-- camera if some are named: whatever is combined, an index gives the rows in order and no others.
CREATE INDEX event_time ON event (type, started_at, id);
CREATE INDEX event_label_time ON event (label, type, started_at, id);
CREATE INDEX event_camera_time ON event (camera, type, started_at, id);
CREATE INDEX event_camera_label_time ON event (camera, label, type, started_at, id);
CREATE INDEX event_reviewed_time ON event (reviewed, type, started_at, id);
CREATE INDEX event_zones ON event USING gin (zones);
