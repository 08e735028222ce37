#!/usr/bin/env python3
"""Trains the weights that say whether a name is a place (src/tag/places/weights.rs) from texts with names marked.

    train.py --rows 'cargo run --example place_rows' --iob names-en-*.iob2.gz [--out src/tag/places/weights.rs]

Sentences are joined to texts of eight, since the values look at the rest of an article. A name of the gazetteer is right when it is exactly a
span marked LOC. Prints precision, recall and F1 of the fifth of texts that was left out, then trains with all. Needs numpy.
"""
import argparse, gzip, json, pathlib, shlex, subprocess
import numpy as np

SENTENCES = 8
TIGHT = {",", ".", ";", ":", "!", "?", ")", "]", "%", "'s", "’s", "'", "’", "n't", "''"}


def sentences(path):
    words = []
    for row in gzip.open(path, "rt", encoding="utf-8"):
        row = row.rstrip("\n")
        if not row:
            if words:
                yield words
            words = []
        else:
            words.append(tuple(row.split("\t")[:2]))
    if words:
        yield words


def texts(paths):
    for path in paths:
        group = []
        for n, words in enumerate(sentences(path)):
            group.append(words)
            if len(group) == SENTENCES:
                yield make(f"{pathlib.Path(path).name}-{n}", group)
                group = []
        if group:
            yield make(f"{pathlib.Path(path).name}-end", group)


def make(ident, group):
    text, spans = "", set()
    for words in group:
        now, tight = None, True
        for word, tag in words:
            if not tight and word not in TIGHT:
                text += " "
            tight = word in ("(", "[", "``", "$")
            start = len(text)
            text += word
            if now and not tag.startswith("I-"):
                spans.add(tuple(now))
                now = None
            if tag == "B-LOC":
                now = [start, len(text)]
            elif now:
                now[1] = len(text)
        if now:
            spans.add(tuple(now))
        text += " "
    return ident, text, spans


def fit(x, y, weight, l2=2.0, rounds=60):
    """Newton's method on the logistic loss."""
    w = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-x @ w))
        g = x.T @ (weight * (p - y)) + l2 * w
        h = (x * (weight * np.clip(p * (1 - p), 1e-6, None))[:, None]).T @ x + l2 * np.eye(x.shape[1])
        step = np.linalg.solve(h, g)
        w -= step
        if np.abs(step).max() < 1e-5:
            break
    return w


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rows", required=True)
    p.add_argument("--iob", nargs="+", required=True)
    p.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[3] / "src/tag/places/weights.rs")
    o = p.parse_args()
    docs = list(texts(o.iob))
    fed = "".join(json.dumps({"id": i, "text": t}) + "\n" for i, t, _ in docs)
    out = subprocess.run(shlex.split(o.rows), input=fed, capture_output=True, text=True, check=True).stdout.splitlines()
    names, rows = json.loads(out[0]), [json.loads(r)["rows"] for r in out[1:]]
    x, y, part, missed = [], [], [], [0] * 5
    for n, ((_, _, gold), found) in enumerate(zip(docs, rows)):
        spans = {(r[0], r[1]) for r in found}
        missed[n % 5] += len(gold - spans)
        for r in found:
            x.append(r[2:])
            y.append((r[0], r[1]) in gold)
            part.append(n % 5)
    x, y, part = np.array(x), np.array(y, float), np.array(part)
    print(f"{len(docs)} texts, {len(y)} names, {int(y.sum())} places, {sum(missed)} places that are no name of the gazetteer")
    held, train = part == 0, part != 0
    w = fit(x[train], y[train], np.ones(train.sum()))
    best = (0.0, 0.0)
    for cut in (-1.8, -1.4, -1.2, -1.0, -0.8, -0.6, -0.3, 0.0, 0.3, 0.6):
        said = x[held] @ w >= cut
        tp, fp = (said & (y[held] == 1)).sum(), (said & (y[held] == 0)).sum()
        fn = (y[held] == 1).sum() - tp + missed[0]
        best = max(best, (2 * tp / (2 * tp + fp + fn), cut))
        print(f"cut {cut:5.1f}  precision {tp / (tp + fp):.3f}  recall {tp / (tp + fn):.3f}  of names {tp / (y[held] == 1).sum():.3f}  F1 {2 * tp / (2 * tp + fp + fn):.3f}")
    w = fit(x, y, np.ones(len(y)))
    for value, name in sorted(zip(w, names)):
        print(f"{value:7.2f} {name}")
    body = "".join(f"    {v:.3f}, // {n}\n" for v, n in zip(w, names))
    o.out.write_text(
        "//! Written by `tests/bench/places/train.py`; see `evidence.rs` for the values.\n\n"
        f"/// A name whose sum is at least this is a place.\npub const THRESHOLD: f32 = {best[1]:.1f};\n\n"
        f"#[rustfmt::skip]\npub static WEIGHTS: [f32; super::evidence::COUNT] = [\n{body}];\n")


if __name__ == "__main__":
    main()
