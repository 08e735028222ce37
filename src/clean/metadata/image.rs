//! Declared pictures, and the credit in a caption.

use super::address::absolute;
use super::found::Found;
use super::json_ld::Described;
use crate::article::Image;
use crate::clean::html::text::plain;
use url::Url;

/// Metas with the picture of the story, best first.
const METAS: &[&str] = &[
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "parsely-image-url",
    "sailthru.image.full",
    "thumbnail",
];

/// Pictures that the page declares, each once.
pub fn images(found: &Found<'_>, about: &Described, base: Option<&Url>) -> Vec<Image> {
    let mut out: Vec<Image> = Vec::new();
    let alt = found.first(&["og:image:alt", "twitter:image:alt"]).map(plain).filter(|a| !a.is_empty());
    let declared = METAS.iter().find_map(|n| found.metas(n).next()).map(str::to_owned);
    let first = declared.is_some();
    for (i, address) in declared.into_iter().chain(about.images.iter().cloned()).enumerate() {
        if let Some(url) = absolute(base, &address)
            && !out.iter().any(|o| o.url == url)
        {
            out.push(Image { url, caption: alt.clone().filter(|_| i == 0 && first), credit: None });
        }
    }
    out
}

/// Words before the name of a photographer or an agency, in lower case.
#[rustfmt::skip]
static CREDITS: &[&str] = &[
    "photo by", "photograph by", "photograph:", "photo:", "photos:", "photo credit:", "image credit:", "image:", "picture:", "credit:", "credits:", "source:", "courtesy of", "illustration:", "foto:", "fotos:", "bild:", "bildquelle:", "quelle:", "bildrechte:", "bildnachweis:", "© ", "©", "(c) ",
    "crédit :", "crédit:", "crédits :", "photo :", "imagen:", "fuente:", "crédito:", "fonte:", "imagem:", "immagine:", "beeld:", "kuva:", "zdjęcie:", "źródło:", "фото:", "источник:", "fotoğraf:", "写真:", "写真＝", "摄影：", "사진=", "사진:",
];

/// A caption without its credit, and the credit: behind a word such as "Photo:", or an agency in brackets at the end.
pub fn with_credit(caption: &str) -> (Option<String>, Option<String>) {
    let text = caption.trim();
    let some = |t: &str| Some(t.trim_matches([' ', '|', '(', ')', '[', ']', '/', '-', '–', ',', '•']).to_owned()).filter(|t| !t.is_empty());
    // Lower case may change lengths; then nothing is cut.
    let lower = text.to_lowercase();
    if lower.len() == text.len()
        && let Some((at, word)) =
            CREDITS.iter().filter_map(|w| lower.rfind(w).map(|at| (at, *w))).max_by_key(|(at, w)| (at + w.len(), w.len()))
        && lower.is_char_boundary(at + word.len())
        && text.is_char_boundary(at)
        && text.is_char_boundary(at + word.len())
        && !lower[..at].ends_with(char::is_alphanumeric)
        && text.len() - at <= 120
    {
        // Two words may stand together: "Photo: © Jane Doe".
        let start = CREDITS
            .iter()
            .filter(|w| lower[..at].trim_end().ends_with(**w))
            .map(|w| lower[..at].trim_end().len() - w.len())
            .min()
            .unwrap_or(at);
        return (some(&text[..start]), some(&text[at + word.len()..]));
    }
    if let Some(open) = text.rfind('(').filter(|_| text.ends_with(')'))
        && crate::clean::dates::agencies::among(&text[open..]).is_some()
    {
        return (some(&text[..open]), some(&text[open..]));
    }
    (some(text), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_and_credits() {
        for (raw, caption, credit) in [
            ("Ice in the harbour. Photo: Jane Doe", Some("Ice in the harbour."), Some("Jane Doe")),
            ("Eis im Hafen (Foto: Max Muster/dpa)", Some("Eis im Hafen"), Some("Max Muster/dpa")),
            ("Eis im Hafen | Bildquelle: dpa", Some("Eis im Hafen"), Some("dpa")),
            ("Ice in the harbour (AP)", Some("Ice in the harbour"), Some("AP")),
            ("© Jane Doe", None, Some("Jane Doe")),
            ("Photo: © Jane Doe", None, Some("Jane Doe")),
            ("Лёд в порту. Фото: Иван Иванов", Some("Лёд в порту."), Some("Иван Иванов")),
            ("The mayor (left) and her dog", Some("The mayor (left) and her dog"), None),
            ("", None, None),
        ] {
            assert_eq!(with_credit(raw), (caption.map(str::to_owned), credit.map(str::to_owned)), "{raw}");
        }
    }
}
