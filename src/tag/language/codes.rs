//! Codes of languages: BCP 47 of whatlang's ISO 639-3, and of what pages declare.

use whatlang::Lang;

/// ISO 639-3 that have a shorter BCP 47 code. RFC 5646, section 2.2.1: the shortest code is the one to use.
const CODES: &[(Lang, &str)] = &[
    (Lang::Epo, "eo"),
    (Lang::Eng, "en"),
    (Lang::Rus, "ru"),
    (Lang::Cmn, "zh"),
    (Lang::Spa, "es"),
    (Lang::Por, "pt"),
    (Lang::Ita, "it"),
    (Lang::Ben, "bn"),
    (Lang::Fra, "fr"),
    (Lang::Deu, "de"),
    (Lang::Ukr, "uk"),
    (Lang::Kat, "ka"),
    (Lang::Ara, "ar"),
    (Lang::Hin, "hi"),
    (Lang::Jpn, "ja"),
    (Lang::Heb, "he"),
    (Lang::Yid, "yi"),
    (Lang::Pol, "pl"),
    (Lang::Amh, "am"),
    (Lang::Jav, "jv"),
    (Lang::Kor, "ko"),
    (Lang::Nob, "nb"),
    (Lang::Dan, "da"),
    (Lang::Swe, "sv"),
    (Lang::Fin, "fi"),
    (Lang::Tur, "tr"),
    (Lang::Nld, "nl"),
    (Lang::Hun, "hu"),
    (Lang::Ces, "cs"),
    (Lang::Ell, "el"),
    (Lang::Bul, "bg"),
    (Lang::Bel, "be"),
    (Lang::Mar, "mr"),
    (Lang::Kan, "kn"),
    (Lang::Ron, "ro"),
    (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"),
    (Lang::Srp, "sr"),
    (Lang::Mkd, "mk"),
    (Lang::Lit, "lt"),
    (Lang::Lav, "lv"),
    (Lang::Est, "et"),
    (Lang::Tam, "ta"),
    (Lang::Vie, "vi"),
    (Lang::Urd, "ur"),
    (Lang::Tha, "th"),
    (Lang::Guj, "gu"),
    (Lang::Uzb, "uz"),
    (Lang::Pan, "pa"),
    (Lang::Aze, "az"),
    (Lang::Ind, "id"),
    (Lang::Tel, "te"),
    (Lang::Pes, "fa"),
    (Lang::Mal, "ml"),
    (Lang::Ori, "or"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Sin, "si"),
    (Lang::Khm, "km"),
    (Lang::Tuk, "tk"),
    (Lang::Aka, "ak"),
    (Lang::Zul, "zu"),
    (Lang::Sna, "sn"),
    (Lang::Afr, "af"),
    (Lang::Lat, "la"),
    (Lang::Slk, "sk"),
    (Lang::Cat, "ca"),
    (Lang::Tgl, "tl"),
    (Lang::Hye, "hy"),
    (Lang::Cym, "cy"),
];

pub(super) fn from_whatlang(lang: Lang) -> &'static str {
    CODES.iter().find(|(l, _)| *l == lang).map_or_else(|| lang.code(), |(_, code)| *code)
}

pub(super) fn to_whatlang(code: &str) -> Option<Lang> {
    CODES.iter().find(|(_, c)| *c == code).map(|(l, _)| *l)
}

/// Codes that pages still write, and the ones in use (IANA subtag registry; `no` is what pages call Bokmål).
const OTHER_NAMES: &[(&str, &str)] =
    &[("iw", "he"), ("in", "id"), ("ji", "yi"), ("no", "nb"), ("sh", "sr"), ("mo", "ro"), ("fil", "tl"), ("cmn", "zh"), ("bs", "hr")];

/// The primary subtag of what is declared, in lower case: `de` of `de-AT`, `pt_BR` or `DE`. `None` when it is no code.
pub(super) fn normal(declared: &str) -> Option<String> {
    let primary = declared.trim().split(['-', '_', ',', ';', ' ']).next()?.to_ascii_lowercase();
    if !(2..=3).contains(&primary.len()) || !primary.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let code = OTHER_NAMES.iter().find(|(other, _)| *other == primary).map_or(primary.as_str(), |(_, code)| *code);
    Some(Lang::from_code(code).map_or_else(|| code.to_owned(), |lang| from_whatlang(lang).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_whatlang_has_a_short_code() {
        assert_eq!(CODES.len(), Lang::all().len());
        for lang in Lang::all() {
            assert_eq!(from_whatlang(*lang).len(), 2, "{lang:?}");
        }
    }

    #[test]
    fn declared_codes() {
        for (declared, code) in [
            ("en-US", "en"),
            ("pt_BR", "pt"),
            (" DE ", "de"),
            ("iw", "he"),
            ("no", "nb"),
            ("deu", "de"),
            ("en, fr", "en"),
            ("zh-Hans-CN", "zh"),
        ] {
            assert_eq!(normal(declared).as_deref(), Some(code), "{declared}");
        }
        for none in ["", "x", "english", "12", "e1", "日本"] {
            assert_eq!(normal(none), None, "{none}");
        }
    }
}
