-- What the event log needs to find out, after it was killed, when something was over.

ALTER TABLE event ADD COLUMN heard_of timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN event.heard_of IS 'When it was last written, or said to last still';
CREATE INDEX event_lasting ON event (id) WHERE ended_at IS NULL;

-- Few are retained, so that whatever else is asked of them is soon answered.
CREATE INDEX event_retained_time ON event (type, started_at, id) WHERE retained;
