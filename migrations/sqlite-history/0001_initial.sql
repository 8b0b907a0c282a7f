-- The history, in a file of its own: what is searched never stands in the way of what is stored.

-- Names and values of labels, once each.
CREATE TABLE history_pairs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL, -- JSON string
  value TEXT NOT NULL, -- JSON string
  UNIQUE (name, value)
);

CREATE TABLE history_sets (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  labels TEXT NOT NULL -- JSON object
);

CREATE TABLE history_set_pairs (
  pair_id INTEGER NOT NULL,
  set_id INTEGER NOT NULL,
  PRIMARY KEY (pair_id, set_id)
) WITHOUT ROWID;

-- In order of time. Texts are JSON strings, because those keep whatever a string can hold.
CREATE TABLE history_events (
  id INTEGER PRIMARY KEY, -- at << 20, and a number that tells those of one ms apart
  kind INTEGER NOT NULL, -- place in HISTORY_KINDS
  change TEXT NOT NULL,
  subject TEXT NOT NULL,
  set_id INTEGER,
  sets TEXT, -- JSON array: further sets
  receiver TEXT,
  integration TEXT,
  actor TEXT, -- JSON object
  replica TEXT,
  mark INTEGER,
  detail TEXT NOT NULL -- JSON object
);
CREATE INDEX history_rare ON history_events (kind) WHERE kind > 2;
CREATE INDEX history_receivers ON history_events (receiver) WHERE receiver IS NOT NULL;

-- Which events are about a label set.
CREATE TABLE history_links (
  set_id INTEGER NOT NULL,
  event_id INTEGER NOT NULL,
  PRIMARY KEY (set_id, event_id)
) WITHOUT ROWID;
