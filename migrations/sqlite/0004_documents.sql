-- What the server keeps for its users beside alerts and silences, such as schedules. A row that was removed stays for a
-- while without content, so that nobody who was away brings it back.
CREATE TABLE documents (
  key TEXT PRIMARY KEY, -- JSON: kind and key
  updated_at INTEGER NOT NULL, -- ms
  content TEXT NOT NULL -- JSON; null: removed
) WITHOUT ROWID;
