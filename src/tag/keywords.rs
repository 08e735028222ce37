//! Keywords: the declared ones, tidied, then names that are not sure enough to be called people or organisations.

use crate::article::Keyword;
use rustc_hash::FxHashSet;

/// More than this is a site's list of everything, not the words of a story.
const MOST: usize = 100;
/// Longer ones are sentences that slipped into the field.
const LONGEST_CHARS: usize = 100;

/// Each once, in their order, with the first spelling; blanks are trimmed and joined. Case does not make a word another.
pub fn keywords(declared: &[Keyword], found: Vec<Keyword>) -> Vec<Keyword> {
    let mut seen = FxHashSet::default();
    let tidy = declared.iter().chain(&found).filter_map(|k| {
        let text = k.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = !text.is_empty() && text.chars().count() <= LONGEST_CHARS;
        (fits && seen.insert(text.to_lowercase())).then_some(Keyword { text, origin: k.origin })
    });
    tidy.take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Origin;

    #[test]
    fn each_once_in_order() {
        let declared = [" Ferries", "storm", "STORM", "", "ferries ", "Brest\n harbour", &"x".repeat(101), "Straße"]
            .map(|text| Keyword { text: text.into(), origin: Origin::Declared });
        let got: Vec<String> = keywords(&declared, Vec::new()).into_iter().map(|k| k.text).collect();
        assert_eq!(got, ["Ferries", "storm", "Brest harbour", "Straße"]);
    }

    #[test]
    fn found_ones_follow() {
        let keyword = |text: &str, origin| Keyword { text: text.into(), origin };
        let got =
            keywords(&[keyword("Brest", Origin::Declared)], vec![keyword("brest", Origin::Found), keyword("Le Conquet", Origin::Found)]);
        assert_eq!(got, [keyword("Brest", Origin::Declared), keyword("Le Conquet", Origin::Found)]);
    }

    #[test]
    fn a_sites_whole_list_is_cut() {
        let declared: Vec<Keyword> = (0..1000).map(|n| Keyword { text: n.to_string(), origin: Origin::Declared }).collect();
        assert_eq!(keywords(&declared, Vec::new()).len(), MOST);
    }
}
