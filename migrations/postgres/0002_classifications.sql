-- What an alert is classified as; there is none of an alert that is not there. Servers of the version before remove alerts
-- without these rows, which are then removed in passing.
CREATE TABLE classifications (
  fingerprint text COLLATE "C" PRIMARY KEY, -- of the alert's labels
  change bigint NOT NULL,
  standing smallint NOT NULL, -- of whoever said so (src/store/standing.ts)
  classified_at bigint NOT NULL, -- ms
  content text COLLATE "C" NOT NULL -- JSON (src/core/classification/encoding.ts)
);
CREATE INDEX classifications_change ON classifications (change);
