#!/usr/bin/env python3
"""Topics of whole articles against the labels in articles.tsv: first topic, F1 by topic, micro and macro.

usage: articles.py --data FOLDER [--bin target/release/feedmill] [--out TEXTS.jsonl] [--show]

FOLDER holds the extraction sets (SET.events.jsonl.gz). Pages are cleaned by the program itself; then title and text alone are tagged, so
that what a page declares does not help. `seen` articles were looked at while the model was made, `fresh` ones were not (see CARD.md).
--out writes the texts with their topics, as train.rs reads them.
"""
import argparse
import collections
import gzip
import json
import pathlib
import subprocess
import tempfile

SETS = ("scrapinghub", "fundus", "fundus-eval", "htmldate", "trafilatura", "wcxb-article")
TOPICS = [f"{n:02}000000" for n in range(1, 18)]


def labels():
    rows = (pathlib.Path(__file__).parent / "articles.tsv").read_text().splitlines()[1:]
    return {i: t.split("|") for i, t in (r.split("\t") for r in rows)}


def process(o, path, *more):
    command = [o.bin, "process", str(path), "--set", "dedup.enabled=false", "--dead", "/dev/null", *more]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {r["source"]["event_id"]: r for r in map(json.loads, out.splitlines())}


def texts(o, gold, folder):
    for name in SETS:
        path = folder / "events.jsonl"
        with gzip.open(o.data / f"{name}.events.jsonl.gz", "rt") as events, open(path, "w") as out:
            out.writelines(line for line in events if json.loads(line)["id"] in gold)
        for i, r in process(o, path, "--set", "tag.enabled=false").items():
            yield {"id": i, "url": f"https://example.org/{i}", "title": r["title"] or "", "text": r["text"], "lang": "en",
                   "topics": [f"medtop:{t}" for t in gold[i]]}


def f1(hits, said, want):
    return 2 * hits / max(1, said + want)


def score(name, gold, got):
    hits, said, want, first = collections.Counter(), collections.Counter(), collections.Counter(), 0
    for i, topics in gold.items():
        mine = got.get(i, [])
        first += bool(mine) and mine[0] in topics
        hits.update(set(mine) & set(topics))
        said.update(mine)
        want.update(topics)
    by = {t: f1(hits[t], said[t], want[t]) for t in TOPICS if want[t]}
    enough = [v for t, v in by.items() if want[t] >= 10]
    print(f"{name}.articles {len(gold)}")
    print(f"{name}.first_topic {first / max(1, len(gold)):.4f}")
    print(f"{name}.micro_f1 {f1(hits.total(), said.total(), want.total()):.4f}")
    print(f"{name}.macro_f1 {sum(by.values()) / max(1, len(by)):.4f} over the {len(by)} topics that are labelled")
    print(f"{name}.macro_f1_of_ten {sum(enough) / max(1, len(enough)):.4f} over the {len(enough)} with ten articles or more")
    print(f"{name}.topics " + " ".join(f"{t[:2]}:{hits[t]}/{said[t]}/{want[t]}={v:.2f}" for t, v in by.items()))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=pathlib.Path, required=True)
    p.add_argument("--bin", default="target/release/feedmill")
    p.add_argument("--out", type=pathlib.Path)
    p.add_argument("--least", type=int, default=30, help="score that a topic needs to be counted beside the first")
    p.add_argument("--show", action="store_true", help="articles whose first topic is wrong")
    o = p.parse_args()
    gold = labels()
    with tempfile.TemporaryDirectory() as folder:
        rows = list(texts(o, gold, pathlib.Path(folder)))
        path = o.out or pathlib.Path(folder) / "texts.jsonl"
        path.write_text("".join(json.dumps(r) + "\n" for r in rows))
        got = {}
        for i, r in process(o, path, "--preset", "article").items():
            tops = [(t["code"].removeprefix("medtop:"), t["score"]) for t in r["topics"] if t["code"][7] != "2"]
            got[i] = [c for at, (c, s) in enumerate(tops) if at == 0 or s >= o.least]
    gold = {i: gold[i] for i in (r["id"] for r in rows)}
    fresh = {i: t for i, t in gold.items() if i[:2] in ("hd", "tr")}
    for name, part in (("seen", {i: t for i, t in gold.items() if i not in fresh}), ("fresh", fresh), ("all", gold)):
        score(name, part, got)
    for r in rows if o.show else []:
        if got.get(r["id"], [""])[0] not in gold[r["id"]]:
            print(r["id"], "want", "|".join(t[:2] for t in gold[r["id"]]), "got", "|".join(t[:2] for t in got.get(r["id"], [])), r["title"])


if __name__ == "__main__":
    main()
