-- Where only a score is asked for, of whatever kind, few have it: all of those are looked at. Where
-- many have it, events are gone through in order.

CREATE INDEX event_score ON event (score) INCLUDE (started_at, id, kind);
