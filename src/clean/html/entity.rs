//! Character references: numeric ones, and the named ones that pages use (HTML 4's and the Latin letters, signs and spaces of HTML 5).

use std::borrow::Cow;

/// What a reference stands for and how many bytes of `text`, which begins with `&`, it takes. `None` when it is no reference: the
/// ampersand is then text.
pub fn decode_one(text: &[u8]) -> Option<(Decoded, usize)> {
    if text.get(1) == Some(&b'#') {
        return numeric(text);
    }
    let length = text[1..].iter().take(LONGEST + 1).take_while(|b| b.is_ascii_alphanumeric()).count();
    let name = &text[1..1 + length];
    if text.get(1 + length) == Some(&b';') {
        return lookup(name).map(|v| (Decoded::Text(v), length + 2));
    }
    // Names of HTML 2 count without a semicolon too, as their longest prefix: `&nbspThe`, `&ampx`.
    (2..=length.min(6)).rev().find_map(|n| {
        let value = lookup(&name[..n])?;
        let legacy = value.chars().all(|c| matches!(c as u32, 0x22 | 0x26 | 0x3c | 0x3e | 0xa0..=0xff));
        (legacy && name[..n] != *b"apos").then_some((Decoded::Text(value), n + 1))
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoded {
    Text(&'static str),
    Char(char),
}

fn numeric(text: &[u8]) -> Option<(Decoded, usize)> {
    let hex = matches!(text.get(2), Some(b'x' | b'X'));
    let start = if hex { 3 } else { 2 };
    let digits = text[start.min(text.len())..].iter().take_while(|b| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() }).count();
    if digits == 0 {
        return None;
    }
    let radix = if hex { 16 } else { 10 };
    let value = text[start..start + digits]
        .iter()
        .filter_map(|b| (*b as char).to_digit(radix))
        .fold(0u32, |v, d| v.saturating_mul(radix).saturating_add(d));
    let end = start + digits + usize::from(text.get(start + digits) == Some(&b';'));
    let value = match value {
        // The standard maps the C1 controls as windows-1252.
        0x80..=0x9f => WINDOWS.chars().nth(value as usize - 0x80).unwrap_or('\u{fffd}'),
        0 => '\u{fffd}',
        v => char::from_u32(v).unwrap_or('\u{fffd}'),
    };
    Some((Decoded::Char(value), end))
}

fn lookup(name: &[u8]) -> Option<&'static str> {
    NAMED.binary_search_by(|(n, _)| n.as_bytes().cmp(name)).ok().map(|i| NAMED[i].1)
}

/// All references of a text decoded; borrowed when there is none.
pub fn decode(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let Some(mut amp) = memchr::memchr(b'&', bytes) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    loop {
        out.push_str(text.get(at..amp).unwrap_or(""));
        match decode_one(&bytes[amp..]) {
            Some((decoded, length)) => {
                push(&mut out, decoded);
                at = amp + length;
            }
            None => {
                out.push('&');
                at = amp + 1;
            }
        }
        match memchr::memchr(b'&', &bytes[at..]) {
            Some(n) => amp = at + n,
            None => break,
        }
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Cow::Owned(out)
}

pub fn push(out: &mut String, decoded: Decoded) {
    match decoded {
        Decoded::Text(t) => out.push_str(t),
        Decoded::Char(c) => out.push(c),
    }
}

const WINDOWS: &str = "\u{20ac}\u{81}\u{201a}\u{192}\u{201e}\u{2026}\u{2020}\u{2021}\u{2c6}\u{2030}\u{160}\u{2039}\u{152}\u{8d}\u{17d}\u{8f}\u{90}\u{2018}\u{2019}\u{201c}\u{201d}\u{2022}\u{2013}\u{2014}\u{2dc}\u{2122}\u{161}\u{203a}\u{153}\u{9d}\u{17e}\u{178}";

/// Longest name of the table.
const LONGEST: usize = 14;

/// Sorted by name.
#[rustfmt::skip]
const NAMED: &[(&str, &str)] = &[
    ("AElig", "Æ"), ("AMP", "&"), ("Aacute", "Á"), ("Abreve", "Ă"), ("Acirc", "Â"), ("Agrave", "À"), ("Alpha", "Α"), ("Aogon", "Ą"),
    ("ApplyFunction", "\u{2061}"), ("Aring", "Å"), ("Atilde", "Ã"), ("Auml", "Ä"), ("Beta", "Β"), ("COPY", "©"), ("Cacute", "Ć"),
    ("Ccaron", "Č"), ("Ccedil", "Ç"), ("Chi", "Χ"), ("Dagger", "‡"), ("Dcaron", "Ď"), ("Delta", "Δ"), ("Dstrok", "Đ"), ("ETH", "Ð"),
    ("Eacute", "É"), ("Ecaron", "Ě"), ("Ecirc", "Ê"), ("Egrave", "È"), ("Eogon", "Ę"), ("Epsilon", "Ε"), ("Eta", "Η"), ("Euml", "Ë"),
    ("GT", ">"), ("Gamma", "Γ"), ("Gbreve", "Ğ"), ("Hat", "^"), ("Iacute", "Í"), ("Icirc", "Î"), ("Idot", "İ"), ("Igrave", "Ì"),
    ("Iota", "Ι"), ("Iuml", "Ï"), ("Kappa", "Κ"), ("LT", "<"), ("Lambda", "Λ"), ("Lstrok", "Ł"), ("MediumSpace", "\u{205f}"),
    ("Mu", "Μ"), ("Nacute", "Ń"), ("Ncaron", "Ň"), ("NewLine", "\u{a}"), ("NoBreak", "\u{2060}"), ("Ntilde", "Ñ"), ("Nu", "Ν"),
    ("OElig", "Œ"), ("Oacute", "Ó"), ("Ocirc", "Ô"), ("Odblac", "Ő"), ("Ograve", "Ò"), ("Omega", "Ω"), ("Omicron", "Ο"), ("Oslash", "Ø"),
    ("Otilde", "Õ"), ("Ouml", "Ö"), ("Phi", "Φ"), ("Pi", "Π"), ("Prime", "″"), ("Psi", "Ψ"), ("QUOT", "\""), ("REG", "®"),
    ("Rcaron", "Ř"), ("Rho", "Ρ"), ("Sacute", "Ś"), ("Scaron", "Š"), ("Scedil", "Ş"), ("Sigma", "Σ"), ("THORN", "Þ"), ("TRADE", "™"),
    ("Tab", "\u{9}"), ("Tau", "Τ"), ("Tcaron", "Ť"), ("Tcedil", "Ţ"), ("Theta", "Θ"), ("ThinSpace", "\u{2009}"), ("Uacute", "Ú"),
    ("Ucirc", "Û"), ("Udblac", "Ű"), ("Ugrave", "Ù"), ("Upsilon", "Υ"), ("Uring", "Ů"), ("Uuml", "Ü"), ("Xi", "Ξ"), ("Yacute", "Ý"),
    ("Yuml", "Ÿ"), ("Zacute", "Ź"), ("Zcaron", "Ž"), ("Zdot", "Ż"), ("ZeroWidthSpace", "\u{200b}"), ("Zeta", "Ζ"), ("aacute", "á"),
    ("abreve", "ă"), ("acirc", "â"), ("acute", "´"), ("aelig", "æ"), ("agrave", "à"), ("alefsym", "ℵ"), ("alpha", "α"), ("amacr", "ā"),
    ("amp", "&"), ("and", "∧"), ("ang", "∠"), ("aogon", "ą"), ("apos", "'"), ("aring", "å"), ("ast", "*"), ("asymp", "≈"),
    ("atilde", "ã"), ("auml", "ä"), ("bdquo", "„"), ("beta", "β"), ("brvbar", "¦"), ("bsol", "\\"), ("bull", "•"), ("cacute", "ć"),
    ("cap", "∩"), ("caron", "ˇ"), ("ccaron", "č"), ("ccedil", "ç"), ("cedil", "¸"), ("cent", "¢"), ("centerdot", "·"), ("check", "✓"),
    ("chi", "χ"), ("circ", "ˆ"), ("clubs", "♣"), ("colon", ":"), ("comma", ","), ("commat", "@"), ("cong", "≅"), ("copy", "©"),
    ("crarr", "↵"), ("cup", "∪"), ("curren", "¤"), ("dArr", "⇓"), ("dagger", "†"), ("darr", "↓"), ("dash", "‐"), ("dcaron", "ď"),
    ("deg", "°"), ("delta", "δ"), ("diams", "♦"), ("divide", "÷"), ("dollar", "$"), ("dstrok", "đ"), ("eacute", "é"), ("ecaron", "ě"),
    ("ecirc", "ê"), ("egrave", "è"), ("emacr", "ē"), ("empty", "∅"), ("emsp", "\u{2003}"), ("ensp", "\u{2002}"), ("eogon", "ę"),
    ("epsilon", "ε"), ("equals", "="), ("equiv", "≡"), ("eta", "η"), ("eth", "ð"), ("euml", "ë"), ("euro", "€"), ("excl", "!"),
    ("exist", "∃"), ("fnof", "ƒ"), ("forall", "∀"), ("frac12", "½"), ("frac13", "⅓"), ("frac14", "¼"), ("frac15", "⅕"), ("frac18", "⅛"),
    ("frac23", "⅔"), ("frac34", "¾"), ("frac38", "⅜"), ("frac58", "⅝"), ("frac78", "⅞"), ("frasl", "⁄"), ("gamma", "γ"), ("gbreve", "ğ"),
    ("ge", "≥"), ("grave", "`"), ("gt", ">"), ("hArr", "⇔"), ("hairsp", "\u{200a}"), ("half", "½"), ("harr", "↔"), ("hearts", "♥"),
    ("hellip", "…"), ("horbar", "―"), ("hyphen", "‐"), ("iacute", "í"), ("icirc", "î"), ("iexcl", "¡"), ("igrave", "ì"), ("imacr", "ī"),
    ("image", "ℑ"), ("imath", "ı"), ("incare", "℅"), ("infin", "∞"), ("inodot", "ı"), ("int", "∫"), ("iota", "ι"), ("iquest", "¿"),
    ("isin", "∈"), ("iuml", "ï"), ("kappa", "κ"), ("lArr", "⇐"), ("lambda", "λ"), ("lang", "〈"), ("laquo", "«"), ("larr", "←"),
    ("lceil", "⌈"), ("lcub", "{"), ("ldquo", "“"), ("ldquor", "„"), ("le", "≤"), ("leftarrow", "←"), ("lfloor", "⌊"), ("lowast", "∗"),
    ("lowbar", "_"), ("loz", "◊"), ("lpar", "("), ("lrm", "\u{200e}"), ("lsaquo", "‹"), ("lsqb", "["), ("lsquo", "‘"), ("lsquor", "‚"),
    ("lstrok", "ł"), ("lt", "<"), ("macr", "¯"), ("mdash", "—"), ("micro", "µ"), ("middot", "·"), ("minus", "−"), ("mldr", "…"),
    ("mu", "μ"), ("nabla", "∇"), ("nacute", "ń"), ("nbsp", "\u{a0}"), ("ncaron", "ň"), ("ndash", "–"), ("ne", "≠"), ("ni", "∋"),
    ("nldr", "‥"), ("not", "¬"), ("notin", "∉"), ("nsub", "⊄"), ("ntilde", "ñ"), ("nu", "ν"), ("num", "#"), ("numero", "№"),
    ("numsp", "\u{2007}"), ("oacute", "ó"), ("ocirc", "ô"), ("odblac", "ő"), ("oelig", "œ"), ("ograve", "ò"), ("ohm", "Ω"),
    ("oline", "‾"), ("omacr", "ō"), ("omega", "ω"), ("omicron", "ο"), ("oplus", "⊕"), ("or", "∨"), ("ordf", "ª"), ("ordm", "º"),
    ("oslash", "ø"), ("otilde", "õ"), ("otimes", "⊗"), ("ouml", "ö"), ("para", "¶"), ("part", "∂"), ("percnt", "%"), ("period", "."),
    ("permil", "‰"), ("perp", "⊥"), ("phi", "φ"), ("phone", "☎"), ("pi", "π"), ("piv", "ϖ"), ("plus", "+"), ("plusmn", "±"),
    ("pound", "£"), ("prime", "′"), ("prod", "∏"), ("prop", "∝"), ("psi", "ψ"), ("puncsp", "\u{2008}"), ("quest", "?"), ("quot", "\""),
    ("rArr", "⇒"), ("radic", "√"), ("rang", "〉"), ("raquo", "»"), ("rarr", "→"), ("rcaron", "ř"), ("rceil", "⌉"), ("rcub", "}"),
    ("rdquo", "”"), ("rdquor", "”"), ("real", "ℜ"), ("reg", "®"), ("rfloor", "⌋"), ("rho", "ρ"), ("rightarrow", "→"),
    ("rlm", "\u{200f}"), ("rpar", ")"), ("rsaquo", "›"), ("rsqb", "]"), ("rsquo", "’"), ("rsquor", "’"), ("sacute", "ś"), ("sbquo", "‚"),
    ("scaron", "š"), ("scedil", "ş"), ("sdot", "⋅"), ("sect", "§"), ("semi", ";"), ("shy", "\u{ad}"), ("sigma", "σ"), ("sigmaf", "ς"),
    ("sim", "∼"), ("sol", "/"), ("spades", "♠"), ("star", "☆"), ("starf", "★"), ("sub", "⊂"), ("sube", "⊆"), ("sum", "∑"), ("sup", "⊃"),
    ("sup1", "¹"), ("sup2", "²"), ("sup3", "³"), ("supe", "⊇"), ("szlig", "ß"), ("tau", "τ"), ("tcaron", "ť"), ("tcedil", "ţ"),
    ("there4", "∴"), ("theta", "θ"), ("thetasym", "ϑ"), ("thinsp", "\u{2009}"), ("thorn", "þ"), ("tilde", "˜"), ("times", "×"),
    ("trade", "™"), ("uArr", "⇑"), ("uacute", "ú"), ("uarr", "↑"), ("ucirc", "û"), ("udblac", "ű"), ("ugrave", "ù"), ("umacr", "ū"),
    ("uml", "¨"), ("upsih", "ϒ"), ("upsilon", "υ"), ("uring", "ů"), ("uuml", "ü"), ("verbar", "|"), ("vert", "|"), ("weierp", "℘"),
    ("xi", "ξ"), ("yacute", "ý"), ("yen", "¥"), ("yuml", "ÿ"), ("zacute", "ź"), ("zcaron", "ž"), ("zdot", "ż"), ("zeta", "ζ"),
    ("zwj", "\u{200d}"), ("zwnj", "\u{200c}"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_and_numeric() {
        assert_eq!(
            decode("Caf&eacute; &amp; bar&#8217;s &#x201C;new&#x201d; &euro;5"),
            "Caf\u{e9} & bar\u{2019}s \u{201c}new\u{201d} \u{20ac}5"
        );
        assert_eq!(decode("&#150;&#0;&#x110000;"), "\u{2013}\u{fffd}\u{fffd}");
    }

    #[test]
    fn legacy_names_need_no_semicolon() {
        assert_eq!(decode("A&ampB &nbspThe &copy2024"), "A&B \u{a0}The \u{a9}2024");
    }

    #[test]
    fn others_stay_text() {
        assert_eq!(decode("AT&T R&D &unknown; &;&#;&"), "AT&T R&D &unknown; &;&#;&");
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(NAMED.windows(2).all(|w| w[0].0 < w[1].0));
        assert!(NAMED.iter().all(|(n, _)| n.len() <= LONGEST));
    }
}
