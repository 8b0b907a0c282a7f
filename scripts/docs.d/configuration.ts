import { keys, missing } from "./settings.ts";

/** `docs/configuration.md`: every key of our own settings, with types and defaults as the schema has them. */
export function configuration(): string {
  const page = text();
  const left = missing();
  if (left.length > 0) throw new Error(`docs/configuration.md does not say what these are: ${left.join(", ")}`);
  return page;
}

const text = () => `# Our own settings

What Alertmanager has no setting for stays out of \`alertmanager.yml\`. It goes into a second YAML file, named by
\`--plus.config.file\`. Everything works without one. This page has every key of it; \`scripts/docs\` writes the tables from the schema
that reads the file.

    storage:
      postgres:
        url: postgres://alertmanager@db.example:5432/alerts?sslmode=verify-full
        password_file: /run/secrets/postgres
      redis: redis://redis.example:6379
    publishing:
      fallback: ops
      rate_limit:
        chat: {every: 30s, burst: 5}
    history:
      retention: 30d

- A key that is not on this page is an error, as is a value that is not of its type. The server then does not start; it says which file, line
  and key, and what it expected there. Of what may hold a password nothing is shown.
- In values, \`\${NAME}\` stands for an environment variable, \`\${NAME:-text}\` for it or, where it is unset or empty, for the text. A plain
  \`\${\` is written \`$\${\`.
- Durations are written as in \`alertmanager.yml\`: \`100ms\`, \`30s\`, \`12h30m\`, \`14d\`. Sizes: \`10000000\`, \`64MiB\`, \`1.5GB\`.
- Relative paths count from the directory of the file; those in environment variables from where the server is started.
- \`access\`, \`classification\`, \`config\`, \`heartbeats\`, \`kubernetes\`, \`llm\`, \`publishing\` and \`silences\` are read again with each reload. The rest
  counts from the start to the end of the server.

## storage

${keys("storage.", {
  sync: "What is stored in SQLite survives the end of the process (`normal`), or a power loss too (`full`).",
  postgres:
    "The database that several servers share, so that they act as one. Without it, a server keeps everything in SQLite and acts alone.",
  redis:
    "Makes servers that share a database faster. It holds nothing that is not elsewhere: emptied, stopped or cut off, it changes nothing but how soon the servers hear of each other, and that each counts rates by itself. It is refused without Postgres.",
})}

A URL with commas or braces in it needs quotes where it stands between \`{\` and \`}\`. An empty value, such as that of \`"\${URL:-}"\`, is none.

### storage.postgres

Short: \`postgres: postgres://user:password@host/database\`. Or a mapping:

${keys("storage.postgres.", {
  url: { meaning: "See below.", default: "`$ALERTMANAGER_POSTGRES_URL`" },
  password_file: {
    meaning:
      "The password, in a file that is read at each connection; a line end behind it does not count. Not beside a password in the URL.",
    default: "`$ALERTMANAGER_POSTGRES_PASSWORD_FILE`",
  },
  schema: "The schema our tables are in. Letters, digits and `_`.",
  max_connections: "Connections of one server, at most. Reading the history takes half of them at most.",
  timeout: "A database that does not answer for so long counts as away.",
  tls: {
    meaning: "Where it is given, even as `{}`, connections are encrypted. Not beside `ssl…` in the URL.",
    default: "none",
  },
})}

The URL is \`postgres://user[:password]@host[:port][,host[:port]…]/database\`; \`postgresql://\` is the same. User and database must be there, the port
is 5432 unless told, IPv6 addresses stand in brackets, and special characters of a password are percent-encoded. Of several hosts, one that
can be written to is used. It may have these parameters and no others:

| parameter | meaning |
| --- | --- |
| \`sslmode\` | \`disable\`: not encrypted, the default. \`require\`: encrypted, and the certificate verified only where there is an \`sslrootcert\`. \`verify-ca\`, \`verify-full\`: encrypted and verified, the server's name included. |
| \`sslrootcert\`, \`sslcert\`, \`sslkey\` | As \`ca_file\`, \`cert_file\` and \`key_file\` of \`tls\`. |
| \`target_session_attrs\` | \`read-write\` or \`primary\`, which is what is done anyway. |

PgBouncer may stand between, in transaction mode too, with nothing to be set for it.

### storage.redis

Redis 6 or newer. Short: \`redis: redis://:password@host\`. Or a mapping:

${keys("storage.redis.", {
  url: { meaning: "See below.", default: "`$ALERTMANAGER_REDIS_URL`" },
  sentinels: "With `master_name`, instead of `url`: the sentinels, asked in turn. The port is 26379 unless told.",
  master_name: "What the sentinels call the master.",
  password_file: {
    meaning: "The password, in a file that is read at each connection. Not beside a password in the URL.",
    default: "`$ALERTMANAGER_REDIS_PASSWORD_FILE`",
  },
  sentinel_password_file: "The sentinels' own password, where they have one; read likewise.",
  prefix:
    "What the names of all keys and channels begin with. Servers that share a database have the same, others on the same Redis another. Channels are common to all databases of a Redis.",
  timeout: "How long anything waits for an answer.",
  tls: {
    meaning: "Where it is given, even as `{}`, connections are encrypted; those to sentinels too.",
    default: "none",
  },
})}

The URL is one of

    redis://[[user]:password@]host[:port][/database]
    rediss://…                                              the same with TLS
    redis+sentinel://[[user]:password@]host[:port][,host[:port]…]/master_name[/database]
    rediss+sentinel://…                                     the same with TLS

with port 6379 (26379 for sentinels) and database 0 unless told. User and password are the master's.

### tls

The same below \`storage.postgres\` and \`storage.redis\`. Files are read at each connection, so that certificates can be renewed.

${tls("storage.postgres.tls.")}

## replica

Who a server is among those that share its database.

${keys("replica.", {
  name: {
    meaning: "Unlike those of the others, and the same after a restart.",
    default: "`$ALERTMANAGER_REPLICA_NAME`, else the host's name and the port, as in `alertmanager-0:9093`",
  },
  address: {
    meaning: "Shown to others in `/api/v2/status`.",
    type: "`host:port`",
    default: "the first listening address, with the host's name where that is any",
  },
})}

## publishing

${keys("publishing.", {
  fallback: { meaning: "Is told what another receiver refused for good.", type: "receiver" },
  rate_limit:
    "By receiver: how often each may be notified. A group over the limit is flushed when its turn comes, with its newest state. With Redis the servers share one count, else each has its own.",
  "rate_limit.NAME.every": "One flush of a group each so often…",
  "rate_limit.NAME.burst": "…and so many at once.",
  plugins:
    "By receiver: which plugin is told what the receiver is told, beside the receiver's own integrations. It may have none.",
  "plugins.NAME.plugin": { meaning: "Its name; short: `NAME: plugin`.", type: "name", default: "required" },
  "plugins.NAME.send_resolved": "Whether it is told of what is resolved.",
})}

## plugins

Files with classifiers and publishers of your own, each run in a process of its own ([plugins.md](plugins.md)); they are asked for their verdicts in
this order. An item that is a text is its path.

${keys("plugins[].", {
  path: { meaning: "The file.", default: "required" },
  name: {
    meaning:
      "Letters, digits, `_`, `-` and `.`. Names it in `publishing.plugins`, the log, the metrics and its verdicts. Not `rules`, `llm` or `person`.",
    default: "the file's name without its ending",
  },
  timeout: "How long one call may take.",
  memory: {
    meaning:
      "How much its process may have resident, from `64MiB` on; some 50 MiB of it are there before it does anything.",
  },
  options: { meaning: "Whatever the plugin wants to know.", type: "mapping", default: "`{}`" },
})}

## kubernetes

Publishing targets in Secrets: [kubernetes-targets.md](kubernetes-targets.md).

${keys("kubernetes.", {
  "targets.enabled": "Whether targets are looked for.",
  "targets.namespaces": { meaning: "The namespaces they are looked for in.", default: "the server's own" },
  "targets.label_selector": "Which Secrets are targets.",
  api_server: {
    meaning: "`https://host:port`. Outside of a cluster, together with the next two and `namespaces`.",
    default: "that of the cluster the server runs in",
  },
  token_file: { meaning: "Read at each request.", default: "that of the pod's service account" },
  ca_file: {
    meaning: "PEM.",
    default: "that of the pod's service account; with an `api_server`, the system's authorities",
  },
})}

## history

What is kept, and how to ask for it: [history.md](history.md).

${keys("history.", {
  retention: "Older history is dropped.",
  max_size: "Beyond that, the oldest history is dropped first.",
})}

## silences

Acknowledgements and reminders: [silences.md](silences.md).

${keys("silences.", {
  "acknowledgement.max": "The longest an acknowledgement lasts, should its alert fire on.",
  "reminder.before": {
    meaning: "How long before the end of a silence that mutes firing alerts an alert `SilenceExpiring` is raised.",
    default: "none: there are no reminders",
  },
})}

## heartbeats

A list of what is expected to come, and of what is called while all is well: [heartbeats.md](heartbeats.md).

${keys("heartbeats[].", {
  name: { meaning: "Letters, digits, `_`, `-`, `.`; unique.", default: "required" },
  matchers: { meaning: "Which alert is expected, in amtool's syntax. Either this or a URL.", type: "matchers" },
  every: { meaning: "How often the alert has to come, or the URL is called; at least `1s`.", default: "required" },
  grace: "How much later than that an alert may come before it counts as missing.",
  labels: {
    meaning: "Labels of the alert that is raised, beside `alertname` and `heartbeat`.",
    default: "`{severity: critical}`",
  },
  url: { meaning: "What is called while all is well. Either this or `matchers`.", type: "URL" },
  url_file: "A file that holds the URL, instead of `url`; read at each call.",
  method: "How the URL is called.",
  enabled: "`false` turns it off and leaves it in the file.",
})}

## config

Changing the configuration over HTTP: [configuration-api.md](configuration-api.md).

${keys("config.", { apply: "Whether an admin may change `alertmanager.yml` over HTTP." })}

## access

Who may do what; off unless told: [access.md](access.md).

${keys("access.", {
  enabled: "Whether anybody is asked who they are. Without it the other keys change nothing.",
  anonymous: "The role of whoever proves nothing.",
  ingest: "Who may send alerts: everybody, or whoever proves to be `ingest`, `responder` or `admin`.",
  local:
    "The role of a program on this machine that proves nothing: one that connects from a loopback address, asks for a loopback name and says nothing of a proxy. `admin` lets a config reloader beside the server reload it. Not where a proxy or tunnel on this machine passes requests of others on.",
  session: "How long a browser stays logged in, at most.",
  users:
    "By user of `basic_auth_users`, or by a name in a verified client certificate: an alternative name or the common name. Who is not here has the role of `anonymous`.",
  "users.NAME.role": { meaning: "What they may do: [roles](access.md#roles).", default: "required" },
  "users.NAME.silences": {
    meaning: "A responder's silences must be at least as narrow as one of these.",
    default: "any silence",
  },
  tokens: "Tokens given in the file, beside those made over HTTP.",
  "tokens[].name": { meaning: "Names it in the log and the history.", default: "required" },
  "tokens[].role": { meaning: "What its bearer may do.", default: "required" },
  "tokens[].hash": { meaning: "The token's SHA-256 in hexadecimal digits. This or the next.", type: "SHA-256" },
  "tokens[].token_file": "A file that holds the token.",
  "tokens[].expires": { meaning: "Until when it is valid; RFC 3339.", default: "never" },
  "tokens[].silences": { meaning: "As for users.", default: "any silence" },
})}

## classification

What alerts are, by rules and by others: [classification.md](classification.md).

${keys("classification.", {
  mode: "What notifications show of classifications: nothing, all of it, the recommendations alone.",
  rules: "Yours, tried before the shipped ones; the first that matches decides.",
  "rules[].name": { meaning: "Unlike those of the others; shown beside its verdicts.", default: "required" },
  "rules[].matchers": { meaning: "As in `alertmanager.yml`; all must match.", default: "required" },
  "rules[].severity": {
    meaning: "Stands even where the alert's label says another, but for `critical`, which always stands.",
    default: "required",
  },
  "rules[].category": "What the alert is about.",
  "rules[].confidence": "How sure the rule is.",
  "rules[].reason": { meaning: "Shown beside its verdicts.", default: "names the rule" },
  "rules[].recommendations": "Shown beside its verdicts.",
  routes: "One receiver more for alerts of a class; none is ever taken away.",
  "routes[].receiver": { meaning: "Of `alertmanager.yml`.", type: "receiver", default: "required" },
  "routes[].severities": { meaning: "What the class must be; none is any.", default: "none" },
  "routes[].categories": { meaning: "Likewise; one of the two is required.", default: "none" },
  "routes[].min_confidence": "How sure the class has to be.",
  "routes[].max_wait": {
    meaning: "How long the notification may wait for the class of its alerts.",
    default: "`max_wait`",
  },
  max_wait: "The same for routes that do not say their own.",
  webhooks: { meaning: "Whose webhooks carry in their payload what the mode shows.", type: "list of receivers" },
})}

## llm

A language model, with a key of yours: [language-model.md](language-model.md).

${keys("llm.", {
  enabled: "Nothing is sent anywhere without it.",
  provider: "`custom` is any server that speaks OpenAI's chat completions; it needs no key.",
  base_url: {
    meaning:
      "Needed for `azure` (`https://NAME.openai.azure.com`) and `custom` (what stands before `/chat/completions`). With or without the path of the operation, or a slash, at its end.",
    default: "the provider's own",
  },
  api_key: { meaning: "The provider's key.", default: "`$LLM_API_KEY`" },
  api_key_file: "A file that holds the key, instead of `api_key`; read for each request.",
  model: {
    meaning: "The model that is asked. For `azure` it only names the price; left out, it is the deployment's name.",
    default: "required",
  },
  "azure.deployment": { meaning: "The name of the deployment.", default: "`model`" },
  "azure.api_version": "The version of Azure's API.",
  timeout: "For everything about one alert, from its turn on: all tries, the waits between them, a correction.",
  max_tokens: "The longest answer. With models that reason, what they think counts too.",
  temperature: "How freely the model answers. Left out for models that take none.",
  "budget.requests_per_minute": "The most requests within any 60 s.",
  "budget.usd_per_day":
    "The most that may be spent in a UTC day, in USD. Checked before each request against the most it may cost. Each server has its own.",
  prices: {
    meaning:
      "By model. Of one whose price is not known tokens are counted and no costs, and `usd_per_day` holds nothing; the log says so at the start.",
    default: "a built-in table",
  },
  "prices.NAME.in, prices.NAME.out, prices.NAME.cache_read, prices.NAME.cache_write": {
    meaning: "USD per million tokens; the first two are required.",
    type: "number",
  },
  "redact.labels_allow": { meaning: "If there are any, the values of other labels are not sent.", default: "all" },
  "redact.patterns": "What matches is not sent.",
  "redact.emails": "E-mail addresses are not sent.",
  "concurrency.calls": "How many alerts are asked about at the same time.",
  "concurrency.waiting": "How many more may wait; for those beyond the rules' answer stands.",
  "retry.attempts":
    "Tries for one question; 408, 409, 429, 5xx and broken connections are tried again, nothing else is.",
  "retry.initial, retry.max":
    "The longest wait before the second try, doubled for each further one up to `max`. The wait is drawn evenly from zero to it, and is never shorter than a Retry-After.",
  "retry.attempt_timeout": "How long one try may take.",
  "breaker.failures, breaker.failure_rate":
    "Requests stop once so many failed within the window and are at least that share of those in it.",
  "breaker.window": "How far back failures are counted.",
  "breaker.open_duration": "How long they stop. Then a single one shows whether they may go on.",
  "breaker.slow_call": "A request that took as long counts as failed.",
  "cache.ttl": "How long an answer is used again.",
  "cache.failure_ttl": "For how long the same is not asked again after a failure.",
  "cache.entries, cache.size":
    "How much is kept in memory. Answers, and what was spent today, are also in the local file and outlive a restart. With Redis, servers share answers.",
  "cache.varying_labels":
    "Labels that tell alerts of one kind apart: alerts that differ in these alone have one answer.",
})}

## Environment variables

Each stands in for a key that the file does not have, and changes nothing of what the file says. All of them work without a file.

| variable | stands in for |
| --- | --- |
| \`ALERTMANAGER_POSTGRES_URL\` | \`storage.postgres.url\` |
| \`ALERTMANAGER_POSTGRES_PASSWORD_FILE\` | \`storage.postgres.password_file\`, unless the file has a URL with a password |
| \`ALERTMANAGER_REDIS_URL\` | \`storage.redis.url\`, or \`sentinels\` and \`master_name\` |
| \`ALERTMANAGER_REDIS_PASSWORD_FILE\` | \`storage.redis.password_file\`, unless the file has a URL with a password |
| \`ALERTMANAGER_REPLICA_NAME\` | \`replica.name\` |
| \`LLM_API_KEY\` | \`llm.api_key\`, unless there is an \`llm.api_key_file\` |

A set but empty variable is unset. Names that other programs use (\`DATABASE_URL\`, \`REDIS_URL\`, \`PGHOST\`, \`PGPASSWORD\` and their like) are not read.
`;

/** They are the same in both places. */
function tls(prefix: string): string {
  const meanings = {
    ca_file: { meaning: "PEM; whom to trust.", default: "the system's authorities" },
    "cert_file, key_file": { meaning: "PEM; who we are. Both or neither.", default: "none" },
    server_name: { meaning: "The name the server's certificate must have.", default: "the host called" },
    insecure_skip_verify: "Takes any certificate.",
  };
  keys("storage.redis.tls.", meanings);
  return keys(prefix, meanings);
}
