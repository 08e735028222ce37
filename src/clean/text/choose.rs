//! Which units are the story: the model's sequence, then what the model cannot know. Each step that changes a unit's lot leaves its name, for
//! `feedmill explain`.

use super::decode::{self, Model};
use super::features::Page;
use super::flow::Flow;
use super::unit::Unit;
use super::{ends, title, trim};

/// The choice.
pub struct Choice {
    pub chances: Vec<f32>,
    pub kept: Vec<bool>,
    /// The unit that is the title.
    pub title: Option<usize>,
    /// What decided about each unit last.
    pub rules: Vec<&'static str>,
}

/// Chooses the story's units.
pub fn choose(flow: &Flow, units: &[Unit], page: &Page, model: &Model<'_>, gate: bool) -> Choice {
    let chances = decode::probabilities(flow, units, page, model);
    let kept = decode::decode(&chances, page);
    let rule = |(chance, kept): (&f32, &bool)| if (*chance >= 0.5) == *kept { "model" } else { "what stands around it" };
    let rules = chances.iter().zip(&kept).map(rule).collect();
    let mut choice = Choice { chances, kept, title: None, rules };
    choice.step("no run of text: all that are sentences", |kept, _| trim::fill(page, kept, gate));
    choice.step("edge of the story, credit or promotion", |kept, chances| trim::edges(flow, units, page, chances, kept));
    choice.step("insert", |kept, _| trim::inserts(flow, units, page, kept));
    choice.step("the story has ended", |kept, _| ends::cut(flow, units, page, kept));
    let begin = choice.kept.iter().position(|k| *k).unwrap_or(units.len());
    let title = title::find(flow, units, page, begin);
    choice.title = title;
    choice.step("head of the story: title, byline or date", |kept, _| trim::head(flow, units, page, kept, title));
    choice
}

impl Choice {
    fn step(&mut self, name: &'static str, change: impl FnOnce(&mut [bool], &[f32])) {
        let before = self.kept.clone();
        change(&mut self.kept, &self.chances);
        for (rule, (was, is)) in self.rules.iter_mut().zip(before.iter().zip(&self.kept)) {
            if was != is {
                *rule = name;
            }
        }
    }
}
