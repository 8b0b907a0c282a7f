-- Names of labels and annotations that many alerts share, stored once.
CREATE TABLE shapes (
  id INTEGER PRIMARY KEY,
  names TEXT NOT NULL UNIQUE -- JSON: [label names, annotation names]
);

-- An alert as it was last written whole. New ones go to the end of the table, only the small index is hit at random.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL, -- number of the batch that wrote it
  shape INTEGER NOT NULL, -- 0: the names stand in the content
  content TEXT NOT NULL -- JSON: values, times, generator URL (codec.ts)
);

-- Where an alert's end has moved to since: it counts while its seq is not below the alert's. Kept apart because an
-- end moves with every evaluation and the rest hardly ever, and a hundred of these share a page.
CREATE TABLE alert_ends (
  fingerprint TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  times TEXT NOT NULL -- JSON: ends, updated, timeout (codec.ts)
) WITHOUT ROWID;

CREATE TABLE silences (
  id TEXT PRIMARY KEY,
  content TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE groups (
  group_fingerprint TEXT NOT NULL,
  route_id TEXT NOT NULL,
  next_flush_at INTEGER NOT NULL, -- ms
  flushes INTEGER NOT NULL,
  config_hash TEXT NOT NULL,
  PRIMARY KEY (group_fingerprint, route_id)
) WITHOUT ROWID;

CREATE TABLE notification_log (
  key TEXT PRIMARY KEY, -- GROUPKEY:RECEIVER/INTEGRATION/IDX
  content TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
  key TEXT PRIMARY KEY,
  content TEXT NOT NULL
) WITHOUT ROWID;

-- A log in order of writing. The key is the number of bytes written up to and including the row, so that the oldest
-- bytes can be cut off without counting.
CREATE TABLE history (
  position INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, -- ms
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL -- JSON
);

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value
) WITHOUT ROWID;
