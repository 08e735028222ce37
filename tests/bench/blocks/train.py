#!/usr/bin/env python3
"""Trains the choice of blocks (src/clean/html/weights.rs) and the gate (src/clean/html/gate_weights.rs) from pages with known bodies.

    cargo build --release --example block_rows
    train.py --data FOLDER [--program target/release/examples/block_rows] [--work FOLDER] [--out src/clean/html]

FOLDER holds SET.events.jsonl.gz and SET.truth.jsonl.gz for the sets that pages.py names. Needs lightgbm and numpy.

Prints every figure twice: cross-validated by site (no site's pages are judged by weights that saw it, neither of blocks nor of the gate;
the pages go the product's own way from chances to text), and plain, by the weights that the program was built with. Writes new weights
only when --out is given; build and run again for their plain figures.
"""
import argparse, os, struct, tempfile
import lightgbm as lgb
import numpy as np
from pages import BODIES, FOLDS, Pages

# As in src/clean/html/model.rs.
EARLY, DECIDED, SURE = 30, 2.5, 1.0
# Forests that go on from the first trees, each drawn from other samples of rows and columns: their mean varies less with the pages that
# they happened to see.
TAILS = 3
# Forests of the gate; their mean counts.
GATES = 6
# A set's pages weigh more where it is small, or its truth was made by people for news.
SET_WEIGHT = {"scrapinghub": 1.6, "fundus": 1.3, "fundus-eval": 1.3, "wcxb-article": 1.0, "trafilatura": 1.0}
# What a page's copy without class and id words weighs.
COPY = 0.5
# All negatives of a page together weigh no more than its article and a half.
NEGATIVES = 1.5
# Kinds of pages for the gate: 1 article, 0 none, with weight. Documentation and company pages are left to the shape of the others.
KINDS = {"product": (0, 3.0), "collection": (0, 3.0), "listing": (0, 3.0), "forum": (0, 1.5), "service": (0, 0.4)}


def rows(pages, seed=1):
    """Rows, labels, weights and folds of the blocks to train on. Of blocks of a few words that are none of the article a fifth is kept
    at five times the weight: they are half of all blocks and all alike."""
    rng = np.random.default_rng(seed)
    out = []
    for p in pages:
        if "y" not in p or not len(p["y"]):
            continue
        y, w = p["y"], p["w"].copy()
        if p["set"] in BODIES and w[y == 0].sum() > NEGATIVES:
            w[y == 0] *= NEGATIVES / w[y == 0].sum()
        trivial = (y == 0) & (np.array([len(t) for t in p["toks"]]) <= 4)
        keep = (w > 0) & (~trivial | (rng.random(len(w)) < 0.2))
        w = np.where(trivial, 5 * w, w) * SET_WEIGHT[p["set"]]
        out.append((p["rows"][keep], y[keep] > 0.5, w[keep], np.full(keep.sum(), p["fold"])))
    return [np.concatenate(c) for c in zip(*out)]


def training(data):
    """Rows of the pages, and of their copies."""
    pages, (X, y, w, fold) = rows(data.pages), rows(data.copies, seed=2)
    return [np.concatenate(c) for c in zip(pages, (X, y, COPY * w, fold))]


def fit_blocks(X, y, w, trees, leaves):
    """The first trees, and the forests that go on from them."""

    def fit(seed, trees, score=None):
        params = dict(objective="binary", learning_rate=0.12, num_leaves=leaves, min_data_in_leaf=50, min_sum_hessian_in_leaf=0.05, feature_fraction=0.35,
                      bagging_fraction=0.8, bagging_freq=1, lambda_l2=3.0, path_smooth=1.0, max_bin=63, verbose=-1, num_threads=1, force_col_wise=True, seed=seed)
        return lgb.train(params, lgb.Dataset(X, y, weight=w, init_score=score), trees)

    head = fit(1, EARLY)
    score = head.predict(X, raw_score=True)
    return [head] + [fit(101 * (n + 1), trees - EARLY, score) for n in range(TAILS)]


def chance(models, rows):
    """As model.rs: the first trees decide alone where they are sure, and so do the forests after them."""
    if not len(rows):
        return np.zeros(0)
    head, *tails = (m.predict(rows, raw_score=True) for m in models)
    odds, open = head.copy(), np.abs(head) <= DECIDED
    for n in range(len(tails)):
        odds[open] = (head + sum(tails[: n + 1]) / (n + 1))[open]
        open &= np.abs(odds) <= SURE
    return 1 / (1 + np.exp(-odds))


def gate_rows(pages, out):
    """Shapes, labels, weights and folds of the pages that reached the gate's trees."""
    rows = []
    for p in pages:
        shape = out[p["id"]]["shape"]
        y, w = KINDS.get(p["truth"].get("page_type"), (1, 1.0))
        if p["set"] == "trafilatura":
            w = 0.3
        if shape and p["truth"].get("page_type") != "documentation":
            rows.append((np.array(shape), y, w, p["fold"]))
    return [np.array(c) for c in zip(*rows)]


def fit_gate(X, y, w):
    """Forests drawn from other samples of the pages: a thousand pages are few, and one forest's doubtful verdicts hang on the sample."""

    def fit(seed):
        params = dict(objective="binary", learning_rate=0.12, num_leaves=5, min_data_in_leaf=8, min_sum_hessian_in_leaf=0.5, feature_fraction=0.4,
                      bagging_fraction=0.8, bagging_freq=1, lambda_l2=3.0, max_bin=63, verbose=-1, num_threads=1, seed=seed)
        return lgb.train(params, lgb.Dataset(X, y, weight=w), 80)

    return [fit(1 + 7 * n) for n in range(GATES)]


def article(models, shape):
    """The mean of the forests."""
    return 1 / (1 + np.exp(-np.mean([m.predict([shape], raw_score=True)[0] for m in models])))


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--data", required=True)
    a.add_argument("--program", default="target/release/examples/block_rows")
    a.add_argument("--work", default=None, help="keeps the rows and outputs here")
    a.add_argument("--trees", type=int, default=160)
    a.add_argument("--leaves", type=int, default=16)
    a.add_argument("--out", help="writes weights.rs and gate_weights.rs into this folder")
    o = a.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = o.work or scratch
        os.makedirs(work, exist_ok=True)
        data = Pages(o.data, os.path.abspath(o.program), work)
        X, y, w, fold = training(data)
        chances = {}
        for f in range(FOLDS):
            models = fit_blocks(X[fold != f], y[fold != f], w[fold != f], o.trees, o.leaves)
            for p in data.pages:
                if p["fold"] == f:
                    chances[p["id"]] = chance(models, p["rows"])
        out = data.decide(chances)
        S, sy, sw, sfold = gate_rows(data.pages, out)
        gates = [fit_gate(S[sfold != f], sy[sfold != f], sw[sfold != f]) for f in range(FOLDS)]
        shapes = {p["id"]: out[p["id"]]["shape"] for p in data.pages}
        articles = {p["id"]: article(gates[p["fold"]], shapes[p["id"]]) if shapes[p["id"]] else 1.0 for p in data.pages}
        unseen = data.figures(data.decide(chances, articles))
        plain = data.figures(data.decide())
        print(f"{'figure':32} cross-validated   plain")
        for name, value in unseen.items():
            print(f"{name:32} {value:15.4f} {plain[name]:7.4f}")
        if o.out:
            trained = [p for p in data.pages if "y" in p]
            write(fit_blocks(X, y, w, o.trees, o.leaves), f"{o.out}/weights.rs", len(trained), len({p["site"] for p in trained}), X.shape[1])
            write(fit_gate(S, sy, sw), f"{o.out}/gate_weights.rs", len(sy), len({p["site"] for p in data.pages}), S.shape[1], 1 / GATES)


def write(models, path, pages, sites, columns, share=1.0):
    """Trees as tables of Rust, model after model, each leaf with its share in the sum. The mean of the labels is part of the first tree's leaves."""
    nodes, roots, leaves = [], [], []

    def walk(n):
        if "leaf_value" in n:
            leaves.append(n["leaf_value"] * share)
            return -len(leaves)
        at = len(nodes)
        nodes.append(None)
        nodes[at] = (n["split_feature"], n["threshold"], walk(n["left_child"]), walk(n["right_child"]))
        return at

    for model in models:
        for t in model.dump_model()["tree_info"]:
            roots.append(walk(t["tree_structure"]))

    def cut(items, width=134):
        out, line = [], "   "
        for i in items:
            if len(line) + len(i) + 2 > width:
                out.append(line)
                line = "   "
            line += " " + i + ","
        return "\n".join(out + [line])

    with open(path, "w") as f:
        f.write(f"//! Made by tests/bench/blocks/train.py: do not edit. Gradient-boosted trees, {len(roots)} of them, from {pages} pages of {sites} sites.\n\n")
        f.write(f"/// Columns of a row that the weights were made for.\npub const COLUMNS: usize = {columns};\n\n")
        f.write(f"/// First node of each tree.\n#[rustfmt::skip]\npub const ROOTS: [i16; {len(roots)}] = [\n{cut([str(r) for r in roots])}\n];\n\n")
        f.write("/// Column, threshold, node for values up to it, node for others; a negative node is the leaf `-n - 1`.\n#[rustfmt::skip]\n")
        f.write(f"pub static NODES: [(u16, f32, i16, i16); {len(nodes)}] = [\n{cut([f'({c}, {fl(t)}, {l}, {r})' for c, t, l, r in nodes])}\n];\n\n")
        f.write(f"/// FNV-1a over roots, nodes and leaves: a table changed by hand or merged from two trainings is found by its test.\n#[cfg(test)]\npub const CHECKSUM: u64 = 0x{checksum(roots, nodes, leaves):016x};\n\n")
        f.write(f"/// Log odds.\n#[rustfmt::skip]\npub static LEAVES: [f32; {len(leaves)}] = [\n{cut([fl(v, 5) for v in leaves])}\n];\n")


def checksum(roots, nodes, leaves):
    data = b"".join(struct.pack("<h", r) for r in roots)
    data += b"".join(struct.pack("<Hfhh", c, float(fl(t)), low, high) for c, t, low, high in nodes)
    data += b"".join(struct.pack("<f", float(fl(v, 5))) for v in leaves)
    hash = 0xCBF29CE484222325
    for byte in data:
        hash = (hash ^ byte) * 0x100000001B3 % (1 << 64)
    return hash


def fl(v, digits=6):
    s = f"{v:.{digits}g}"
    if "e" in s:
        s = f"{v:.9f}".rstrip("0")
        s += "0" if s.endswith(".") else ""
    return s if "." in s else s + ".0"


if __name__ == "__main__":
    main()
