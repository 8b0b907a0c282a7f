-- The history, to be searched by labels and time. What servers of the version before write into the table `history` is
-- moved here in passing.

-- Names and values of labels, once each.
CREATE TABLE history_pairs (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  name text COLLATE "C" NOT NULL, -- JSON string
  value text COLLATE "C" NOT NULL, -- JSON string
  hash text COLLATE "C" NOT NULL UNIQUE -- of both: an index holds 2,704 bytes at most
);
CREATE INDEX history_pairs_name ON history_pairs (md5(name));

CREATE TABLE history_sets (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  fingerprint text COLLATE "C" NOT NULL UNIQUE,
  labels text NOT NULL -- JSON object
);

CREATE TABLE history_set_pairs (
  pair_id bigint NOT NULL,
  set_id bigint NOT NULL,
  PRIMARY KEY (pair_id, set_id)
);
CREATE INDEX history_set_pairs_set ON history_set_pairs (set_id);

CREATE SEQUENCE history_numbers MAXVALUE 1048575 CYCLE;

-- In order of time. Texts are JSON strings, because those keep whatever a string can hold.
CREATE TABLE history_events (
  id bigint PRIMARY KEY, -- at << 20, and a number that tells those of one ms apart
  kind smallint NOT NULL, -- place in HISTORY_KINDS
  change text NOT NULL,
  subject text NOT NULL,
  set_id bigint,
  sets bigint[], -- further sets
  receiver text COLLATE "C",
  integration text,
  actor text, -- JSON object
  replica text,
  mark bigint,
  bytes integer NOT NULL,
  detail text NOT NULL -- JSON object
);
CREATE INDEX history_rare ON history_events (kind, id) WHERE kind > 2;
CREATE INDEX history_receivers ON history_events (md5(receiver), id) WHERE receiver IS NOT NULL;

-- Which events are about a label set.
CREATE TABLE history_links (
  set_id bigint NOT NULL,
  event_id bigint NOT NULL,
  PRIMARY KEY (set_id, event_id)
);

-- Its one row is locked by whoever writes history, so that nothing is written twice or counted wrong.
CREATE TABLE history_state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  bytes bigint NOT NULL -- of all events, about
) WITH (fillfactor = 20);
INSERT INTO history_state (bytes) VALUES (0);
