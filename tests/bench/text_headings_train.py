#!/usr/bin/env python3
"""Trains the headings of bare text (src/clean/text/heading_weights.rs) from the rows of glues.

    text_headings.py TEXTIFY_DIR MARKED.jsonl EVENTS,TRUTH ...
    cargo run --profile quick --example text_headings -- rows MARKED.jsonl > ROWS
    text_headings_train.py ROWS [--out src/clean/text/heading_weights.rs]

Prints precision and recall over all headings of each set at several chances, cross-validated by site: no glue is judged by trees that saw its
site. `(part)` says how many of the headings have the right end among their glue's at all. `--fold N` leaves the sites of that part out of the
weights, to measure the whole program on them. Needs lightgbm and numpy.
"""
import argparse
import zlib

import lightgbm as lgb
import numpy as np

FOLDS = 4
# So many models of other random columns say together what one alone says with more chance.
BAGS = 3
# As in src/clean/text/heading.rs, there over all models: trees before hopeless ends are given up, how far these are behind, thousandths in a
# leaf's unit.
EARLY, BEHIND, UNIT = 24, 2.0, 1000
# Pages in the other styles of gluing weigh less, and news, of which there are fewer pages than of guides and reviews, more.
OTHER, NEWS = 0.7, 3.0


class Glues:
    def __init__(self, path):
        lost, rows, truth, sizes, sites, sets = [], [], [], [], [], []
        with open(path, encoding="utf-8") as f:
            self.classes = [i for i, scale in enumerate(f.readline().split()) if scale == "classes"]
            for line in f:
                name, site, right, *ends = line.split()
                if right == "-2":
                    lost.append(name)
                    continue
                rows.append("".join(ends))
                truth += [i == int(right) for i in range(len(ends))]
                sizes.append(len(ends))
                sites.append(site)
                sets.append(name)
        text = np.frombuffer("".join(rows).encode(), dtype=np.uint8)
        self.rows = np.where(text > 57, text - 87, text - 48).reshape(len(truth), -1).astype(np.float32)
        self.truth, self.sizes, self.sets, self.lost = np.array(truth, float), np.array(sizes), np.array(sets), lost
        self.folds = np.array([zlib.crc32(s.encode()) % FOLDS for s in sites])
        self.weights = np.array([(OTHER if s.endswith("_other") else 1.0) * (1.0 if s.startswith("wcxb") else NEWS) for s in sets])

    def starts(self, sizes):
        return np.concatenate([[0], np.cumsum(sizes)[:-1]])


def chances(scores, sizes, starts):
    """Of each end, among the ends of its glue and "no heading", which scores nothing."""
    top = np.maximum(np.maximum.reduceat(scores, starts), 0)
    e = np.exp(scores - np.repeat(top, sizes))
    return e / np.repeat(np.add.reduceat(e, starts) + np.exp(-top), sizes)


def fit(glues, chosen, trees, leaves, rate):
    """The models."""
    rows = np.repeat(chosen, glues.sizes)
    sizes, truth = glues.sizes[chosen], glues.truth[rows]
    starts, weights = glues.starts(sizes), np.repeat(glues.weights[chosen], sizes)

    def objective(scores, _):
        p = chances(scores, sizes, starts)
        return (p - truth) * weights, np.maximum(p * (1 - p), 1e-3) * weights

    params = dict(objective=objective, num_leaves=leaves, learning_rate=rate, min_data_in_leaf=30, min_sum_hessian_in_leaf=1.0, lambda_l2=5.0, feature_fraction=0.5,
                  max_cat_to_onehot=4, cat_smooth=20, max_bin=31, verbose=-1, num_threads=2, deterministic=True, force_col_wise=True)
    data = lambda: lgb.Dataset(glues.rows[rows], truth, categorical_feature=glues.classes, params={"verbose": -1, "max_bin": 31})
    return [lgb.train(params | {"seed": bag + 1}, data(), trees) for bag in range(BAGS)]


def judge(models, glues, chosen):
    """The best end of each chosen glue, its chance, and whether it is the right one."""
    rows, sizes = glues.rows[np.repeat(chosen, glues.sizes)], glues.sizes[chosen]
    starts = glues.starts(sizes)
    early = np.mean([m.predict(rows, num_iteration=EARLY) for m in models], axis=0)
    all_trees = np.mean([m.predict(rows) for m in models], axis=0)
    kept = early >= np.repeat(np.maximum(np.maximum.reduceat(early, starts), 0) - BEHIND, sizes)
    chance = chances(np.where(kept, all_trees, -50.0), sizes, starts)
    most = np.maximum.reduceat(chance, starts)
    right = np.maximum.reduceat((chance == np.repeat(most, sizes)) * glues.truth[np.repeat(chosen, glues.sizes)], starts)
    return most, right > 0.5, kept.mean()


def figures(glues, most, right):
    has = np.add.reduceat(glues.truth, glues.starts(glues.sizes)) > 0
    for name in sorted(set(glues.sets)):
        own = glues.sets == name
        total = glues.lost.count(name) + has[own].sum()
        said = [f"{name:20} headings {total} ({has[own].sum() / total:.2f})"]
        for least in (0.5, 0.55, 0.6, 0.65, 0.7, 0.8):
            found = own & (most >= least)
            said.append(f".{int(least * 100)}: {right[found].mean():.3f} {right[found].sum() / total:.3f}")
        print("  ".join(said))


def write(models, glues, path):
    """Trees as tables of Rust. A node asks whether a column's value is in a set, a bit a value."""
    nodes, roots, leaves = [], [], []

    def walk(n):
        if "leaf_value" in n:
            leaves.append(round(n["leaf_value"] * UNIT / len(models)))
            return -len(leaves)
        at = len(nodes)
        nodes.append(None)
        if n["decision_type"] == "==":
            values = sum(1 << int(v) for v in n["threshold"].split("||"))
        else:
            values = sum(1 << v for v in range(16) if v <= n["threshold"])
        nodes[at] = (n["split_feature"], values, walk(n["left_child"]), walk(n["right_child"]))
        return at

    # The first trees of all models, then the second ones: what is given up early is given up by all of them.
    for trees in zip(*(m.dump_model()["tree_info"] for m in models)):
        roots += [walk(tree["tree_structure"]) for tree in trees]

    def cut(items, width=138):
        out, line = [], "   "
        for item in items:
            if len(line) + len(item) + 2 > width:
                out.append(line)
                line = "   "
            line += f" {item},"
        return "\n".join(out + [line])

    with open(path, "w", encoding="utf-8") as f:
        f.write(f"//! Trees of [`super::heading`], {len(roots)} of them. Made by `tests/bench/text_headings_train.py` from pages of the open benchmarks\n")
        f.write("//! wcxb-article, fundus-evaluation, fundus and scrapinghub (development halves) turned into text with their headings and paragraphs glued\n")
        f.write("//! in four ways. Do not edit: train again.\n\n")
        f.write(f"/// Columns that the trees were made for.\npub const COLUMNS: usize = {glues.rows.shape[1]};\n\n")
        f.write(f"/// Models that are added up, tree by tree in turn.\npub const MODELS: usize = {len(models)};\n\n")
        f.write(f"/// First node of each tree.\n#[rustfmt::skip]\npub static ROOTS: [i16; {len(roots)}] = [\n{cut([str(r) for r in roots])}\n];\n\n")
        f.write("/// Column, the values (a bit each) that go to the first node, and all others' node; a negative node is the leaf `-n - 1`.\n#[rustfmt::skip]\n")
        f.write(f"pub static NODES: [(u8, u16, i16, i16); {len(nodes)}] = [\n{cut([f'({c}, {v:#x}, {l}, {r})' for c, v, l, r in nodes])}\n];\n\n")
        f.write(f"/// Thousandths of log odds.\n#[rustfmt::skip]\npub static LEAVES: [i16; {len(leaves)}] = [\n{cut([str(v) for v in leaves])}\n];\n")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("rows")
    a.add_argument("--trees", type=int, default=120)
    a.add_argument("--leaves", type=int, default=10)
    a.add_argument("--rate", type=float, default=0.12)
    a.add_argument("--fold", type=int, help="writes weights that have not seen the sites of this part; nothing else")
    a.add_argument("--out", help="writes the weights here")
    o = a.parse_args()
    glues = Glues(o.rows)
    train = lambda chosen: fit(glues, chosen, o.trees, o.leaves, o.rate)
    if o.fold is None:
        most, right = np.zeros(len(glues.sizes)), np.zeros(len(glues.sizes), bool)
        kept = []
        for fold in range(FOLDS):
            own = glues.folds == fold
            most[own], right[own], share = judge(train(~own), glues, own)
            kept.append(share)
        figures(glues, most, right)
        print(f"ends kept after the first trees: {np.mean(kept):.2f}")
    if o.out:
        write(train(glues.folds != (-1 if o.fold is None else o.fold)), glues, o.out)


if __name__ == "__main__":
    main()
