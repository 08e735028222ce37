#!/usr/bin/env python3
"""Glued pages with marked headings, to train the headings of bare text from (text_headings_train.py).

usage: text_headings.py TEXTIFY_DIR OUT.jsonl EVENTS,TRUTH ...

TEXTIFY_DIR holds the textify.py of the extraction sets. Four styles of every page: headings glued to the sentence before, or on both sides;
paragraphs joined by a blank, or glued too. U+E000 and U+E001 stand around each heading. `set` and `site` are for cross-validation. Needs lxml.
"""
import gzip
import json
import re
import sys
from urllib.parse import urlsplit

from lxml import html

BEGIN, END, BLOCK = "\ue000", "\ue001", "\ue002"
STYLES = [(heading, paragraph) for heading in (" ", "") for paragraph in (" ", "")]
# Every page in the first style, one in three in each of the others.
SHARE = 3


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as f:
        yield from map(json.loads, f)


def site(url):
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def lines_of(textify, root, article):
    """As textify.lines_of, with the borders of blocks marked instead of glued."""
    out, cur = [], []

    def flush():
        line = re.sub(r"\s+", " ", "".join(cur)).strip()
        if line:
            out.append(line)
        cur.clear()

    def walk(node, inside):
        if not isinstance(node.tag, str) or node.tag in textify.SKIP:
            return
        block, heading = node.tag in textify.BLOCK, node.tag in textify.HEADINGS
        border = inside
        inside = inside or node is article
        if block:
            cur.append(BEGIN if heading else BLOCK) if border else flush()
        cur.append(node.text or "")
        for child in node:
            walk(child, inside)
            cur.append(child.tail or "")
        if block:
            cur.append(END if heading else BLOCK) if border else flush()

    walk(root, False)
    flush()
    return out


def glued(line, after_heading, between):
    """The line with its blocks glued in one style."""
    out, border, heading = [], "", False
    for part in re.split("([\ue000-\ue002])", line):
        text = part.strip()
        if part == BEGIN:
            border, heading = BEGIN, True
        elif part == END:
            if not heading and out:
                out.append(END)
            border, heading = END, False
        elif part == BLOCK:
            border = border or BLOCK
        elif text:
            if out:
                out.append({END: after_heading, BLOCK: between}.get(border, ""))
            out.append((BEGIN if heading else "") + text)
            border, heading = "", False
    return "".join(out)


def of_body(line, body):
    """The part of a long line that the body holds."""
    words = [(m.start(), m.end()) for m in re.finditer(r"\w+", line)]
    text = [line[a:b] for a, b in words]
    held = [i for i in range(len(text) - 3) if tuple(text[i : i + 4]) in body]
    return line[words[held[0]][0] : words[held[-1] + 3][1] + 2] if held else ""


def main():
    directory, out, *sets = sys.argv[1:]
    sys.path.insert(0, directory)
    import textify

    count = 0
    with open(out, "w", encoding="utf-8") as f:
        for events, truth in (s.split(",") for s in sets):
            bodies = {t["id"]: t.get("body") or "" for t in rows(truth)}
            for event in rows(events):
                body = bodies.get(event["id"], "")
                if len(body) < 300:
                    continue
                doc = html.document_fromstring(event["html"].encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
                root = doc.find("body") if doc.find("body") is not None else doc
                lines = lines_of(textify, root, textify.article_root(root, body))
                words = re.findall(r"\w+", body)
                runs = set(zip(words, words[1:], words[2:], words[3:]))
                for n, style in enumerate(STYLES):
                    if n and (count + n) % SHARE:
                        continue
                    text = [of_body(glued(line, *style), runs) for line in lines if len(line) > 200]
                    row = {"id": event["id"], "set": event["set"] + ("" if n == 0 else " other"), "site": site(event["url"]), "text": "\n".join(filter(None, text))}
                    f.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
    print(f"{count} pages", file=sys.stderr)


if __name__ == "__main__":
    main()
