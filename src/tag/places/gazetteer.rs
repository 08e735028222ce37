//! The table of places: GeoNames and what stands in `regions.tsv` and `names.tsv`, compressed by `tests/bench/places/build.py`, whose head
//! describes the layout. Unpacked once, on first use.

use crate::tag::fold::{EMPTY, hashes, join};
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
        // All have two letters; compared without a call.
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        self.countries.iter().position(|c| c.as_bytes() == code).filter(|at| *at != 0).map(|at| at as u8)
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

    #[inline]
    fn varint(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0u64, 0);
        while shift < 63 {
            let (b, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            value |= u64::from(b & 0x7f) << shift;
            if *b < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
        None
    }

    fn zigzags(&mut self, n: usize) -> Option<Vec<i32>> {
        let mut sum = 0i64;
        let mut all = Vec::with_capacity(n);
        for _ in 0..n {
            let v = self.varint()?;
            sum += (v >> 1) as i64 ^ -((v & 1) as i64);
            all.push(sum as i32);
        }
        Some(all)
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
    let (codes, text) = text.split_once('\n')?;
    let (names, mut text) = text.split_once('\n')?;
    let names = names.split('|').filter_map(|r| r.split_once('='));
    let regions_of: Vec<(String, String)> =
        std::iter::once(Default::default()).chain(names.map(|(c, n)| (c.to_owned(), n.to_owned()))).collect();
    let mut out = Gazetteer { countries: codes.split(' ').map(str::to_owned).collect(), regions: regions_of, ..Gazetteer::empty() };
    out.rows.reserve_exact(count);
    out.text.reserve(text.len() / 2);
    let mut said: Vec<Said> = Vec::with_capacity(count * 3);
    for at in 0..count {
        let kind = *KINDS.get(kinds[at] as usize)?;
        let mut shown: Option<(u32, u16)> = None;
        loop {
            let end = memchr::memchr2(b'|', b'\n', text.as_bytes()).unwrap_or(text.len());
            let (marked, rest) = text.split_at_checked(end)?;
            let flags = marked.bytes().next()?.wrapping_sub(0x30);
            let name = marked.get(1..)?;
            let flags = if shown.is_some() { flags | Flags::OTHER } else { flags };
            if shown.is_none() {
                shown = Some((out.text.len() as u32, name.len() as u16));
                out.text.push_str(name);
            }
            let mut whole = EMPTY;
            let mut words = 0;
            hashes(name, |word| {
                if words > 0 {
                    said.push(Said { hash: whole, what: Said::GOES_ON });
                }
                words += 1;
                whole = join(whole, word);
            });
            said.push(Said { hash: whole, what: Meaning::new(at, flags).0 });
            if kind == Kind::Never {
                said.push(Said { hash: whole, what: Said::NEVER });
            }
            let ends = !rest.starts_with('|');
            text = rest.get(1..).unwrap_or_default();
            if ends {
                break;
            }
        }
        let (name, name_bytes) = shown?;
        out.rows.push(Row {
            kind,
            country: countries[at],
            region: regions[at] as u16,
            size: sizes[at],
            lat: lat[at],
            lon: lon[at],
            geonames_id: ids[at] as u32,
            name,
            name_bytes,
        });
    }
    index(&mut out, &said);
    Some(out)
}

/// What is said of the name with a hash: one of its meanings, or a mark.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    hash: u64,
    /// A [`Meaning`], which is below the marks.
    what: u32,
}

impl Said {
    const GOES_ON: u32 = u32::MAX;
    const NEVER: u32 = u32::MAX - 1;
}

/// Slots that are filled one after another: so many are at hand at once.
const NEAR: usize = 1 << 12;

fn index(out: &mut Gazetteer, said: &[Said]) {
    let slots = (said.len() * 3 / 2).next_power_of_two().max(NEAR);
    out.slots = vec![Slot::default(); slots];
    let mut said = by_part(said, slots);
    for Said { hash, what } in &mut said {
        let at = slot_of(&mut out.slots, *hash);
        let slot = &mut out.slots[at];
        *hash = at as u64;
        match *what {
            Said::GOES_ON => slot.marks |= Slot::GOES_ON,
            Said::NEVER => slot.marks |= Slot::NEVER,
            _ => slot.count = slot.count.saturating_add(1),
        }
    }
    let mut meanings = 0;
    for slot in &mut out.slots {
        slot.first = meanings;
        meanings += u32::from(slot.count);
        slot.count = 0;
    }
    out.meanings = vec![Meaning(0); meanings as usize];
    // Their hashes have given way to their slots.
    for Said { hash: at, what } in said.iter().filter(|s| s.what < Said::NEVER) {
        let slot = &mut out.slots[*at as usize];
        if let Some(meaning) = out.meanings.get_mut((slot.first + u32::from(slot.count)) as usize) {
            *meaning = Meaning(*what);
        }
        slot.count = slot.count.saturating_add(1);
    }
    // They came by their rows, but one row can have several of one name.
    for slot in out.slots.iter().filter(|s| s.count > 1) {
        let first = slot.first as usize;
        out.meanings[first..first + usize::from(slot.count)].sort_unstable_by_key(|m| m.0);
    }
}

/// All that is said, in the order of the parts of the table that it belongs to: nearly each slot lies in another line of memory.
fn by_part(said: &[Said], slots: usize) -> Vec<Said> {
    let part = |said: &Said| (said.hash as usize & (slots - 1)) / NEAR;
    let mut ends = vec![0usize; slots / NEAR + 1];
    said.iter().for_each(|s| ends[part(s) + 1] += 1);
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut sorted = vec![Said::default(); said.len()];
    for s in said {
        let at = &mut ends[part(s)];
        sorted[*at] = *s;
        *at += 1;
    }
    sorted
}

/// The slot of a hash, which is taken now.
fn slot_of(slots: &mut [Slot], hash: u64) -> usize {
    let mask = slots.len() - 1;
    let check = (hash >> 32) as u32;
    let mut at = hash as usize & mask;
    loop {
        let slot = &mut slots[at];
        if !slot.is(Slot::USED) {
            slot.marks |= Slot::USED;
            slot.check = check;
            return at;
        }
        if slot.check == check {
            return at;
        }
        at = (at + 1) & mask;
    }
}
