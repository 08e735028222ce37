//! What a unit looks like: numbers for the model in [`super::weights`]. Form, repetition, the words it shares with the core of the page,
//! its place, its neighbours, and what stood since the story began.
//!
//! The features are those of the research on bare text (shallow text features, Kohlschütter et al. 2010; the run of long lines); none
//! looks at a host or a language, but for the table of furniture words.

use super::chars;
use super::flow::Flow;
use super::form::{Form, form};
use super::furniture::Class;
use super::unit::Unit;
use super::words::{Shares, Words};
use crate::clean::groups::Groups;
use std::ops::Range;

/// A feature: its name and the edges of its bins. Weights are trained a bin.
#[derive(Clone, Copy)]
pub struct Feature {
    pub name: &'static str,
    pub edges: &'static [f32],
    /// Its values are whole numbers, so that the weight of one can be looked up.
    pub whole: bool,
}

/// A share or a mean.
const fn f(name: &'static str, edges: &'static [f32]) -> Feature {
    Feature { name, edges, whole: false }
}

/// A number of things or a kind.
const fn n(name: &'static str, edges: &'static [f32]) -> Feature {
    Feature { name, edges, whole: true }
}

const WORDS: &[f32] = &[1.5, 2.5, 3.5, 5.5, 8.5, 12.5, 18.5, 25.5, 35.5, 50.5, 80.5];
const SHARE: &[f32] = &[0.02, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95];
const HITS: &[f32] = &[0.5, 1.5, 2.5];
const MANY: &[f32] = &[0.5, 1.5, 3.5, 7.5, 15.5, 30.5];
const DISTANCE: &[f32] = &[-20.5, -8.5, -4.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 4.5, 8.5, 20.5];
const SIGNED: &[f32] = &[-30.0, -15.0, -9.0, -6.0, -4.0, -2.5, -1.5, 0.5, 4.5, 8.5, 12.5, 20.5, 35.5];

/// Three zones (before, in and behind the core), a hundred apart: what a length tells depends on where it stands.
#[rustfmt::skip]
const SIGNED_BY_ZONE: &[f32] = &[
    -30.0, -15.0, -9.0, -6.0, -4.0, -2.5, -1.5, 0.5, 4.5, 8.5, 12.5, 20.5, 35.5,
    50.0, 70.0, 85.0, 91.0, 94.0, 96.0, 97.5, 98.5, 100.5, 104.5, 108.5, 112.5, 120.5, 135.5,
    150.0, 170.0, 185.0, 191.0, 194.0, 196.0, 197.5, 198.5, 200.5, 204.5, 208.5, 212.5, 220.5, 235.5,
];
#[rustfmt::skip]
const SHARE_BY_ZONE: &[f32] = &[0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.95, 1.02, 1.15, 1.3, 1.45, 1.6, 1.75, 1.95, 2.02, 2.15, 2.3, 2.45, 2.6, 2.75];
const TIMES_BY_ZONE: &[f32] = &[0.5, 1.5, 50.0, 100.5, 101.5, 150.0, 200.5, 201.5];

/// The features, in the order of [`Page::vector`].
pub static FEATURES: [Feature; COUNT] = [
    n("words", WORDS),
    n("words, negative without an end mark", SIGNED),
    f("share of capitalised words", SHARE),
    f("share of digits", &[0.005, 0.03, 0.08, 0.15, 0.3]),
    n("commas", &[0.5, 1.5, 3.5]),
    n("quotes", &[0.5, 1.5]),
    f("share of capital letters", &[0.01, 0.05, 0.1, 0.2, 0.4, 0.8]),
    n("first character: lower, upper, digit, opener, caseless, other", &[0.5, 1.5, 2.5, 3.5, 4.5]),
    f("share of the page's stop words", &[0.02, 0.1, 0.2, 0.3, 0.4, 0.5]),
    n("navigation words", HITS),
    n("share words", HITS),
    n("rail words", HITS),
    n("consent words", HITS),
    n("comment words", HITS),
    n("credit words", HITS),
    n("legal words", HITS),
    n("subscribe words", HITS),
    n("meta words", HITS),
    f("furniture words a word", &[0.01, 0.04, 0.1, 0.2, 0.4, 0.7]),
    n("time, date or age", &[0.5, 1.5, 2.5]),
    n("separators and signs", &[0.5, 1.5, 3.5]),
    n("same line on the page", &[1.5, 2.5, 4.5]),
    n("same shape on the page", &[1.5, 3.5, 8.5, 20.5]),
    n("same first words on the page", &[1.5, 2.5, 4.5]),
    f("words shared with the core", &[0.02, 0.15, 0.3, 0.45, 0.6, 0.8]),
    f("words shared with the address", &[0.01, 0.2, 0.4, 0.7, 0.9]),
    n("units from the core", DISTANCE),
    f("characters from the core", &[-3000.0, -1000.0, -300.0, -100.0, -0.5, 0.5, 100.0, 300.0, 1000.0, 3000.0]),
    f("prose before, share", &[0.0001, 0.05, 0.2, 0.5, 0.8, 0.95, 0.9999]),
    f("prose behind, share", &[0.0001, 0.05, 0.2, 0.5, 0.8, 0.95, 0.9999]),
    n("words of the unit before", WORDS),
    n("words of the unit behind", WORDS),
    n("words, signed, of the unit before", SIGNED),
    n("words, signed, of the unit behind", SIGNED),
    n("most words of the two before the last", WORDS),
    n("most words of the two behind the next", WORDS),
    n("short units since the core began", MANY),
    f("widest gap since the core began", &[0.5, 60.5, 150.5, 300.5, 600.5, 1500.5]),
    n("furniture since the core began", MANY),
    n("ages since the core began", &[0.5, 1.5, 3.5, 8.5]),
    f("bytes of the line", &[30.0, 60.0, 120.0, 250.0, 400.0, 1000.0, 3000.0]),
    n("glued", &[0.5]),
    f("prose of the page, share", &[0.1, 0.2, 0.4, 0.6, 0.8]),
    n("empty line before", &[0.5]),
    f("words of the seven around, mean", &[2.0, 4.0, 7.0, 11.0, 16.0, 25.0, 40.0]),
    n("label with a colon", &[0.5]),
    n("unspaced script", &[0.5]),
    n("furniture of the unit before", HITS),
    n("furniture of the unit behind", HITS),
    n("times of the unit before", HITS),
    n("times of the unit behind", HITS),
    n("in the line of the unit before", &[0.5]),
    n("end mark: none, full stop, other, colon", &[0.5, 1.5, 2.5]),
    n("words, signed, by zone", SIGNED_BY_ZONE),
    f("words shared with the core, by zone", SHARE_BY_ZONE),
    n("times of the unit before, by zone", TIMES_BY_ZONE),
    n("times of the unit behind, by zone", TIMES_BY_ZONE),
    n("class of the phrase it begins with", CLASS),
    n("class of the phrase that the unit before begins with", CLASS),
    n("class of the phrase that the unit behind begins with", CLASS),
    n("credit words of the unit before", HITS),
    n("credit words of the unit behind", HITS),
    f("line, share of the longest", &[0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.99]),
    f("words of the run of running text around it, share of the longest run", &[0.001, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.99]),
    n("words when the line stands on the page again", &[0.5, 3.5, 7.5, 12.5, 20.5]),
    n("year and bracket", &[0.5, 1.5, 2.5]),
    f("prose behind, share, by zone", SHARE_BY_ZONE),
];

const CLASS: &[f32] = &[0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5];

/// How many features there are.
pub const COUNT: usize = 67;

/// A page as its units' forms and what they have in common.
pub struct Page {
    pub forms: Vec<Form>,
    /// The run of units with the most running text.
    pub core: Range<usize>,
    shares: Vec<Shares>,
    lower: Lower,
    /// Of each unit its line, its shape and its first words.
    seen: Groups,
    prose_before: Vec<u32>,
    prose: u32,
    chars: u32,
    since: Vec<Since>,
    chars_before: Vec<u32>,
    /// Words of the run of running text that the unit stands in; few other lines do not break a run.
    stretch: Vec<u32>,
    longest_stretch: u32,
    longest_line: usize,
    /// What its neighbours are told of each unit, with [`AROUND`] empty ones at both ends.
    near: Vec<Near>,
}

/// So many units on each side are looked at.
const AROUND: usize = 3;

/// What is told of a unit as a neighbour.
#[derive(Debug, Clone, Copy, Default)]
struct Near {
    words: f32,
    signed: f32,
    furniture: f32,
    times: f32,
    lead: f32,
    credits: f32,
}

impl Near {
    fn new(form: &Form) -> Self {
        Self {
            words: f32::from(form.words),
            signed: form.signed(),
            furniture: form.furniture() as f32,
            times: f32::from(form.times),
            lead: f32::from(form.lead),
            credits: f32::from(form.hits[Class::Credit as usize]),
        }
    }
}

/// What stood since the core began.
#[derive(Debug, Clone, Copy, Default)]
struct Since {
    short: u32,
    gap: u32,
    furniture: u32,
    ages: u32,
}

/// The units in lower case.
#[derive(Debug)]
struct Lower {
    text: String,
    /// Where each of them stands in it.
    places: Vec<Range<usize>>,
}

impl Lower {
    fn new(flow: &Flow, units: &[Unit]) -> Self {
        if let Some(text) = chars::lower_aside(&flow.text) {
            return Self { text, places: units.iter().map(|unit| unit.start..unit.end).collect() };
        }
        let mut text = String::with_capacity(flow.text.len());
        let places = units.iter().map(|unit| {
            let start = text.len();
            chars::push_lower(&flow.text[unit.start..unit.end], &mut text);
            start..text.len()
        });
        Self { places: places.collect(), text }
    }

    fn of(&self, unit: usize) -> &str {
        &self.text[self.places[unit].clone()]
    }
}

impl Page {
    /// Reads all units. Linear in the text.
    pub fn new(flow: &Flow, units: &[Unit], url: &str) -> Self {
        let mut forms = Vec::with_capacity(units.len());
        let mut words = Words::new(url, flow.text.len());
        let lower = Lower::new(flow, units);
        for (i, unit) in units.iter().enumerate() {
            forms.push(form(&flow.text[unit.start..unit.end], lower.of(i), &mut words));
        }
        let core = core(&forms);
        words.count(core.clone(), |unit| forms[unit].is_prose());
        let mut page = Page {
            shares: words.shares(&core),
            lower,
            seen: Groups::new(3 * forms.len(), forms.iter().flat_map(|form| [form.same, form.shape, form.opening])),
            prose_before: Vec::with_capacity(units.len() + 1),
            prose: 0,
            chars: 0,
            since: Vec::with_capacity(units.len()),
            chars_before: Vec::with_capacity(units.len() + 1),
            stretch: Vec::with_capacity(units.len()),
            longest_stretch: 0,
            longest_line: flow.lines.iter().map(|l| l.end - l.start).max().unwrap_or_default(),
            near: std::iter::repeat_n(Near::default(), AROUND)
                .chain(forms.iter().map(Near::new))
                .chain(std::iter::repeat_n(Near::default(), AROUND))
                .collect(),
            forms,
            core,
        };
        page.run();
        page
    }

    /// How much of the address's words a unit holds (0-1).
    pub fn address_share(&self, unit: usize) -> f32 {
        self.shares[unit].address
    }

    /// How much of a unit's longer words the core holds (0-1).
    pub fn core_share(&self, unit: usize) -> f32 {
        self.shares[unit].core
    }

    /// A unit's text in lower case.
    pub fn lower(&self, unit: usize) -> &str {
        self.lower.of(unit)
    }

    /// How often the unit's line stands on the page.
    pub fn same(&self, unit: usize) -> u32 {
        self.seen.size_of(3 * unit)
    }

    fn run(&mut self) {
        let mut since = Since::default();
        let (mut gap, mut chars, mut prose) = (0, 0u32, 0u32);
        for (i, form) in self.forms.iter().enumerate() {
            self.since.push(since);
            self.prose_before.push(prose);
            self.chars_before.push(chars);
            chars = chars.saturating_add(form.chars);
            if form.is_prose() {
                prose = prose.saturating_add(form.chars);
            }
            if i >= self.core.start {
                if form.is_prose() {
                    since.gap = since.gap.max(gap);
                    gap = 0;
                } else {
                    gap = gap.saturating_add(form.chars);
                    since.short += 1;
                }
                since.furniture += form.furniture();
                since.ages += u32::from(form.times > 0 && form.words < 12);
            }
        }
        self.prose_before.push(prose);
        self.chars_before.push(chars);
        self.prose = prose;
        self.chars = chars;
        self.stretches();
    }

    fn stretches(&mut self) {
        self.stretch.resize(self.forms.len(), 0);
        let (mut start, mut words) = (0, 0u32);
        for i in 0..=self.forms.len() {
            match self.forms.get(i).filter(|f| f.is_prose()) {
                Some(form) => words = words.saturating_add(u32::from(form.words)),
                None => {
                    self.stretch[start..i].fill(words);
                    self.longest_stretch = self.longest_stretch.max(words);
                    start = i + 1;
                    words = 0;
                }
            }
        }
    }

    /// The features of a unit, in the order of [`FEATURES`]. In line, as they are put into columns at once.
    #[inline(always)]
    pub fn vector(&self, units: &[Unit], flow: &Flow, i: usize) -> [f32; COUNT] {
        let form = &self.forms[i];
        let near: [Near; 2 * AROUND + 1] = std::array::from_fn(|k| self.near[i + k]);
        let [_, _, before, own, next, _, _] = near;
        let [same, shape, opening] = [0, 1, 2].map(|k| self.seen.size_of(3 * i + k) as f32);
        let from_core = if i < self.core.start { i as f32 - self.core.start as f32 } else { (i + 1).saturating_sub(self.core.end) as f32 };
        let chars_from_core = if i < self.core.start {
            self.chars_before[i + 1] as f32 - self.chars_before[self.core.start] as f32 - 1.0
        } else if i >= self.core.end {
            self.chars_before[i] as f32 - self.chars_before[self.core.end] as f32 + 1.0
        } else {
            0.0
        };
        let zone = if i < self.core.start { 0.0 } else { 1.0 + f32::from(u8::from(i >= self.core.end)) };
        let around: f32 = near.iter().map(|near| near.words.min(60.0)).sum::<f32>() / 7.0;
        let line = flow.lines[units[i].line as usize];
        let since = self.since[i];
        let shares = self.shares[i];
        let furniture: u32 = form.hits.iter().map(|&h| u32::from(h)).sum();
        let mut hits = form.hits.iter().map(|&h| f32::from(h));
        let mut hit = || hits.next().unwrap_or_default();
        let total = self.prose.max(1) as f32;
        let behind = self.prose - self.prose_before[i + 1];
        [
            own.words,
            own.signed,
            form.capitalised,
            form.digits,
            f32::from(form.commas),
            f32::from(form.quotes),
            form.capitals,
            f32::from(form.first),
            shares.stop,
            hit(),
            hit(),
            hit(),
            hit(),
            hit(),
            hit(),
            hit(),
            hit(),
            hit(),
            furniture as f32 / own.words.max(1.0),
            own.times,
            f32::from(form.signs),
            same,
            shape,
            opening,
            shares.core,
            shares.address,
            from_core,
            chars_from_core,
            self.prose_before[i] as f32 / total,
            behind as f32 / total,
            before.words,
            next.words,
            before.signed,
            next.signed,
            near[1].words.max(near[0].words),
            near[5].words.max(near[6].words),
            since.short as f32,
            since.gap as f32,
            since.furniture as f32,
            since.ages as f32,
            (line.end - line.start) as f32,
            f32::from(u8::from(units[i].glued)),
            total / self.chars.max(1) as f32,
            f32::from(u8::from(line.gap && units[i].start == line.start)),
            around,
            f32::from(u8::from(form.label)),
            f32::from(u8::from(form.unspaced)),
            before.furniture,
            next.furniture,
            before.times,
            next.times,
            f32::from(u8::from(i > 0 && units[i - 1].line == units[i].line)),
            if form.colon {
                3.0
            } else if !form.finished {
                0.0
            } else if flow.text[..units[i].end].ends_with('.') {
                1.0
            } else {
                2.0
            },
            100.0 * zone + own.signed.clamp(-45.0, 45.0),
            zone + 0.9 * shares.core,
            100.0 * zone + before.times,
            100.0 * zone + next.times,
            own.lead,
            before.lead,
            next.lead,
            before.credits,
            next.credits,
            (line.end - line.start) as f32 / self.longest_line.max(1) as f32,
            self.stretch[i] as f32 / self.longest_stretch.max(1) as f32,
            if same > 1.0 { own.words } else { 0.0 },
            f32::from(u8::from(form.year) + 2 * u8::from(form.bracket)),
            zone + 0.9 * (behind as f32 / total),
        ]
    }
}

/// The run of units with the greatest sum, where running text counts for it and all else against it.
fn core(forms: &[Form]) -> Range<usize> {
    let (mut best, mut best_sum) = (0..0, 0i64);
    let (mut start, mut sum) = (0, 0i64);
    for (i, form) in forms.iter().enumerate() {
        let gain = if form.is_prose() && form.furniture() < 3 { i64::from(form.words.min(100)) } else { -8 };
        sum += gain;
        if sum <= 0 {
            sum = 0;
            start = i + 1;
        } else if sum > best_sum {
            best_sum = sum;
            best = start..i + 1;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::super::unit::units;
    use super::*;

    fn page(text: &str, url: &str) -> (Flow, Vec<Unit>, Page) {
        let flow = flow(text);
        let units = units(&flow);
        let page = Page::new(&flow, &units, url);
        (flow, units, page)
    }

    #[test]
    fn the_core_is_the_running_text() {
        let prose = "The harbour was closed on Monday because the ice had grown too thick for the boats.";
        let text = format!("Home\nNews\nHarbour closed by thick ice\n{prose}\n{prose}\nMore\n{prose}\nLogin\nTerms\nA\nB\n");
        let (flow, units, page) = page(&text, "https://a.example/news/harbour-closed-by-thick-ice");
        assert_eq!(page.core, 3..7);
        assert!(page.address_share(2) > 0.9 && page.address_share(0) == 0.0);
        assert_eq!(page.same(3), 3);
        let v = page.vector(&units, &flow, 2);
        assert_eq!((v[0], v[26]), (5.0, -1.0));
        assert_eq!(page.vector(&units, &flow, 10)[26], 4.0);
        for i in 0..units.len() {
            for (value, feature) in page.vector(&units, &flow, i).iter().zip(&FEATURES).filter(|(_, f)| f.whole) {
                assert_eq!(value.fract(), 0.0, "{}", feature.name);
            }
        }
    }
}
