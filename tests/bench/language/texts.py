#!/usr/bin/env python3
"""Language of texts of 600 bytes in 24 news languages, and of single sentences in all: which pairs are confused.

usage: texts.py --data lang-sib200.jsonl.gz [--bin target/release/feedmill] [--bytes 600]

No set of news texts in so many languages lies open, so a text is made of SIB-200's sentences of one language (CC BY-SA 4.0; Wikinews,
Wikivoyage, Wikibooks), joined in the set's order until the bytes are reached; each sentence is used once. Nothing is declared.
"""
import argparse
import collections
import gzip
import json
import pathlib
import subprocess
import tempfile

NEWS = "en es fr de it pt ru uk pl nl sv tr ar fa zh ja ko id vi hi el cs ro hu".split()
# Names of one language in the set and in BCP 47, and languages that are counted as one.
SAME = {"no": "nb", "iw": "he", "in": "id", "fil": "tl", "hr": "sr", "bs": "sr"}


def one(code):
    code = (code or "").split("-")[0]
    return SAME.get(code, code)


def tagged(o, rows):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "texts.jsonl"
        path.write_text("".join(json.dumps({"id": i, "url": f"https://example.org/{i}", "text": t}) + "\n" for i, _, t in rows))
        command = [o.bin, "process", str(path), "--preset", "article", "--set", "dedup.enabled=false"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {r["source"]["event_id"]: r["language"]["code"] for r in map(json.loads, out.splitlines())}


def report(o, name, rows):
    got = tagged(o, rows)
    right, all_, wrong = collections.Counter(), collections.Counter(), collections.Counter()
    for i, lang, _ in rows:
        all_[lang] += 1
        if one(got.get(i)) == one(lang):
            right[lang] += 1
        else:
            wrong[f"{lang}>{one(got.get(i)) or 'none'}"] += 1
    print(f"{name}.texts {len(rows)}")
    print(f"{name}.accuracy {right.total() / len(rows):.4f}")
    print(f"{name}.macro {sum(right[k] / n for k, n in all_.items()) / len(all_):.4f}")
    print(f"{name}.lowest " + " ".join(f"{k}={right[k] / n:.3f}" for k, n in sorted(all_.items(), key=lambda x: right[x[0]] / x[1])[:12]))
    print(f"{name}.confused " + " ".join(f"{k}:{n}" for k, n in wrong.most_common(40)))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=pathlib.Path, required=True)
    p.add_argument("--bin", default="target/release/feedmill")
    p.add_argument("--bytes", type=int, default=600)
    o = p.parse_args()
    with gzip.open(o.data, "rt") as f:
        rows = [json.loads(line) for line in f]
    by = collections.defaultdict(list)
    for r in rows:
        by[r["lang"]].append(r["text"])
    joined = []
    for lang in NEWS:
        text = ""
        for sentence in by[lang]:
            text = f"{text} {sentence}".strip() if lang not in ("zh", "ja") else text + sentence
            if len(text.encode()) >= o.bytes:
                joined.append((f"{lang}-{len(joined)}", lang, text.encode()[: o.bytes].decode("utf-8", "ignore")))
                text = ""
    report(o, f"news24.{o.bytes}", joined)
    report(o, "sentences", [(f"s{n}", r["lang"], r["text"]) for n, r in enumerate(rows)])


if __name__ == "__main__":
    main()
