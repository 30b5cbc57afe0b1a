-- Replies of judges, each kept as soon as it came: what was paid for is never asked again.
CREATE TABLE judgement (
    run        INTEGER NOT NULL,
    task       INTEGER NOT NULL,      -- the trial whose output was judged
    case_pos   INTEGER NOT NULL,
    candidate  INTEGER NOT NULL,
    epoch      INTEGER NOT NULL,
    scorer     TEXT NOT NULL,         -- name of the scorer that asked
    opponent   INTEGER NOT NULL,      -- candidate of the other output of a pair; -1: the golden output, or none
    member     INTEGER NOT NULL,      -- position in the judge's file
    shown      INTEGER NOT NULL,      -- 0 alone, 1 first, 2 second
    ask        INTEGER NOT NULL,      -- 0, or 1 where the first reply could not be read
    from_cache INTEGER NOT NULL,
    free       INTEGER NOT NULL,      -- recorded replies were paid for by whoever made them
    completion INTEGER NOT NULL,
    PRIMARY KEY (run, task, case_pos, candidate, epoch, scorer, opponent, member, shown, ask)
) STRICT, WITHOUT ROWID;
