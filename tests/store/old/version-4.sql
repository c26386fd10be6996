BEGIN TRANSACTION;
CREATE TABLE descriptions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            element TEXT NOT NULL, kind TEXT NOT NULL, part TEXT NOT NULL,
            code TEXT NOT NULL, evidence TEXT NOT NULL, prompt TEXT NOT NULL, model TEXT NOT NULL, body TEXT NOT NULL,
            source TEXT NOT NULL, description TEXT NOT NULL, findings TEXT NOT NULL,
            file TEXT NOT NULL, run TEXT NOT NULL,
            UNIQUE (element, kind, part, code, evidence, prompt, model, source)
        );
INSERT INTO "descriptions" VALUES(1,'m.f','function','','c1','e','p','tiny','b','model','{"text": "Adds one.", "provenance": {"source": "model", "model": "tiny"}}','[]','m.py','r1');
CREATE TABLE events (number INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs, event TEXT NOT NULL);
INSERT INTO "events" VALUES(1,'20261121-080000-0000','{}');
CREATE TABLE modules (file TEXT PRIMARY KEY, hash TEXT NOT NULL, record TEXT NOT NULL);
INSERT INTO "modules" VALUES('m.py','h','{}');
CREATE TABLE receipts (inputs TEXT PRIMARY KEY, receipt TEXT NOT NULL);
CREATE TABLE runs (run TEXT PRIMARY KEY, started TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT 'unfinished');
INSERT INTO "runs" VALUES('20261121-080000-0000','2026-11-21T08:00:00+00:00','done');
CREATE INDEX events_of_run ON events (run);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('descriptions',1);
COMMIT;
PRAGMA user_version = 4;
