//! Markup to a draft: one parse, one walk over the tree for blocks, one over it for declarations, the choice of blocks, the gate.
//!
//! | file | job |
//! | --- | --- |
//! | tag, attribute, entity | tables of names |
//! | tokenizer, builder, tree | the page's bytes to a preorder arena |
//! | text, block | visible text, white space, blocks and containers |
//! | class, phrase, needle | tables of words, and how they are found |
//! | title, hashes, about, sums, above, context, feature | numbers about a block |
//! | runs | bytes looked at eight at a time |
//! | model, choose, boxes, gaps | which blocks are the article |
//! | related | teasers of other stories |
//! | assemble | the draft's text and blocks |
//! | state, scripts | the body in a script, when the markup is an empty shell |
//! | shape, gate | the page as a whole; is it an article |
//! | account | what became of each block, for `feedmill explain` |

pub mod about;
mod above;
pub mod account;
pub mod assemble;
pub mod attribute;
pub mod block;
mod boxes;
pub mod builder;
pub mod choose;
pub mod class;
pub mod context;
pub mod entity;
pub mod feature;
mod gaps;
pub mod gate;
mod gate_weights;
pub mod hashes;
pub mod model;
mod names;
pub(in crate::clean) mod needle;
pub mod phrase;
pub mod related;
pub mod runs;
mod scripts;
pub mod shape;
pub mod state;
mod sums;
pub mod tag;
pub mod text;
pub mod title;
pub mod tokenizer;
pub mod tree;
mod weights;

use super::metadata::subject::{self, What};
use super::metadata::{self, Metadata};
use super::{Options, Page, Refused};
use crate::article::{BlockKind, DeadReason, Draft, SkipReason};
use assemble::Assembled;
use std::collections::BTreeMap;

/// A declared body replaces the chosen one when the markup gives less than this share of it.
const DECLARED_BODY: usize = 3;

/// What is learned: a judge of blocks and one of pages. Cross-validation puts others in its place.
pub struct Judges<'j> {
    /// How likely a block belongs to the article.
    pub block: &'j mut dyn model::Judge,
    /// How likely a page is an article.
    pub page: &'j mut dyn FnMut(&shape::Row) -> f32,
}

/// Cleans a page of markup.
pub fn clean(page: &Page<'_>, html: &str, options: Options) -> Result<Draft, Refused> {
    clean_by(page, html, options, &mut Judges { block: &mut model::Model::default(), page: &mut gate::chance })
}

/// What the choice goes by.
struct Read<'a> {
    tree: tree::Tree<'a>,
    metadata: Metadata,
    blocks: block::Blocks,
    headline: title::Headline,
}

fn read<'a>(page: &Page<'_>, html: &'a str) -> Result<Read<'a>, Refused> {
    if html.trim().is_empty() {
        return Err(Refused::Skipped(SkipReason::EmptyBody));
    }
    let tree = builder::parse(html)
        .map_err(|_| Refused::Dead(DeadReason::TooComplex, format!("more than {} nodes in {} bytes", builder::NODES, html.len())))?;
    let mut metadata = metadata::read(&tree, page);
    let blocks = block::blocks(&tree);
    let headline = title::Headline::new(&blocks, &metadata);
    metadata::complete(&mut metadata, &tree, &blocks, headline.block, page);
    Ok(Read { tree, metadata, blocks, headline })
}

/// As [`clean`], by other judges than the shipped ones.
pub fn clean_by(page: &Page<'_>, html: &str, options: Options, judges: &mut Judges<'_>) -> Result<Draft, Refused> {
    let Read { tree, mut metadata, blocks, headline } = read(page, html)?;
    let choice = choose::choose(&blocks, &metadata, &headline, judges.block);
    let mut kept = choice.kept.clone();
    related::add_beside(&blocks, &mut kept);
    let mut body = assemble::assemble(&blocks, &kept);
    if let Some(scripted) = scripted(&tree, &metadata, choice.words, body.text.len()) {
        body = scripted;
    } else if options.gate {
        if let Some(reason) = gate::refuse(page, &blocks, &choice, &metadata, judges.page) {
            return Err(Refused::Skipped(reason));
        }
    } else if body.text.is_empty() {
        // The gate is off: whatever text there is.
        let all: Vec<usize> = (0..blocks.blocks.len()).collect();
        body = assemble::assemble(&blocks, &all);
    }
    if body.text.is_empty() {
        return Err(Refused::Skipped(SkipReason::NoText));
    }
    metadata::hear(&mut metadata, &body.text, page);
    metadata::sift(&mut metadata, &body.text);
    let mut out = draft(metadata, body);
    out.truncated = cut(&tree, &blocks, &out.text);
    out.related = related::related(&tree, &blocks, &choice.kept, page.final_url);
    for image in related::pictures(&tree, &blocks, &choice.kept, page.final_url) {
        match out.images.iter_mut().find(|i| i.url == image.url) {
            Some(known) => {
                known.caption = image.caption.or(known.caption.take());
                known.credit = image.credit.or(known.credit.take());
            }
            None => out.images.push(image),
        }
    }
    for image in &mut out.images {
        let (caption, credit) = image.caption.as_deref().map(metadata::image::with_credit).unwrap_or_default();
        (image.caption, image.credit) = (caption, image.credit.take().or(credit));
    }
    Ok(out)
}

/// Names of the limits that the page ran into, and of what was lost before.
fn cut(tree: &tree::Tree<'_>, blocks: &block::Blocks, text: &str) -> Vec<String> {
    let limits = [
        ("page.blocks", blocks.cut),
        ("page.depth", tree.cut.depth),
        ("page.attributes", tree.cut.attributes),
        // Bytes that are no text in the page's charset.
        ("page.characters", text.contains(char::REPLACEMENT_CHARACTER)),
    ];
    limits.into_iter().filter(|(_, hit)| *hit).map(|(name, _)| name.to_owned()).collect()
}

/// The body of a page that is drawn by a script.
fn scripted(tree: &tree::Tree<'_>, metadata: &Metadata, words: u32, bytes: usize) -> Option<Assembled> {
    let declared = || declared_body(metadata, bytes);
    // What a live page declares as its body is a summary mostly, and its updates stand elsewhere.
    if metadata.types.iter().any(|t| t == "LiveBlogPosting") {
        return state_body(tree, metadata, words, LIVE_SHELL).or_else(declared);
    }
    declared().or_else(|| state_body(tree, metadata, words, SHELL))
}

/// JSON-LD `articleBody`, when the markup gives nearly nothing: the page is drawn by a script.
fn declared_body(metadata: &Metadata, chosen: usize) -> Option<Assembled> {
    let body = metadata.body.as_deref().filter(|b| b.len() >= 200 && b.len() > chosen.saturating_mul(DECLARED_BODY))?;
    let mut out = Assembled::default();
    // Some sites declare the body with its markup.
    if body.contains("</p>") || body.contains("<br") {
        let tree = builder::parse(body).ok()?;
        let blocks = block::blocks(&tree);
        let all: Vec<usize> = (0..blocks.blocks.len()).collect();
        return Some(assemble::assemble(&blocks, &all));
    }
    for line in body.lines().map(text::plain).filter(|l| !l.is_empty()) {
        out.part(BlockKind::Paragraph, None, &line);
    }
    Some(out)
}

/// Fewer chosen words are no article if a script holds one.
const SHELL: u32 = 60;
/// The same of a live page, which shows a summary and drawers of what its script fetches.
const LIVE_SHELL: u32 = 300;

/// The body in a script's state, when the markup gives nearly nothing.
fn state_body(tree: &tree::Tree<'_>, metadata: &Metadata, chosen: u32, shell: u32) -> Option<Assembled> {
    let article = metadata.types.iter().any(|t| metadata::json_ld::is_article(t) || t == "og:article");
    if chosen >= shell || !article && chosen >= shell / 3 {
        return None;
    }
    state::body(tree, &metadata.titles).filter(|b| text::words(&b.text) > chosen * DECLARED_BODY as u32)
}

fn draft(metadata: Metadata, body: Assembled) -> Draft {
    let mut date_evidence = BTreeMap::new();
    let mut date = |field: &str, dated: Option<metadata::Dated>| {
        dated.map(|d| {
            date_evidence.insert(field.to_owned(), d.evidence);
            d.moment.rfc3339()
        })
    };
    let published_at = date("published_at", metadata.published);
    let modified_at = date("modified_at", metadata.modified);
    Draft {
        canonical_url: metadata.canonical_url,
        site_name: metadata.site_name,
        title: metadata.title,
        description: metadata.description,
        text: body.text,
        blocks: body.blocks,
        authors: metadata.authors,
        agency: metadata.agency,
        dateline: metadata.dateline,
        published_at,
        modified_at,
        date_evidence,
        language: metadata.language,
        images: metadata.images,
        related: Vec::new(),
        keywords: metadata.keywords,
        sections: metadata.sections,
        people: subject::entities(&metadata.subjects, What::Person),
        organisations: subject::entities(&metadata.subjects, What::Organisation),
        places: subject::entities(&metadata.subjects, What::Place).into_iter().map(|p| p.name).collect(),
        genre: metadata.genre,
        access: metadata.access,
        rights: metadata.rights,
        truncated: Vec::new(),
    }
}

#[cfg(test)]
mod tree_rules;
