#!/usr/bin/env python3
"""Trains the choice of blocks (src/clean/html/weights.rs) from pages with known bodies.

    zcat SET.events.jsonl.gz | cargo run --example block_rows > SET.rows.jsonl
    train.py --rows SET.rows.jsonl ... --truth SET.truth.jsonl.gz ... [--out src/clean/html/weights.rs]

Needs lightgbm and numpy. Prints the page F1 of every set, cross-validated by site, before it writes the weights of all pages.

Labels: blocks whose 4-word shingles the true body holds, each shingle spent once, the block with the most such neighbours first, so that
repeats (pull quotes, teasers) become negatives. Weight: words of the block over words of the page.
"""
import argparse, collections, gzip, json, re, sys, urllib.parse
import lightgbm as lgb
import numpy as np

WORD = re.compile(r"\w+")
N = 4


def lines(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as f:
        yield from map(json.loads, f)


def shingles(t):
    return collections.Counter([tuple(t)] if 0 < len(t) <= N else zip(*(t[k:] for k in range(N))))


def f1(truth, text):
    t, p = shingles(truth), shingles(text)
    tp = sum((t & p).values())
    return tp, sum(p.values()) - tp, sum(t.values()) - tp


def label(blocks, body):
    truth = WORD.findall(body)
    left = shingles(truth)
    whole = {tuple(WORD.findall(x)) for x in body.split("\n")} - {()}
    toks = [WORD.findall(b["text"]) for b in blocks]
    own = [shingles(t) if len(t) >= N else None for t in toks]
    cover = [(sum((s & left).values()) / max(1, sum(s.values())) if s is not None else float(bool(t) and tuple(t) in whole)) for s, t in zip(own, toks)]
    mass = np.array([c * min(len(t), 100) for c, t in zip(cover, toks)])
    near = np.convolve(mass, np.ones(11), "same") if len(mass) else mass
    y = np.zeros(len(blocks))
    for i in sorted(range(len(blocks)), key=lambda i: -near[i]):
        if own[i] is None:
            y[i] = cover[i] if (tuple(toks[i]) in whole) else 0.0
            whole.discard(tuple(toks[i]))
            continue
        hit = own[i] & left
        c = sum(hit.values()) / max(1, sum(own[i].values()))
        if c >= 0.5:
            y[i] = 1
            left -= hit
    w = np.array([(len(t) + 1) for t in toks], float) / max(60, len(truth))
    neg = w[y == 0].sum()
    if neg > 1.5:
        w[y == 0] *= 1.5 / neg
    return y, w, toks, truth


def choose(p, toks, blocks, expected=None):
    keep = p >= 0.5
    n = np.array([len(t) for t in toks], float)
    want = (n * p).sum()
    if (n * keep).sum() * 2 < want:
        best, take, words, hit = 0, 0, 0, 0
        order = np.argsort(-p, kind="stable")
        for k, i in enumerate(order):
            words += n[i]; hit += n[i] * p[i]
            if 2 * hit / (words + want) > best:
                best, take = 2 * hit / (words + want), k + 1
        keep[order[:take]] = True
    out = []
    for i in np.flatnonzero(keep):
        if not (blocks[i]["headline"] and len(out) < 60):
            out += toks[i]
    return out


def site(url):
    host = (urllib.parse.urlsplit(url).hostname or "").split(".")
    return ".".join(host[-3:] if len(host) > 2 and len(host[-2]) <= 3 else host[-2:])


def fit(X, y, w, o, seed=1):
    d = lgb.Dataset(X, y, weight=w, free_raw_data=False)
    p = dict(objective="binary", learning_rate=o.rate, num_leaves=o.leaves, min_data_in_leaf=40, min_sum_hessian_in_leaf=0.05, feature_fraction=0.5,
             bagging_fraction=0.8, bagging_freq=1, lambda_l2=1.0, verbose=-1, num_threads=2, seed=seed, max_bin=127, path_smooth=1.0)
    return lgb.train(p, d, o.trees)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--rows", nargs="+", required=True)
    a.add_argument("--truth", nargs="+", required=True)
    a.add_argument("--trees", type=int, default=60)
    a.add_argument("--leaves", type=int, default=15)
    a.add_argument("--rate", type=float, default=0.15)
    a.add_argument("--folds", type=int, default=5)
    a.add_argument("--out")
    a.add_argument("--worst", type=int, default=0)
    o = a.parse_args()
    truth = {t["id"]: (t, k) for k, path in enumerate(o.truth) for t in lines(path)}
    pages = []
    for path in o.rows:
        for r in lines(path):
            t, k = truth[r["id"]]
            if r["blocks"] and t.get("body"):
                y, w, toks, body = label(r["blocks"], t["body"])
                w *= {0: 1.6, 1: 1.3, 2: 1.3}.get(k, 1.0) if len(o.truth) > 2 else 1
                pages.append(dict(id=r["id"], set=k, site=site(t["url"]), X=np.array([b["row"] for b in r["blocks"]], np.float32), y=y, w=w, toks=toks, body=body,
                                  blocks=[{"headline": b["headline"], "text": b["text"][:90]} for b in r["blocks"]]))
    sites = sorted({p["site"] for p in pages})
    fold = {s: (hash_of(s) % max(1, o.folds)) for s in sites}
    res = collections.defaultdict(list)
    oracle = collections.defaultdict(list)
    for f in range(o.folds):
        tr = [p for p in pages if fold[p["site"]] != f]
        m = fit(np.concatenate([p["X"] for p in tr]), np.concatenate([p["y"] > 0.5 for p in tr]), np.concatenate([p["w"] for p in tr]), o)
        for p in pages:
            if fold[p["site"]] == f:
                pr = m.predict(p["X"])
                res[p["set"]].append((f1(p["body"], choose(pr, p["toks"], p["blocks"])), p["id"]))
                oracle[p["set"]].append((f1(p["body"], choose(p["y"], p["toks"], p["blocks"])), p["id"]))
    for name, d in (("cross-validated", res), ("oracle", oracle)):
        for k, rows in sorted(d.items()):
            P = np.mean([a / (a + b) for (a, b, c), _ in rows if a + b]); R = np.mean([a / (a + c) for (a, b, c), _ in rows if a + c])
            print(f"{name} {o.truth[k].split('/')[-1].split('.')[0]}: P {P:.3f} R {R:.3f} F1 {2*P*R/(P+R):.4f} pages {len(rows)}")
    if o.worst:
        for k, rows in sorted(res.items()):
            for (a_, b_, c_), i in sorted(rows, key=lambda r: 2*r[0][0]/max(1, 2*r[0][0]+r[0][1]+r[0][2]))[: o.worst]:
                print(k, i, a_, b_, c_)
    if o.out:
        m = fit(np.concatenate([p["X"] for p in pages]), np.concatenate([p["y"] > 0.5 for p in pages]), np.concatenate([p["w"] for p in pages]), o)
        write(m, o.out, len(pages), len(sites), pages[0]["X"].shape[1])


def hash_of(s):
    import hashlib
    return hashlib.sha256(s.encode()).digest()[0]


def write(m, path, pages, sites, columns):
    nodes, roots = [], []
    # The mean of the labels is part of the first tree's leaves.
    def walk(n):
        if "leaf_value" in n:
            return None, n["leaf_value"]
        at = len(nodes)
        nodes.append(None)
        sides = []
        for s in ("left_child", "right_child"):
            child, value = walk(n[s])
            if child is None:
                nodes_leaf.append(value)
                sides.append(-len(nodes_leaf))
            else:
                sides.append(child)
        nodes[at] = (n["split_feature"], n["threshold"], sides[0], sides[1])
        return at, None
    nodes_leaf = []
    for t in m.dump_model()["tree_info"]:
        at, value = walk(t["tree_structure"])
        if at is None:
            nodes_leaf.append(value); at = -len(nodes_leaf)
        roots.append(at)
    def cut(items, width=134):
        out, line = [], "   "
        for i in items:
            if len(line) + len(i) + 2 > width:
                out.append(line); line = "   "
            line += " " + i + ","
        return "\n".join(out + [line])
    with open(path, "w") as f:
        f.write(f"//! Made by tests/bench/blocks/train.py: do not edit. Gradient-boosted trees, {len(roots)} of them, from {pages} pages of {sites} sites.\n\n")
        f.write(f"/// Columns of a row that the weights were made for.\npub const COLUMNS: usize = {columns};\n\n")
        f.write(f"/// First node of each tree.\n#[rustfmt::skip]\npub const ROOTS: [i16; {len(roots)}] = [\n{cut([str(r) for r in roots])}\n];\n\n")
        f.write("/// Column, threshold, node for values up to it, node for others; a negative node is the leaf `-n - 1`.\n#[rustfmt::skip]\n")
        f.write(f"pub const NODES: [(u16, f32, i16, i16); {len(nodes)}] = [\n{cut([f'({c}, {fl(t)}, {l}, {r})' for c, t, l, r in nodes])}\n];\n\n")
        f.write(f"/// Log odds.\n#[rustfmt::skip]\npub const LEAVES: [f32; {len(nodes_leaf)}] = [\n{cut([fl(v, 5) for v in nodes_leaf])}\n];\n")


def fl(v, digits=6):
    s = f"{v:.{digits}g}"
    if "e" in s:
        s = f"{v:.9f}".rstrip("0")
        s += "0" if s.endswith(".") else ""
    return s if "." in s else s + ".0"


if __name__ == "__main__":
    main()
