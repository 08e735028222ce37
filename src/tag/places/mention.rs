//! Names of the gazetteer in a text: the longest at each place, one pass.

use super::gazetteer::{Flags, GAZETTEER, Kind, Meaning, Slot};
use crate::tag::fold::{Case, EMPTY, Gap, Word, join};

/// Words of the longest names that are looked for; characters, in scripts without spaces.
const MOST_WORDS: usize = 8;

/// Words `first..behind` of the text are a name.
#[derive(Debug, Clone, Copy)]
pub struct Mention {
    pub first: usize,
    pub behind: usize,
    /// Code points; the period of `U.S.` is within.
    pub at: u32,
    pub to: u32,
    pub name: u64,
    pub meanings: &'static [Meaning],
    /// Only for countries: an adjective or a people.
    pub demonym: bool,
}

/// All names of places and peoples. `small` says whether peoples' names may begin with a small letter, as in most languages but English.
pub fn find(text: &str, words: &[Word], small: bool) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::new();
    let gazetteer = &*GAZETTEER;
    let mut begins: Vec<(usize, Slot)> = Vec::with_capacity(words.len() / 3);
    for (at, word) in words.iter().enumerate().filter(|(_, w)| may_begin(w, small)) {
        begins.push((at, gazetteer.slot(join(EMPTY, word.hash))));
    }
    let mut behind = 0;
    for (at, slot) in begins {
        if at >= behind {
            let (mention, next) = longest(text, words, at, slot);
            out.extend(mention);
            behind = next;
        }
    }
    out
}

/// Whether a name may begin with a word that is written so.
fn may_begin(word: &Word, small: bool) -> bool {
    match word.case {
        Case::Number => false,
        Case::Lower => small && word.end - word.start >= 4,
        _ => true,
    }
}

/// The longest name that begins at a word, whose slot is known, and where to look on.
fn longest(text: &str, words: &[Word], first: usize, slot: Slot) -> (Option<Mention>, usize) {
    let start = &words[first];
    let none = (None, first + 1);
    // Within a run of Hangul a name begins where a word does.
    if start.unspaced && start.gap == Gap::None && first > 0 && is_hangul(text, start) {
        return none;
    }
    let mut name = EMPTY;
    let mut best = None;
    let mut never = 0;
    for (n, word) in words[first..].iter().take(MOST_WORDS).enumerate() {
        if n > 0 && !joins(&words[first + n - 1], word) {
            break;
        }
        name = join(name, word.hash);
        let slot = if n == 0 { slot } else { GAZETTEER.slot(name) };
        let Some(entry) = GAZETTEER.look_up_from(slot, name) else { break };
        if entry.never {
            (best, never) = (None, n + 1);
        } else if !entry.meanings.is_empty()
            && let Some(demonym) = fits(&words[first..=first + n], entry.meanings)
        {
            best = Some((n, name, entry.meanings, demonym));
        }
        if !entry.goes_on {
            break;
        }
    }
    let Some((n, name, meanings, demonym)) = best else { return (None, first + never.max(1)) };
    let last = &words[first + n];
    // One Chinese character or syllable is no name here.
    if last.unspaced && n == 0 {
        return none;
    }
    let dotted = n > 0 && last.gap == Gap::Dot && last.to - last.at == 1 && text[last.end as usize..].starts_with('.');
    let to = last.to + u32::from(dotted);
    (Some(Mention { first, behind: first + n + 1, at: start.at, to, name, meanings, demonym }), first + n + 1)
}

fn is_hangul(text: &str, word: &Word) -> bool {
    text[word.start as usize..].starts_with(|c| matches!(c, '\u{ac00}'..='\u{d7a3}'))
}

/// Whether two words may belong to one name.
fn joins(before: &Word, word: &Word) -> bool {
    match word.gap {
        Gap::None | Gap::Space | Gap::Hyphen | Gap::Apostrophe | Gap::Dot => true,
        // "St. Louis", "U. S.", "Washington, D.C." is two names.
        Gap::DotSpace => before.to - before.at <= 3 && before.case != Case::Lower,
        _ => false,
    }
}

/// Whether the words are written as the name is; then whether it is a people's. Names begin and end with a capital where there are any.
fn fits(words: &[Word], meanings: &[Meaning]) -> Option<bool> {
    let capital = |w: &Word| matches!(w.case, Case::Title | Case::Capitals | Case::Uncased);
    // A people is meant more often than the towns that are called Canadian or Polish.
    let people = meanings.iter().any(|m| m.flags().has(Flags::DEMONYM));
    let is_name = |m: &&Meaning| {
        let kind = GAZETTEER.rows[m.row()].kind;
        !m.flags().has(Flags::DEMONYM) && kind != Kind::Forename && (!people || matches!(kind, Kind::Country | Kind::Region1))
    };
    let capitals = words.iter().all(|w| w.case == Case::Capitals || w.case == Case::Uncased || w.to - w.at == 1 && w.case == Case::Title);
    let written = |m: &&Meaning| !m.flags().has(Flags::CAPITALS) || capitals;
    let (first, last) = (&words[0], &words[words.len() - 1]);
    if capital(first)
        && (capital(last) || last.gap == Gap::Apostrophe || last.gap == Gap::Hyphen)
        && meanings.iter().any(|m| is_name(&m) && written(&m))
    {
        return Some(false);
    }
    meanings
        .iter()
        .any(|m| m.flags().has(Flags::DEMONYM) && (capital(first) || GAZETTEER.rows[m.row()].kind == Kind::Country))
        .then_some(true)
}

/// Whether this meaning is one that the mention, as it is written, can have.
pub fn possible(mention: &Mention, words: &[Word], meaning: Meaning) -> bool {
    let flags = meaning.flags();
    if GAZETTEER.rows[meaning.row()].kind == Kind::Forename || flags.has(Flags::DEMONYM) != mention.demonym {
        return false;
    }
    !flags.has(Flags::CAPITALS)
        || words[mention.first..mention.behind].iter().all(|w| w.case == Case::Capitals || w.to - w.at == 1 && w.case == Case::Title)
}
