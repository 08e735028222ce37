//! The table of places: GeoNames and what stands in `regions.tsv` and `names.tsv`, compressed by `tests/bench/places/build.py`, whose head
//! describes the layout. Unpacked once, on first use.

use crate::tag::fold::{EMPTY, join, words};
use std::sync::LazyLock;

static COMPRESSED: &[u8] = include_bytes!("gazetteer.zst");
/// Of the unpacked table; a larger one is not ours.
const UNPACKED_BYTES: usize = 32 << 20;

/// What a row of the table is. The numbers are those of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Country,
    /// First-level unit: a state, a province.
    Region1,
    /// Second-level unit: a county.
    Region2,
    /// A place of 15,000 people and more, or a seat of government.
    City,
    Small,
    Continent,
    Region,
    Water,
    River,
    Mountain,
    Island,
    /// No place: a forename, to know people by.
    Forename,
    /// No place: a phrase that holds the name of one.
    Never,
}

const KINDS: [Kind; 13] = [
    Kind::Country,
    Kind::Region1,
    Kind::Region2,
    Kind::City,
    Kind::Small,
    Kind::Continent,
    Kind::Region,
    Kind::Water,
    Kind::River,
    Kind::Mountain,
    Kind::Island,
    Kind::Forename,
    Kind::Never,
];

/// A row.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub kind: Kind,
    /// Place in [`Gazetteer::countries`]; 0 is none.
    pub country: u8,
    /// Place in [`Gazetteer::regions`]; 0 is none.
    pub region: u16,
    /// 8 log2(population + 1).
    pub size: u8,
    /// Thousandths of a degree.
    pub lat: i32,
    pub lon: i32,
    pub geonames_id: u32,
    name: u32,
    name_bytes: u16,
}

/// What is known of a name of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags(pub u8);

impl Flags {
    /// In another language than English.
    pub const FOREIGN: u8 = 1;
    pub const DEMONYM: u8 = 2;
    /// Only in capitals, as `US`.
    pub const CAPITALS: u8 = 4;
    /// Also a common English word.
    pub const WORD: u8 = 8;
    pub const FORENAME: u8 = 16;
    pub const SURNAME: u8 = 32;
    /// Not the name that is shown.
    pub const OTHER: u8 = 64;

    pub fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

/// A name's meaning: row and flags.
#[derive(Debug, Clone, Copy)]
pub struct Meaning(u32);

impl Meaning {
    fn new(row: usize, flags: u8) -> Self {
        Meaning((row as u32) << 7 | u32::from(flags & 0x7f))
    }

    pub fn row(self) -> usize {
        (self.0 >> 7) as usize
    }

    pub fn flags(self) -> Flags {
        Flags((self.0 & 0x7f) as u8)
    }
}

/// What a look-up gives.
pub struct Entry<'a> {
    pub meanings: &'a [Meaning],
    /// Longer names begin so.
    pub goes_on: bool,
    /// Among the meanings is that it is no place.
    pub never: bool,
}

pub struct Gazetteer {
    pub rows: Vec<Row>,
    /// ISO codes; `--` is none.
    pub countries: Vec<String>,
    /// Code (`US.TX`) and name; the first is none.
    pub regions: Vec<(String, String)>,
    text: String,
    slots: Vec<Slot>,
    meanings: Vec<Meaning>,
}

/// Open addressing: the low bits of a name's hash say where, the high ones whether it is the one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Slot {
    check: u32,
    /// First of its meanings.
    first: u32,
    count: u16,
    marks: u8,
}

impl Slot {
    const USED: u8 = 1;
    const GOES_ON: u8 = 2;
    const NEVER: u8 = 4;

    fn is(&self, mark: u8) -> bool {
        self.marks & mark != 0
    }
}

pub static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| read(COMPRESSED).unwrap_or_else(Gazetteer::empty));

impl Gazetteer {
    fn empty() -> Self {
        Gazetteer {
            rows: Vec::new(),
            countries: vec!["--".into()],
            regions: vec![Default::default()],
            text: String::new(),
            slots: vec![Slot::default()],
            meanings: Vec::new(),
        }
    }

    pub fn name(&self, row: &Row) -> &str {
        self.text.get(row.name as usize..row.name as usize + row.name_bytes as usize).unwrap_or_default()
    }

    /// ISO 3166-1 code.
    pub fn country(&self, country: u8) -> Option<&str> {
        (country != 0).then(|| self.countries[country as usize].as_str())
    }

    pub fn country_of_code(&self, code: &str) -> Option<u8> {
        self.countries.iter().position(|c| c == code).filter(|at| *at != 0).map(|at| at as u8)
    }

    /// Name of a first-level region.
    pub fn region(&self, region: u16) -> Option<&str> {
        self.regions.get(region as usize).map(|r| r.1.as_str()).filter(|n| !n.is_empty())
    }

    /// Where the name with this hash would be. Who looks up many fetches the slots of all before it looks at any: nearly each lies in another
    /// line of memory.
    pub fn slot(&self, hash: u64) -> Slot {
        self.slots[hash as usize & (self.slots.len() - 1)]
    }

    /// The name with this hash, whose slot is known.
    pub fn look_up_from(&self, mut slot: Slot, hash: u64) -> Option<Entry<'_>> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while slot.is(Slot::USED) {
            if slot.check == (hash >> 32) as u32 {
                let first = slot.first as usize;
                let meanings = &self.meanings[first..first + slot.count as usize];
                return Some(Entry { meanings, goes_on: slot.is(Slot::GOES_ON), never: slot.is(Slot::NEVER) });
            }
            at = (at + 1) & mask;
            slot = self.slots[at];
        }
        None
    }

    /// The name with this hash.
    pub fn look_up(&self, hash: u64) -> Option<Entry<'_>> {
        self.look_up_from(self.slot(hash), hash)
    }
}

/// Reads bytes from front to back; `None` at the end.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(n)?;
        self.bytes = rest;
        Some(head)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let b = self.take(1)?[0];
            value |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn zigzags(&mut self, n: usize) -> Option<Vec<i64>> {
        let mut sum = 0i64;
        (0..n)
            .map(|_| {
                let v = self.varint()?;
                sum += (v >> 1) as i64 ^ -((v & 1) as i64);
                Some(sum)
            })
            .collect()
    }
}

fn read(compressed: &[u8]) -> Option<Gazetteer> {
    let raw = zstd::bulk::decompress(compressed, UNPACKED_BYTES).ok()?;
    let mut reader = Reader { bytes: raw.strip_prefix(b"FMG1")? };
    let count = u32::from_le_bytes(reader.take(4)?.try_into().ok()?) as usize;
    let kinds = reader.take(count)?;
    let countries = reader.take(count)?;
    let regions: Vec<u64> = (0..count).map(|_| reader.varint()).collect::<Option<_>>()?;
    let (lat, lon) = (reader.zigzags(count)?, reader.zigzags(count)?);
    let sizes = reader.take(count)?;
    let ids = reader.zigzags(count)?;
    let text = std::str::from_utf8(reader.bytes).ok()?;
    let mut lines = text.split('\n');
    let codes: Vec<String> = lines.next()?.split(' ').map(str::to_owned).collect();
    let names = lines.next()?.split('|').filter_map(|r| r.split_once('='));
    let region_names: Vec<(String, String)> =
        std::iter::once(Default::default()).chain(names.map(|(c, n)| (c.to_owned(), n.to_owned()))).collect();
    let mut out = Gazetteer { countries: codes, regions: region_names, ..Gazetteer::empty() };
    let mut pairs: Vec<(u64, Meaning)> = Vec::with_capacity(count * 2);
    let mut beginnings: Vec<u64> = Vec::new();
    for (at, line) in lines.take(count).enumerate() {
        let mut shown: Option<(u32, u16)> = None;
        for (place, marked) in line.split('|').enumerate() {
            let flags = marked.bytes().next()?.wrapping_sub(0x30);
            let name = &marked[1..];
            if place == 0 {
                shown = Some((out.text.len() as u32, name.len() as u16));
                out.text.push_str(name);
            }
            let mut hash = EMPTY;
            let words = words(name);
            for (i, w) in words.iter().enumerate() {
                hash = join(hash, w.hash);
                if i + 1 < words.len() {
                    beginnings.push(hash);
                }
            }
            pairs.push((hash, Meaning::new(at, flags | if place > 0 { Flags::OTHER } else { 0 })));
        }
        let (name, name_bytes) = shown?;
        out.rows.push(Row {
            kind: *KINDS.get(kinds[at] as usize)?,
            country: countries[at],
            region: regions[at] as u16,
            size: sizes[at],
            lat: lat[at] as i32,
            lon: lon[at] as i32,
            geonames_id: ids[at] as u32,
            name,
            name_bytes,
        });
    }
    index(&mut out, pairs, beginnings);
    Some(out)
}

fn index(out: &mut Gazetteer, mut pairs: Vec<(u64, Meaning)>, mut beginnings: Vec<u64>) {
    pairs.sort_by_key(|p| (p.0, p.1.0));
    beginnings.sort_unstable();
    beginnings.dedup();
    let slots = ((pairs.len() + beginnings.len()) * 3 / 2).next_power_of_two();
    out.slots = vec![Slot::default(); slots];
    out.meanings = pairs.iter().map(|p| p.1).collect();
    let mut at = 0;
    while at < pairs.len() {
        let end = at + pairs[at..].iter().take_while(|p| p.0 == pairs[at].0).count();
        let never = pairs[at..end].iter().any(|p| out.rows[p.1.row()].kind == Kind::Never);
        let slot = slot_of(&mut out.slots, pairs[at].0);
        slot.marks |= if never { Slot::NEVER } else { 0 };
        slot.first = at as u32;
        slot.count = (end - at).min(u16::MAX as usize) as u16;
        at = end;
    }
    for hash in beginnings {
        slot_of(&mut out.slots, hash).marks |= Slot::GOES_ON;
    }
}

fn slot_of(slots: &mut [Slot], hash: u64) -> &mut Slot {
    let mask = slots.len() - 1;
    let check = (hash >> 32) as u32;
    let mut at = hash as usize & mask;
    while slots[at].is(Slot::USED) && slots[at].check != check {
        at = (at + 1) & mask;
    }
    slots[at].marks |= Slot::USED;
    slots[at].check = check;
    &mut slots[at]
}
