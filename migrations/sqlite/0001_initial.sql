-- Lists of label or annotation names, which alerts share: stored once.
CREATE TABLE name_lists (
  id INTEGER PRIMARY KEY,
  names TEXT NOT NULL -- JSON array
);

-- An alert as it was last written whole. There is no index on the fingerprint: the server knows the row of each of its
-- alerts, so new alerts fill pages one after another instead of touching one page of an index each.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL, -- number of the batch that wrote it
  label_names INTEGER NOT NULL, -- name_lists.id; 0: the names stand in the content
  annotation_names INTEGER NOT NULL,
  content TEXT NOT NULL -- JSON: times, generator URL, values (src/store/codec.ts)
);

-- Where an alert's end has moved to since; it counts while its seq is not below the alert's. Kept apart because an end
-- moves with every evaluation and the rest hardly ever, and a hundred of these rows share a page.
CREATE TABLE alert_ends (
  id INTEGER PRIMARY KEY, -- alerts.id
  seq INTEGER NOT NULL,
  ends_at INTEGER NOT NULL, -- ms
  updated_at INTEGER NOT NULL, -- ms
  timeout INTEGER NOT NULL,
  exact TEXT NOT NULL -- JSON: both times with nanoseconds and zone, '' when they have none
);

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
  key TEXT PRIMARY KEY, -- as in notification_log
  content TEXT NOT NULL
) WITHOUT ROWID;

-- A log in the order of writing. Its key is the number of bytes written up to and including the row, so that the
-- oldest bytes can be cut off without counting.
CREATE TABLE history (
  position INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, -- ms
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL -- JSON
);

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
