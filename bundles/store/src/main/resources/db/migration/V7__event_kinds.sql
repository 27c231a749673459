-- Which combinations of camera, type, label and so on occur at all. They are few; each has its
-- events in order, so that what never occurs is answered at once, and what is rare is soon found.

DROP INDEX event_time;
DROP INDEX event_label_time;
DROP INDEX event_camera_time;
DROP INDEX event_detector_time;
DROP INDEX event_reviewed_time;
DROP INDEX event_retained_time;
DROP INDEX event_score;
DROP INDEX event_zones;
DROP INDEX event_footage;
ALTER TABLE event ALTER zones SET STATISTICS -1;

CREATE TABLE event_kind (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  camera text NOT NULL,
  type text NOT NULL,
  label text NOT NULL,
  detector text,
  zones text[] NOT NULL,
  reviewed boolean NOT NULL,
  retained boolean NOT NULL
);
COMMENT ON TABLE event_kind IS 'What there are events of; kept by triggers of event. Two may be alike';
COMMENT ON COLUMN event_kind.id IS 'Number';
COMMENT ON COLUMN event_kind.camera IS 'As of its events';
COMMENT ON COLUMN event_kind.type IS 'As of its events';
COMMENT ON COLUMN event_kind.label IS 'As of its events';
COMMENT ON COLUMN event_kind.detector IS 'As of its events';
COMMENT ON COLUMN event_kind.zones IS 'As of its events, in order';
COMMENT ON COLUMN event_kind.reviewed IS 'As of its events';
COMMENT ON COLUMN event_kind.retained IS 'As of its events';

INSERT INTO event_kind (camera, type, label, detector, zones, reviewed, retained)
  SELECT DISTINCT camera, type, label, detector,
    ARRAY(SELECT zone FROM unnest(zones) AS zone ORDER BY zone), reviewed, retained
  FROM event;
CREATE INDEX event_kind_label ON event_kind (label, camera);
ANALYZE event_kind;

ALTER TABLE event ADD COLUMN kind integer;
COMMENT ON COLUMN event.kind IS 'Number of its kind; set by a trigger';
UPDATE event e SET kind = k.id FROM event_kind k
  WHERE k.camera = e.camera AND k.type = e.type AND k.label = e.label
    AND k.detector IS NOT DISTINCT FROM e.detector
    AND k.zones = ARRAY(SELECT zone FROM unnest(e.zones) AS zone ORDER BY zone)
    AND k.reviewed = e.reviewed AND k.retained = e.retained;
ALTER TABLE event ALTER kind SET NOT NULL;

CREATE FUNCTION event_kind_of() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sorted text[] := ARRAY(SELECT zone FROM unnest(NEW.zones) AS zone ORDER BY zone);
BEGIN
  SELECT id INTO NEW.kind FROM event_kind k
    WHERE k.label = NEW.label AND k.camera = NEW.camera AND k.type = NEW.type
      AND k.detector IS NOT DISTINCT FROM NEW.detector AND k.zones = sorted
      AND k.reviewed = NEW.reviewed AND k.retained = NEW.retained
    LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO event_kind (camera, type, label, detector, zones, reviewed, retained)
      VALUES (NEW.camera, NEW.type, NEW.label, NEW.detector, sorted, NEW.reviewed, NEW.retained)
      RETURNING id INTO NEW.kind;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER event_kind_of BEFORE INSERT
  OR UPDATE OF camera, type, label, detector, zones, reviewed, retained
  ON event FOR EACH ROW EXECUTE FUNCTION event_kind_of();

-- Those who write come one after the other, so that nobody takes a kind that goes.
CREATE FUNCTION event_kind_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM event_kind k
    WHERE k.id = OLD.kind AND NOT EXISTS (SELECT FROM event e WHERE e.kind = OLD.kind);
  RETURN NULL;
END $$;
CREATE TRIGGER event_kind_left AFTER UPDATE ON event
  FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION event_kind_gone();
CREATE TRIGGER event_kind_gone AFTER DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION event_kind_gone();

CREATE INDEX event_time ON event (started_at, id) INCLUDE (kind, score);
CREATE INDEX event_kind_time ON event (kind, started_at, id) INCLUDE (score);
-- Few have the highest scores.
CREATE INDEX event_kind_score ON event (kind, score) INCLUDE (started_at, id);
CREATE INDEX event_footage ON event (camera, started_at);
