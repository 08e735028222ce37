//! Texts that were cleaned before they came: by the sender's own extractor, or by this one. Nothing but the story is left of them, as
//! paragraphs with an empty line between each and the next. The model learned from whole pages: of such a text it would give up a first or a
//! last paragraph that stands where menus and legal notices stand on those.

use super::flow::Flow;

/// So much of a page's units the model takes for the story when it was cleaned before and an empty line stands between all of its lines. Of
/// whole pages it is hardly ever more than the half: menus and teasers are many and short.
const APART: f32 = 0.5;
/// The same where nothing tells a paragraph from a line, or there is one line only.
const TOGETHER: f32 = 0.85;

/// Whether a text is one that was cleaned before; `kept` are the units that the model takes for the story.
pub fn is_cleaned(flow: &Flow, kept: &[bool]) -> bool {
    let [_, others @ ..] = &flow.lines[..] else { return false };
    let least = if others.is_empty() || others.iter().any(|line| !line.gap) { TOGETHER } else { APART };
    let story = kept.iter().filter(|kept| **kept).count();
    story as f32 >= least * kept.len() as f32
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::*;

    #[test]
    fn paragraphs_are_set_apart() {
        let cleaned = |text: &str, kept: &[bool]| is_cleaned(&flow(text), kept);
        assert!(cleaned("One.\n\nTwo.\n\nThree.", &[false, true, true]));
        assert!(!cleaned("One.\n\nTwo.\n\nThree.", &[false, true, false]));
        assert!(!cleaned("One.\n\nTwo.\nThree.", &[true, true, false]) && cleaned("One.\nTwo.", &[true, true]));
        assert!(cleaned("One. Two.", &[true, true]) && !cleaned("One. Two.", &[false, true]) && !cleaned("", &[]));
    }
}
