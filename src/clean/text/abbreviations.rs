//! Abbreviations that do not end a sentence, lower case, without the full stop. Short capitalised ones ("Mr", "Nov") and single letters
//! need no row: the rules of [`super::sentence`] know them by form.

use crate::clean::dates::words::in_lower;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

#[rustfmt::skip]
static ABBREVIATIONS: &[&str] = &[
    // English
    "prof", "capt", "sens", "reps", "govs", "messrs", "sept", "corp", "bros", "approx", "dept", "assn", "univ", "vs", "etc", "al", "ft", "mt",
    "jr", "sr", "inc", "ltd", "maj", "brig", "cmdr", "adm", "insp", "supt", "hon", "fig", "figs", "nos", "pp", "vol", "ave", "blvd", "calif",
    "mass", "penn", "minn", "ariz", "conn", "tenn", "wash", "okla", "mich", "colo", "eds", "est", "cf", "no", "gen", "col", "lt", "sgt", "rev", "pres",
    // German
    "bzw", "ca", "evtl", "ggf", "inkl", "exkl", "usw", "vgl", "mio", "mrd", "tsd", "nr", "str", "abs", "bspw", "sog", "dipl", "hrsg", "geb", "gest",
    "zzgl", "zb", "jh", "jhdt", "allg", "ehem", "verh",
    // French, Italian, Spanish, Portuguese, Romanian, Catalan
    "mme", "mlle", "mgr", "av", "boul", "env", "éd", "art", "chap", "sig", "sigg", "dott", "ecc", "sen", "on", "pag", "núm", "sra", "srta", "sr", "dra",
    "ee", "uu", "aa", "avda", "pág", "págs", "exma", "exmo", "núms", "nro", "tel", "dl", "dna", "lic", "ing",
    // Dutch, Danish, Norwegian, Swedish, Finnish
    "mevr", "dhr", "drs", "mr", "jl", "bijv", "bv", "enz", "resp", "blz", "mln", "mld", "kl", "ca", "bl", "osv", "dvs", "fx", "pga", "inkl", "mfl", "jf", "evt",
    "nuv", "tidl", "fd", "milj", "mrd", "esim", "ym", "jne", "n", "klo",
    // Polish, Czech, Slovak, Croatian, Hungarian
    "ul", "prof", "tys", "mln", "mld", "zł", "godz", "tzw", "tzn", "np", "itd", "itp", "gen", "płk", "kpt", "św", "red", "mj", "tj", "č", "sv", "odst", "tzv", "kpt",
    "plk", "ob", "tis", "mil", "npr", "itd", "dr", "sc", "ún", "kb", "pl", "stb", "ún",
    // Russian, Ukrainian, Bulgarian
    "г", "гг", "ул", "им", "тыс", "млн", "млрд", "руб", "коп", "др", "пр", "стр", "см", "кв", "обл", "проф", "акад", "ген", "ред", "тис", "грн", "вул", "нар",
    // Turkish, Greek
    "doç", "av", "sn", "bkz", "vb", "yy", "κ", "κα", "δρ", "λ.χ", "π.χ",
];

static BY_WORD: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| ABBREVIATIONS.iter().copied().collect());

/// Whether `word`, as it stands before a full stop, is a known abbreviation.
pub fn is_abbreviation(word: &str) -> bool {
    // Long words are none; they are not worth lowering.
    word.len() <= 12 && in_lower(word, |lower| BY_WORD.contains(lower))
}
