-- How long footage is kept for what is seen in it.

ALTER TABLE camera
  ADD COLUMN keep_label_days jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN keep_zone_days jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN camera.keep_event_days IS 'Greatest age of footage of events, in days of 24 h, where no label or zone says more';
COMMENT ON COLUMN camera.keep_label_days IS 'Greatest age of footage of events with a label, where that is more: object of numbers, in days of 24 h';
COMMENT ON COLUMN camera.keep_zone_days IS 'Greatest age of footage of events in a zone, where that is more: object of numbers, in days of 24 h';
COMMENT ON COLUMN camera.zones IS 'Where things count: array of {name, polygon, labels, minArea, loiterSeconds}; a polygon of two corners is a line';

-- Which footage is of events: those that overlap a time began shortly before it; the few that last
-- for more than an hour are found by an index of their own.
CREATE INDEX event_footage ON event (camera, started_at) WHERE type <> 'system';
CREATE INDEX event_long ON event (camera, started_at)
  WHERE type <> 'system' AND (ended_at IS NULL OR ended_at - started_at > interval '1 hour');
