"""What an analysis of nsys databases takes in Python with sqlite3, all of it in SQL: python3 nsys_baseline.py DATABASE..."""
import json
import sqlite3
import sys

MAKE = """
CREATE TEMP TABLE op(kind TEXT, start INTEGER, fin INTEGER, deviceId INTEGER, correlationId INTEGER, globalPid INTEGER, bytes INTEGER);
INSERT INTO op SELECT 'kernel', start, "end", deviceId, correlationId, globalPid, 0 FROM CUPTI_ACTIVITY_KIND_KERNEL
  UNION ALL SELECT CASE copyKind WHEN 1 THEN 'h2d' WHEN 2 THEN 'd2h' ELSE 'copy' END, start, "end", deviceId, correlationId, globalPid, bytes
  FROM CUPTI_ACTIVITY_KIND_MEMCPY;
CREATE INDEX temp.op_corr ON op(correlationId, globalPid);
CREATE TEMP TABLE api AS SELECT globalTid, globalTid & ~16777215 AS globalPid, start, correlationId FROM CUPTI_ACTIVITY_KIND_RUNTIME
  WHERE correlationId IN (SELECT correlationId FROM op);
CREATE INDEX temp.api_i ON api(globalTid, start);
CREATE TEMP TABLE rng AS SELECT n.rowid AS id, coalesce(n.text, s.value) AS name, n.start, n."end" AS fin, n.globalTid
  FROM NVTX_EVENTS n LEFT JOIN StringIds s ON s.id = n.textId WHERE n.eventType IN (59, 60) AND n."end" IS NOT NULL;
CREATE TEMP TABLE link AS SELECT r.id AS rid, o.rowid AS oid, a.start AS apiStart FROM rng r
  JOIN api a ON a.globalTid = r.globalTid AND a.start >= r.start AND a.start < r.fin
  JOIN op o ON o.correlationId = a.correlationId AND o.globalPid = a.globalPid;
"""
RANGES = """
SELECT r.name, r.fin - r.start, count(*), sum(o.bytes), min(o.start), max(o.fin), sum(o.fin - o.start), min(o.start) - min(l.apiStart)
FROM rng r JOIN link l ON l.rid = r.id JOIN op o ON o.rowid = l.oid WHERE r.name GLOB 'test_*_batch_[0-9]*' GROUP BY r.id ORDER BY r.start
"""
COPIES = "SELECT kind, 1e9 * sum(bytes) / sum(fin - start) FROM op WHERE start >= ? AND fin <= ? AND kind IN ('h2d', 'd2h') GROUP BY kind"
UNION = """
WITH c AS (SELECT max(start, :t0) s, min(fin, :t1) e FROM op WHERE kind = :kind AND fin > :t0 AND start < :t1),
p AS (SELECT s, e, max(e) OVER (ORDER BY s, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) pe FROM c),
g AS (SELECT s, e, sum(CASE WHEN pe IS NULL OR s > pe THEN 1 ELSE 0 END) OVER (ORDER BY s, e) k FROM p)
SELECT min(s), max(e) FROM g GROUP BY k ORDER BY 1
"""


def intersect(left, right):
    total = at = 0
    for start, end in left:
        while at < len(right) and right[at][1] <= start:
            at += 1
        position = at
        while position < len(right) and right[position][0] < end:
            total += min(end, right[position][1]) - max(start, right[position][0])
            position += 1
    return total


def analyse(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for statement in MAKE.split(";"):
        db.execute(statement)
    ranges = db.execute(RANGES).fetchall()
    first, last = min(row[4] for row in ranges), max(row[5] for row in ranges)
    rates = dict(db.execute(COPIES, (first, last)))
    busy = {kind: db.execute(UNION, {"kind": kind, "t0": first, "t1": last}).fetchall() for kind in ("h2d", "d2h", "kernel")}
    overlap = intersect(busy["h2d"], busy["kernel"]) + intersect(busy["d2h"], busy["kernel"])
    return {"ranges": len(ranges), "windowNs": last - first, "h2dBytesPerS": rates["h2d"], "overlapNs": overlap}


print(json.dumps([analyse(path) for path in sys.argv[1:]]))
