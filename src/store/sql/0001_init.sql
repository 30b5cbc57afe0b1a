-- The store of bench: every run, with every completion that was paid for.
-- Money is in pico-dollars, time in microseconds; NULL is "unknown", never 0.

CREATE TABLE run (
    id       INTEGER PRIMARY KEY,
    run_id   TEXT NOT NULL UNIQUE,
    name     TEXT UNIQUE,
    started  TEXT NOT NULL,           -- RFC 3339, UTC
    finished TEXT,
    status   TEXT NOT NULL,           -- running, complete, incomplete, interrupted
    manifest TEXT NOT NULL,           -- JSON
    counts   TEXT                     -- JSON, kept once the run has ended
) STRICT;

-- What a model answered. Kept apart from trials, because several trials may share one (the cache).
CREATE TABLE completion (
    id             INTEGER PRIMARY KEY,
    lookup         INTEGER,           -- first 8 bytes of cache_key; NULL where it may not be reused
    cache_key      BLOB NOT NULL,     -- 32 bytes, BLAKE3 of the exact request and epoch
    cost           INTEGER,
    input          INTEGER,           -- tokens, cached ones included
    output         INTEGER,           -- tokens, reasoning included
    latency_us     INTEGER NOT NULL,
    first_token_us INTEGER,
    body           TEXT NOT NULL      -- JSON, with the exact figures
) STRICT;
CREATE INDEX completion_lookup ON completion (lookup) WHERE lookup IS NOT NULL;

CREATE TABLE trial (
    run        INTEGER NOT NULL,
    task       INTEGER NOT NULL,      -- position in the manifest
    case_pos   INTEGER NOT NULL,      -- position in the task
    candidate  INTEGER NOT NULL,      -- position in the manifest
    epoch      INTEGER NOT NULL,
    outcome    INTEGER NOT NULL,      -- position in the list of outcomes (docs/formats.md)
    score      REAL,
    pass       INTEGER,
    from_cache INTEGER NOT NULL,
    completion INTEGER,
    scores     TEXT NOT NULL,         -- JSON list
    failures   TEXT,                  -- JSON list; NULL where every attempt succeeded
    PRIMARY KEY (run, task, case_pos, candidate, epoch)
) STRICT, WITHOUT ROWID;

-- The cases of a run, as they were when it ran.
CREATE TABLE run_case (
    run      INTEGER NOT NULL,
    task     INTEGER NOT NULL,
    case_pos INTEGER NOT NULL,
    case_id  TEXT NOT NULL,
    cluster  TEXT,
    body     INTEGER NOT NULL,
    PRIMARY KEY (run, task, case_pos)
) STRICT, WITHOUT ROWID;

-- One copy of each case, however many runs share it.
CREATE TABLE case_body (
    id   INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,            -- first 8 bytes of the BLAKE3 hash of json
    json TEXT NOT NULL
) STRICT;
CREATE INDEX case_body_hash ON case_body (hash);
