//! Browsertrix: lines of `pages.jsonl` and `extraPages.jsonl` with their text (`--text to-pages`).
//!
//! The first line of such a file describes it and holds no page.

use crate::article::SkipReason;
use crate::page::mapping::{Mapping, Skip, Target, When};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "browsertrix",
    about: "Browsertrix: pages.jsonl with text",
    pages: &[],
    fields: &[
        (Target::Url, &["/url"]),
        (Target::Id, &["/id"]),
        (Target::FetchedAt, &["/ts"]),
        (Target::Status, &["/status"]),
        // `mime` says what the page was, not what the text is.
        (Target::Text, &["/text"]),
        (Target::Title, &["/title"]),
    ],
    attributes: &["/seed", "/depth", "/loadState"],
    skip: &[Skip { at: "/format", when: When::Is(&["json-pages-1.0"]), reason: SkipReason::NoPage }],
    known: &["/mime", "/favIconUrl", "/hasText", "/filename"],
};
