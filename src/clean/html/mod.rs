//! Markup to a draft: one parse, one walk over the tree for blocks, one over it for declarations, the choice of blocks, the gate.
//!
//! | file | job |
//! | --- | --- |
//! | tag, attribute, entity | tables of names |
//! | tokenizer, builder, tree | the page's bytes to a preorder arena |
//! | text, block | visible text, white space, blocks and containers |
//! | class, phrase | tables of words |
//! | feature, model, choose | which blocks are the article |
//! | related | teasers of other stories |
//! | assemble, gate | the draft's text and blocks; is it an article |

pub mod assemble;
pub mod attribute;
pub mod block;
pub mod builder;
pub mod choose;
pub mod class;
pub mod entity;
pub mod feature;
pub mod gate;
pub mod model;
pub mod phrase;
pub mod related;
pub mod tag;
pub mod text;
pub mod tokenizer;
pub mod tree;
mod weights;

use super::metadata::{self, Metadata};
use super::{Options, Page, Refused};
use crate::article::{Author, BlockKind, DeadReason, Draft, SkipReason};
use assemble::Assembled;
use std::collections::BTreeMap;

/// A declared body replaces the chosen one when the markup gives less than this share of it.
const DECLARED_BODY: usize = 3;

/// Cleans a page of markup.
pub fn clean(page: &Page<'_>, html: &str, options: Options) -> Result<Draft, Refused> {
    if html.trim().is_empty() {
        return Err(Refused::Skipped(SkipReason::EmptyBody));
    }
    let tree = builder::parse(html)
        .map_err(|_| Refused::Dead(DeadReason::TooComplex, format!("more than {} nodes in {} bytes", builder::NODES, html.len())))?;
    let mut metadata = metadata::read(&tree, page);
    let blocks = block::blocks(&tree);
    if metadata.authors.is_empty() {
        metadata.authors = shown_authors(&blocks, &metadata);
    }
    let choice = choose::choose(&blocks, &metadata);
    let mut kept = choice.kept.clone();
    related::add_beside(&blocks, &mut kept);
    let mut body = assemble::assemble(&blocks, &kept);
    if let Some(declared) = declared_body(&metadata, body.text.len()) {
        body = declared;
    } else if options.gate {
        if let Some(reason) = gate::refuse(page, &blocks, &choice, &metadata) {
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
    let mut out = draft(metadata, body);
    out.related = related::related(&tree, &blocks, &choice.kept, page.final_url);
    for image in related::pictures(&tree, &blocks, &choice.kept, page.final_url) {
        match out.images.iter_mut().find(|i| i.url == image.url) {
            Some(known) => known.caption = image.caption,
            None => out.images.push(image),
        }
    }
    Ok(out)
}

/// Blocks after the headline in which a byline may stand.
const BYLINE_AFTER: usize = 12;

/// The byline that is shown under the headline, when nothing declares the authors.
fn shown_authors(blocks: &block::Blocks, metadata: &Metadata) -> Vec<Author> {
    let from = feature::title_block(blocks, metadata).unwrap_or(0);
    let mut out = Vec::new();
    for b in blocks.blocks.iter().skip(from).take(BYLINE_AFTER).filter(|b| b.words <= 16) {
        metadata::author::merge(&mut out, metadata::author::shown(blocks.text_of(b)), None);
        if !out.is_empty() {
            break;
        }
    }
    out
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
        dateline: None,
        published_at,
        modified_at,
        date_evidence,
        language: metadata.language,
        images: metadata.images,
        related: Vec::new(),
        keywords: metadata.keywords,
        sections: metadata.sections,
        genre: metadata.genre,
        access: metadata.access,
        rights: metadata.rights,
    }
}

#[cfg(test)]
mod tree_rules;
