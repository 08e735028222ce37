"""Pages with known bodies: reading, labels and scores, for train.py. Metrics as in the article-extraction-benchmark: F1 of 4-word shingles."""
import collections, gzip, hashlib, json, random, re, subprocess, urllib.parse
import numpy as np

WORD = re.compile(r"\w+")
N = 4
# Sets with whole bodies, sets with segments that must or must not be in it, and sets of pages that are no articles.
BODIES = ["scrapinghub", "fundus", "fundus-eval", "wcxb-article"]
SETS = BODIES + ["trafilatura", "wcxb-other"]
FOLDS = 5


def lines(path):
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rt", encoding="utf-8") as f:
        yield from map(json.loads, f)


def words(text):
    return WORD.findall(text or "")


def squash(text):
    return " ".join(text.split())


def shingles(t):
    return collections.Counter([tuple(t)] if 0 < len(t) <= N else zip(*(t[k:] for k in range(N))))


def counts(truth, text):
    t, p = shingles(truth), shingles(text)
    tp = sum((t & p).values())
    return tp, sum(p.values()) - tp, sum(t.values()) - tp


def page_f1(tp, fp, fn):
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0


def summary(rows):
    p = np.mean([a / (a + b) for a, b, c in rows if a + b])
    r = np.mean([a / (a + c) for a, b, c in rows if a + c])
    return p, r, 2 * p * r / (p + r)


def site(url):
    host = (urllib.parse.urlsplit(url).hostname or "").split(".")
    return ".".join(host[-3:] if len(host) > 2 and len(host[-2]) <= 3 else host[-2:])


def label(toks, body):
    """1 for blocks whose shingles the true body holds, each shingle spent once, the block with the most such neighbours first, so that
    repeats (pull quotes, teasers) become 0; then partly covered blocks as long as the page's F1 rises. Weight: words of the block over
    words of the page."""
    truth = words(body)
    left = shingles(truth)
    total = sum(left.values())
    whole = collections.Counter(tuple(words(x)) for x in body.split("\n"))
    whole.pop((), None)
    own = [shingles(t) if len(t) >= N else None for t in toks]
    size = [sum(o.values()) if o is not None else 0 for o in own]
    cover = [sum((s & left).values()) / max(1, n) if s is not None else float(tuple(t) in whole) for s, n, t in zip(own, size, toks)]
    mass = np.array([c * min(len(t), 100) for c, t in zip(cover, toks)])
    near = np.convolve(mass, np.ones(11))[5 : 5 + len(mass)] if len(mass) else mass
    y, hits = np.zeros(len(toks)), np.zeros(len(toks))
    for i in sorted(range(len(toks)), key=lambda i: -near[i]):
        if own[i] is None:
            if whole[tuple(toks[i])] > 0:
                y[i] = 1
                whole[tuple(toks[i])] -= 1
            continue
        hit = own[i] & left
        hits[i] = sum(hit.values())
        if hits[i] >= 0.5 * size[i]:
            y[i] = 1
            left -= hit
    tp = sum(h for h, yes in zip(hits, y) if yes)
    said = sum(n for n, yes in zip(size, y) if yes)
    for i in range(len(toks)):
        if y[i] or not hits[i]:
            continue
        n = sum((own[i] & left).values())
        if 2 * (tp + n) / (said + size[i] + total) > 2 * tp / max(1, said + total) + 1e-9:
            y[i] = 1
            left -= own[i]
            tp, said = tp + n, said + size[i]
    return y, np.array([len(t) + 1 for t in toks], float) / max(60, len(truth))


def label_segments(blocks, truth):
    """1 and 0 for blocks that hold a segment that must or must not be in the body, -1 for all others."""
    flat = [squash(b) for b in blocks]
    y = np.full(len(blocks), -1.0)
    for value, name in ((0, "without"), (1, "with")):
        for segment in map(squash, truth.get(name) or []):
            hits = [i for i, b in enumerate(flat) if segment and segment in b]
            if value == 0 or len(hits) == 1:
                y[hits] = value
    return y


# What a site's own habits are told by.
NAMES = re.compile(r"""\s(?:class|id|itemprop|role)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.I)


def without_names(event):
    """The page without its class and id words, or without a third of them; a word goes everywhere on the page or nowhere. Weights that
    also learn from such copies lean less on words that the next site does not use."""
    rng = random.Random(event["id"])
    share, gone = rng.choice([0.35, 1.0]), {}

    def kept(found):
        word = found.group(0)
        if word not in gone:
            gone[word] = rng.random() < share
        return "" if gone[word] else word

    return dict(event, html=NAMES.sub(kept, event["html"]))


class Pages:
    """The sets of a folder, with the rows that `block_rows` makes of them. `copies` are the pages to train on, without their names."""

    def __init__(self, data, program, work):
        self.data, self.program, self.work = data, program, work
        self.pages, self.copies = [], []
        for name in SETS:
            self.run(name, "rows", f"{work}/{name}")
            self.pages += self.rows(name, f"{work}/{name}")
            if name in BODIES + ["trafilatura"]:
                bare = (json.dumps(without_names(e)) for e in lines(f"{data}/{name}.events.jsonl.gz"))
                subprocess.run([program, "rows", f"{work}/{name}-bare"], input="\n".join(bare).encode(), check=True)
                self.copies += self.rows(name, f"{work}/{name}-bare")

    def rows(self, name, prefix):
        numbers, at = np.fromfile(f"{prefix}.f32", np.float32), 0
        truth = {t["id"]: t for t in lines(f"{self.data}/{name}.truth.jsonl.gz")}
        for r in lines(f"{prefix}.jsonl"):
            n = len(r["blocks"]) * r["columns"]
            t = truth[r["id"]]
            page = dict(id=r["id"], set=name, truth=t, toks=[words(b) for b in r["blocks"]], rows=numbers[at : at + n].reshape(-1, r["columns"]))
            at += n
            page["site"] = site(t["url"])
            page["fold"] = hashlib.sha256(page["site"].encode()).digest()[1] % FOLDS
            if name in BODIES:
                page["y"], page["w"] = label(page["toks"], t["body"])
            elif name == "trafilatura":
                page["y"] = label_segments(r["blocks"], t)
                page["w"] = 0.35 * (page["y"] >= 0)
            yield page

    def run(self, name, *arguments):
        with gzip.open(f"{self.data}/{name}.events.jsonl.gz") as events:
            subprocess.run([self.program, *arguments], input=events.read(), check=True)

    def decide(self, blocks=None, pages=None):
        """What the product makes of the pages, by given chances of blocks and pages in place of the shipped weights: id -> output."""
        out = {}
        for name in SETS:
            arguments = ["decide", f"{self.work}/{name}"]
            for kind, chances in (("blocks", blocks), ("pages", pages)):
                if chances is not None:
                    path = f"{self.work}/{name}.{kind}"
                    np.concatenate([np.atleast_1d(chances[p["id"]]) for p in self.pages if p["set"] == name]).astype("<f4").tofile(path)
                    arguments.append(path)
            self.run(name, *arguments)
            out.update((r["id"], r) for r in lines(f"{self.work}/{name}.out.jsonl"))
        return out

    def figures(self, out):
        """Figure -> value, of what came out."""
        bodies, segments, refused, low = collections.defaultdict(list), collections.Counter(), collections.defaultdict(list), 0
        for p in self.pages:
            o, t = out[p["id"]], p["truth"]
            if p["set"] in BODIES:
                row = counts(words(t["body"]), words(o["body"]))
                bodies[p["set"]].append(row)
                low += page_f1(*row) < 0.5
            elif p["set"] == "trafilatura":
                flat = squash(o["body"])
                for name, yes, no in (("with", "tp", "fn"), ("without", "fp", "tn")):
                    for s in t.get(name) or []:
                        segments[yes if squash(s) in flat else no] += 1
            refused[t.get("page_type") or p["set"]].append(o["refused"] is not None)
        res = {f"{name}.body.{k}": v for name in BODIES for k, v in zip(("precision", "recall", "f1"), summary(bodies[name]))}
        p = segments["tp"] / max(1, segments["tp"] + segments["fp"])
        r = segments["tp"] / max(1, segments["tp"] + segments["fn"])
        res["trafilatura.segments.f1"] = 2 * p * r / max(1e-9, p + r)
        res["pages below .5"] = low
        for kind, rows in sorted(refused.items()):
            res[f"refused.{kind}"] = float(np.mean(rows))
        return res
