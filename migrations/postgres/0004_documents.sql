-- What the servers keep for their users beside alerts and silences, such as schedules. A row that was removed stays for a
-- while without content, so that no server that was away brings it back.
CREATE TABLE documents (
  id text COLLATE "C" PRIMARY KEY, -- hash of the key
  change bigint NOT NULL,
  key text NOT NULL, -- JSON: kind and key
  updated_at bigint NOT NULL, -- ms
  content text COLLATE "C" NOT NULL -- JSON; null: removed
);
CREATE INDEX documents_change ON documents (change);
