-- What several servers share. All text that comes from outside is JSON, which keeps a NUL and half a surrogate pair, and
-- long keys stand as hashes, because an index holds 2,704 bytes at most.
--
-- `change` is the number of the transaction that wrote a row: "all above the last I saw" is what is new.

-- Its one row is locked, last before the rows it numbers, by every transaction that writes.
CREATE TABLE state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  change bigint NOT NULL, -- number of the last transaction that wrote
  config_hash text, -- the configuration groups are flushed by
  alive_at bigint, -- ms
  shared_until bigint -- ms
) WITH (fillfactor = 20);
INSERT INTO state (change) VALUES (0);

CREATE TABLE replicas (
  name text PRIMARY KEY,
  address text NOT NULL,
  config_hash text NOT NULL,
  seen_at bigint NOT NULL -- ms
) WITH (fillfactor = 20);

CREATE TABLE alerts (
  fingerprint text COLLATE "C" PRIMARY KEY,
  change bigint NOT NULL,
  -- How its end stands; the content may say otherwise, because an end moves with every evaluation.
  ends_at bigint NOT NULL, -- ms
  updated_at bigint NOT NULL, -- ms
  timeout boolean NOT NULL,
  exact text NOT NULL, -- JSON: both times with nanoseconds and zone, '' when they have none
  content text NOT NULL -- JSON (src/store/codec.ts)
);
CREATE INDEX alerts_change ON alerts (change);

CREATE TABLE silences (
  id text COLLATE "C" PRIMARY KEY, -- hash of the key
  change bigint NOT NULL,
  key text NOT NULL, -- JSON string
  updated_at bigint NOT NULL, -- ms
  updated_nanos integer NOT NULL,
  content text NOT NULL
);
CREATE INDEX silences_change ON silences (change);

CREATE TABLE notification_log (
  id text COLLATE "C" PRIMARY KEY,
  change bigint NOT NULL,
  key text NOT NULL, -- GROUPKEY:RECEIVER/INTEGRATION/IDX
  told_at bigint NOT NULL, -- ms
  content text NOT NULL
);
CREATE INDEX notification_log_change ON notification_log (change);

CREATE TABLE groups (
  id text COLLATE "C" PRIMARY KEY, -- hash of the next two
  group_fingerprint text NOT NULL,
  route_id text NOT NULL, -- JSON string
  change bigint NOT NULL,
  next_flush_at bigint NOT NULL, -- ms
  flushes bigint NOT NULL,
  config_hash text NOT NULL,
  settled_tick bigint, -- ms; of the last flush that ended well
  settled_change bigint, -- the last change that flush saw
  empty boolean NOT NULL DEFAULT false, -- as of that flush
  lease text, -- whose claim it is
  lease_until bigint, -- ms
  due_at bigint NOT NULL GENERATED ALWAYS AS (coalesce(lease_until, next_flush_at)) STORED
) WITH (fillfactor = 50);
CREATE INDEX groups_change ON groups (change);
CREATE INDEX groups_due ON groups (due_at);

-- The alerts the decisions of one flush are about, as they were then.
CREATE TABLE snapshots (
  group_id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  content text NOT NULL,
  PRIMARY KEY (group_id, version)
);

CREATE TABLE outbox (
  id text COLLATE "C" PRIMARY KEY,
  key text NOT NULL, -- as in notification_log
  group_id text COLLATE "C" NOT NULL,
  version bigint NOT NULL, -- number of the transaction that decided; which decision of this key it is
  attempt integer NOT NULL, -- tries begun
  content text NOT NULL
);
CREATE INDEX outbox_group ON outbox (group_id);

CREATE TABLE history (
  position bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  at bigint NOT NULL, -- ms
  kind text NOT NULL,
  subject text NOT NULL, -- JSON string
  detail text NOT NULL -- JSON
);
