//! The headline out of what JSON-LD, OpenGraph, `h1` and `title` say.

/// Marks between a headline and the site's name in `title`.
const MARKS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " / ", " // ", " : ", " ~ ", " > ", "| ", " |"];

/// Candidates as plain text, absent or empty ones left out.
pub struct Candidates<'a> {
    pub json_ld: Option<&'a str>,
    pub og: Option<&'a str>,
    pub headings: &'a [String],
    pub title: Option<&'a str>,
    pub site: Option<&'a str>,
    pub host: &'a str,
}

/// The headline.
pub fn choose(c: &Candidates<'_>) -> Option<String> {
    let clean = |t: &str| without_site(t, c.site, c.host);
    let og = c.og.map(clean).filter(|t| !t.is_empty());
    let json = c.json_ld.map(clean).filter(|t| !t.is_empty());
    let title = c.title.map(clean).filter(|t| !t.is_empty());
    // Of several h1 the one that the metadata know; a single h1 may be the site's name.
    let known = [json.as_deref(), og.as_deref(), title.as_deref()];
    let headings: Vec<String> = c.headings.iter().map(|h| clean(h)).filter(|h| h.chars().count() >= 3).collect();
    let h1 = headings
        .iter()
        .map(|h| (h, known.iter().flatten().map(|k| alike(h, k)).fold(0.0f32, f32::max)))
        .fold(None::<(&String, f32)>, |best, (h, s)| if best.is_none_or(|(_, b)| s > b) { Some((h, s)) } else { best });
    // The shown headline wins when the metadata say about the same: theirs is often written for search engines and social networks.
    if let Some((h, score)) = h1
        && (score >= SAME || known.iter().flatten().next().is_none())
    {
        return Some(h.clone());
    }
    json.or(og).or(title).or_else(|| h1.map(|(h, _)| h.clone()))
}

/// Likeness from which two wordings are one headline.
const SAME: f32 = 0.5;

/// Removes the site's name before or behind a mark.
pub fn without_site(title: &str, site: Option<&str>, host: &str) -> String {
    let mut rest = title.trim();
    for _ in 0..3 {
        let Some((head, tail)) = MARKS.iter().filter_map(|m| rest.rsplit_once(*m)).min_by_key(|(_, t)| t.len()) else { break };
        if is_site(tail, site, host) || (rest.contains('|') && tail.split_whitespace().count() <= 3 && head.split_whitespace().count() > 3)
        {
            rest = head.trim();
            continue;
        }
        let Some((first, body)) = MARKS.iter().filter_map(|m| rest.split_once(*m)).min_by_key(|(f, _)| f.len()) else { break };
        if is_site(first, site, host) {
            rest = body.trim();
            continue;
        }
        break;
    }
    rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '»' | '«')).to_owned()
}

fn is_site(part: &str, site: Option<&str>, host: &str) -> bool {
    let part = letters(part);
    if part.is_empty() {
        return true;
    }
    let site = site.map(letters).unwrap_or_default();
    let host = letters(host.trim_start_matches("www."));
    let bare: String = host.chars().collect();
    (!site.is_empty() && (part == site || (part.len() > 3 && site.contains(&part)) || (site.len() > 3 && part.contains(&site))))
        || (part.len() > 2 && bare.contains(&part))
        || part.strip_prefix("the").is_some_and(|p| p.len() > 2 && bare.contains(p))
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Lower-case words without punctuation.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

/// Share of common words of two texts (Dice), 0-1.
pub fn alike(a: &str, b: &str) -> f32 {
    let (a, b) = (folded(a), folded(b));
    if a == b {
        return 1.0;
    }
    let left: Vec<&str> = a.split(' ').take(60).collect();
    let mut right: Vec<&str> = b.split(' ').take(60).collect();
    let total = left.len() + right.len();
    let mut both = 0;
    for word in &left {
        if let Some(at) = right.iter().position(|w| w == word) {
            right.swap_remove(at);
            both += 1;
        }
    }
    2.0 * both as f32 / total.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sites_name_goes() {
        for (raw, site, host) in [
            ("Rain at last - The Daily Example", Some("The Daily Example"), "www.example.org"),
            ("Rain at last | dailyexample.org", None, "dailyexample.org"),
            ("The Example | Rain at last", Some("The Example"), "example.org"),
            ("Rain at last", None, "example.org"),
        ] {
            assert_eq!(without_site(raw, site, host), "Rain at last", "{raw}");
        }
        assert_eq!(without_site("A win - and a loss", None, "example.org"), "A win - and a loss");
    }

    #[test]
    fn the_shown_headline_wins_when_known() {
        let headings = ["The Example".to_owned(), "Rain at last in the north".to_owned()];
        let c = Candidates {
            json_ld: Some("Rain at last in the north"),
            og: None,
            headings: &headings,
            title: None,
            site: Some("The Example"),
            host: "example.org",
        };
        assert_eq!(choose(&c).as_deref(), Some("Rain at last in the north"));
    }

    #[test]
    fn likeness_counts_common_words() {
        assert_eq!(alike("Rain, at last!", "rain at last"), 1.0);
        assert!(alike("Rain at last", "Snow") < 0.1);
    }
}
