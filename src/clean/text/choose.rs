//! Which units are the story: the model's sequence, then what the model cannot know. Each step that changes a unit's lot leaves its name, for
//! `feedmill explain`.

use super::decode::{self, Table};
use super::features::Page;
use super::flow::Flow;
use super::unit::Unit;
use super::{apart, ends, title, trim};
use crate::clean::account::Lots;

/// The choice.
pub struct Choice {
    pub chances: Vec<f32>,
    pub lots: Lots,
    /// The unit that is the title.
    pub title: Option<usize>,
}

/// Chooses the story's units.
pub fn choose(flow: &Flow, units: &[Unit], page: &Page, table: &Table, gate: bool) -> Choice {
    let chances = decode::probabilities(flow, units, page, table);
    let mut lots = Lots::new(chances.iter().map(|c| *c >= 0.5).collect());
    lots.step("what stands around it", |kept| kept.copy_from_slice(&decode::decode(&chances, page)));
    lots.step("no run of text: all that are sentences", |kept| trim::fill(page, kept, gate));
    lots.step("edge of the story, credit or promotion", |kept| trim::edges(flow, units, page, &chances, kept));
    lots.step("rest of the story's line", |kept| trim::line_rest(flow, units, page, kept));
    lots.step("insert", |kept| trim::inserts(flow, units, page, kept));
    let cleaned = apart::is_cleaned(flow, &lots.kept);
    if cleaned {
        lots.step("the page was cleaned before", |kept| trim::all_but_inserts(flow, units, page, kept));
    }
    lots.step("the story has ended", |kept| ends::cut(page, kept));
    let begin = lots.kept.iter().position(|k| *k).unwrap_or(units.len());
    // A first sentence near the story is none: the title was taken away with the rest, if not the address says that it is there.
    let is_title = |i: &usize| !cleaned || page.address_share(*i) >= title::ADDRESS && !page.forms[*i].finished;
    let title = title::find(flow, units, page, begin).filter(is_title);
    lots.step("head of the story: title, byline or date", |kept| trim::head(flow, units, page, kept, title));
    Choice { chances, lots, title }
}
