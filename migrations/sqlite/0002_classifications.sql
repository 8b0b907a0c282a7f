-- What an alert is classified as. It has the row number its alert has, for the same reason.
CREATE TABLE classifications (
  id INTEGER PRIMARY KEY, -- alerts.id
  fingerprint TEXT NOT NULL, -- of that alert; where it is another's, the row was left over and does not count
  standing INTEGER NOT NULL, -- of whoever said so (src/store/standing.ts)
  classified_at INTEGER NOT NULL, -- ms
  content TEXT NOT NULL -- JSON (src/core/classification/encoding.ts)
);

-- What can be worked out again, at a price.
CREATE TABLE cache (
  key TEXT PRIMARY KEY, -- JSON string
  value TEXT NOT NULL, -- JSON string
  expires_at INTEGER NOT NULL -- ms
);
