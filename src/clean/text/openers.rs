//! Words that begin sentences, for finding where a glued heading ends and the sentence behind it begins.

use super::flow::Flow;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::sync::LazyLock;

/// Articles, pronouns, conjunctions, prepositions and titles that open sentences; capitalised inside a line they begin a new one.
#[rustfmt::skip]
static OPENERS: &[&str] = &[
    // English
    "the", "a", "an", "in", "on", "at", "but", "and", "it", "its", "he", "she", "they", "we", "i", "you", "this", "that", "these", "those", "there", "here", "mr", "mrs", "ms", "dr", "when", "while", "after", "before", "as", "if", "for", "from",
    "with", "by", "last", "since", "according", "although", "though", "some", "many", "most", "more", "another", "one", "both", "however", "his", "her", "their", "our", "my", "what", "who", "how", "why", "once", "during", "despite", "earlier", "so", "no", "not", "to",
    // German
    "der", "die", "das", "ein", "eine", "im", "am", "es", "er", "sie", "wir", "ich", "auch", "nach", "bei", "mit", "für", "von", "vor", "aber", "doch", "und", "als", "wenn", "während", "zudem", "laut", "seit", "dabei", "damit", "dass", "dieser", "diese", "dieses", "zum", "zur",
    "wer", "wie", "was", "warum", "nun", "so", "noch", "insgesamt", "bereits", "dort", "unter", "aus", "auf", "bis", "einen", "den", "dem", "seine", "ihre", "in", "an", "rund", "beim",
    // French
    "le", "la", "les", "l", "un", "une", "des", "il", "elle", "ils", "on", "nous", "ce", "cette", "ces", "mais", "dans", "pour", "selon", "après", "avant", "depuis", "si", "en", "au", "aux", "à", "de", "du", "avec", "sur", "ainsi",
    // Spanish, Portuguese, Italian
    "el", "los", "las", "una", "según", "por", "con", "sin", "tras", "desde", "pero", "además", "este", "esta", "cuando", "como", "o", "os", "as", "um", "uma", "no", "na", "mas", "segundo", "também", "após", "ele", "ela", "lo", "gli", "nel", "nella", "dopo", "secondo", "ma", "per", "si", "i",
    // Dutch, Scandinavian, Finnish
    "het", "een", "de", "maar", "volgens", "ook", "hij", "zij", "ze", "dat", "dit", "door", "det", "den", "en", "et", "men", "han", "hun", "hon", "vi", "jeg", "jag", "på", "efter", "etter", "ifølge", "enligt", "også", "också", "som", "da", "när", "når", "för", "ett", "se", "hän", "mutta", "myös", "kun",
    // Polish, Czech, Hungarian, Romanian, Croatian
    "w", "na", "po", "jak", "to", "ale", "według", "nie", "z", "ze", "podle", "také", "se", "je", "ve", "az", "egy", "és", "de", "în", "pe", "un", "o", "u", "iz", "nakon", "prema", "no", "ali",
    // Russian, Ukrainian, Bulgarian
    "в", "на", "по", "он", "она", "они", "мы", "это", "как", "но", "и", "при", "после", "также", "однако", "если", "за", "с", "из", "к", "у", "він", "вона", "вони", "ми", "це", "як", "але", "під", "після", "також", "за", "від",
    // Turkish, Indonesian, Vietnamese, Greek
    "bu", "bir", "ve", "ancak", "o", "di", "dan", "ini", "itu", "pada", "theo", "trong", "ông", "bà", "ngày", "ο", "η", "το", "οι", "τα", "στην", "στο", "και", "από",
];

static FIXED: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| OPENERS.iter().copied().collect());

/// Knows which capitalised words begin a sentence on this page.
pub struct Openers<'a> {
    page: &'a str,
    /// Words that the page writes in lower case: no names. Most pages hold no glued heading and are never asked.
    lower: OnceCell<FxHashSet<&'a str>>,
}

/// No more words of a page than this are remembered.
const MOST: usize = 50_000;

impl<'a> Openers<'a> {
    pub fn new(flow: &'a Flow) -> Self {
        Self { page: &flow.text, lower: OnceCell::new() }
    }

    /// A word of the table.
    pub fn is_opener(&self, word: &str) -> bool {
        word.len() <= LONGEST && FIXED.contains(word.to_lowercase().as_str())
    }

    /// A word that is no name, as far as this page tells.
    pub fn is_common(&self, word: &str) -> bool {
        word.len() <= LONGEST && self.lower.get_or_init(|| lower_words(self.page)).contains(word.to_lowercase().as_str())
    }
}

/// Longer words are not looked at.
const LONGEST: usize = 40;

fn lower_words(page: &str) -> FxHashSet<&str> {
    let mut lower = FxHashSet::default();
    for word in page.split(|c: char| !c.is_alphabetic()) {
        if lower.len() >= MOST {
            break;
        }
        if word.len() <= LONGEST && word.starts_with(char::is_lowercase) {
            lower.insert(word);
        }
    }
    lower
}
