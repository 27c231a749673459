-- What people keep of their way to look at Vigil.

CREATE TABLE saved_view (
  id text PRIMARY KEY,
  owner text NOT NULL,
  name text NOT NULL,
  shared boolean NOT NULL,
  columns integer NOT NULL,
  tiles jsonb NOT NULL
);
CREATE INDEX saved_view_owner ON saved_view (owner);
COMMENT ON TABLE saved_view IS 'Cameras side by side. No reference to account: what is shared outlives who made it';
COMMENT ON COLUMN saved_view.id IS 'Random';
COMMENT ON COLUMN saved_view.owner IS 'Who made it';
COMMENT ON COLUMN saved_view.name IS 'Name for people';
COMMENT ON COLUMN saved_view.shared IS 'Whether everybody may use it';
COMMENT ON COLUMN saved_view.columns IS 'How many tiles stand in a row; 0 for as many as fit';
COMMENT ON COLUMN saved_view.tiles IS 'In reading order: array of {camera, stream}; the stream may be left out';

CREATE TABLE preference (
  username text PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  content jsonb NOT NULL
);
COMMENT ON TABLE preference IS 'How a user likes the page to be';
COMMENT ON COLUMN preference.username IS 'Whose';
COMMENT ON COLUMN preference.content IS 'What the page keeps there: object';
