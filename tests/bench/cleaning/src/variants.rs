//! Who works on a page, and the parts of our own work.

use crate::pages::Sample;
use crate::timed;
use feedmill::article::{ArticleBody, Draft, View};
use feedmill::clean::html::title::Headline;
use feedmill::clean::html::{block, builder, choose, model};
use feedmill::clean::{Content, Options, Page, clean, metadata};
use feedmill::config::Settings;
use feedmill::page::{InLimits, NoSchemas, Preset, charset, decode};
use feedmill::stage::clean::CleanStage;
use feedmill::stage::{Stage, Work};
use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::RcDom;
use std::hint::black_box;
use std::time::Duration;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The page's bytes to the draft with metadata.
    Draft,
    DomSmoothie,
    /// Parsing alone.
    Html5ever,
    /// The event's bytes to the record's, without tags and dedup.
    Record,
}

pub const VARIANTS: [Variant; 4] = [Variant::Draft, Variant::DomSmoothie, Variant::Html5ever, Variant::Record];

const LIMITS: InLimits = InLimits { page_bytes: 16 << 20 };

impl Variant {
    pub fn name(self) -> &'static str {
        match self {
            Variant::Draft => "draft",
            Variant::DomSmoothie => "dom_smoothie",
            Variant::Html5ever => "html5ever_rcdom",
            Variant::Record => "record",
        }
    }

    pub fn run(self, sample: &Sample) {
        match self {
            Variant::Draft => drop(black_box(draft(sample))),
            Variant::DomSmoothie => {
                let article =
                    dom_smoothie::Readability::new(sample.page.as_str(), Some(&sample.url), None).and_then(|mut r| r.parse()).ok();
                drop(black_box(article));
            }
            Variant::Html5ever => {
                drop(black_box(html5ever::parse_document(RcDom::default(), Default::default()).one(sample.page.as_str())))
            }
            Variant::Record => drop(black_box(record(sample))),
        }
    }
}

/// The page's bytes, whose charset is to be found, to the draft. The gate is off: a refusal would be cheaper than the draft.
pub fn draft(sample: &Sample) -> Option<Draft> {
    let text = charset::decode(sample.page.as_bytes(), None, None).ok()?;
    clean(&page(sample, &text), Options { gate: false }).ok()
}

fn page<'a>(sample: &'a Sample, text: &'a str) -> Page<'a> {
    Page {
        url: &sample.url,
        final_url: &sample.url,
        content: Content::Html(text),
        title: None,
        language: None,
        fetched_at: Some(1_772_366_400_000),
        headers: &[],
    }
}

/// The stage as the worker runs it.
fn record(sample: &Sample) -> usize {
    thread_local! {
        static STAGE: std::cell::RefCell<CleanStage> = {
            let mut settings = Settings::default();
            settings.tag.enabled = false;
            settings.dedup.enabled = false;
            settings.clean.gate = false;
            std::cell::RefCell::new(CleanStage::new(&settings))
        };
    }
    // The stage takes its records by value; the copy stands for what the client hands over.
    let work = vec![Work::from(sample.record.clone())];
    STAGE.with_borrow_mut(|stage| stage.process(work).map_or(0, |effects| effects.records.len()))
}

/// Where the time goes.
#[derive(Clone, Copy)]
pub enum Part {
    /// The event's JSON to a page event.
    JsonIn,
    /// All between the two.
    Draft,
    /// The article to the record's JSON.
    JsonOut,
    Charset,
    Tree,
    Metadata,
    Blocks,
    Choice,
}

impl Part {
    pub const ALL: [Part; 8] =
        [Part::JsonIn, Part::Draft, Part::JsonOut, Part::Charset, Part::Tree, Part::Metadata, Part::Blocks, Part::Choice];

    pub fn name(self) -> &'static str {
        match self {
            Part::JsonIn => "json_in",
            Part::Draft => "draft",
            Part::JsonOut => "json_out",
            Part::Charset => "charset",
            Part::Tree => "tree",
            Part::Metadata => "metadata",
            Part::Blocks => "blocks",
            Part::Choice => "choice",
        }
    }

    pub fn time(self, sample: &Sample) -> Duration {
        let tree = || builder::parse(&sample.page).ok();
        match self {
            Part::JsonIn => timed(|| drop(black_box(decode(Preset::Native, &sample.record, &LIMITS, &NoSchemas)))),
            Part::Draft => timed(|| drop(black_box(draft(sample)))),
            Part::JsonOut => {
                let Some(body) = draft(sample).map(body) else { return Duration::ZERO };
                timed(|| drop(black_box(View::Feedmill.body_json(&body))))
            }
            Part::Charset => timed(|| drop(black_box(charset::decode(sample.page.as_bytes(), None, None)))),
            Part::Tree => timed(|| drop(black_box(tree()))),
            Part::Metadata => {
                let Some(tree) = tree() else { return Duration::ZERO };
                timed(|| drop(black_box(metadata::read(&tree, &page(sample, &sample.page)))))
            }
            Part::Blocks => {
                let Some(tree) = tree() else { return Duration::ZERO };
                timed(|| drop(black_box(block::blocks(&tree))))
            }
            Part::Choice => {
                let Some(tree) = tree() else { return Duration::ZERO };
                let about = metadata::read(&tree, &page(sample, &sample.page));
                let blocks = block::blocks(&tree);
                let headline = Headline::new(&blocks, &about);
                timed(|| drop(black_box(choose::choose(&blocks, &about, &headline, &mut model::Model::default()))))
            }
        }
    }
}

/// The record that a draft becomes, as far as cleaning fills it.
fn body(draft: Draft) -> ArticleBody {
    let empty = serde_json::json!({
        "url": "https://paper.test/", "canonical_url": null, "site": {"host": "paper.test", "domain": null, "name": null}, "title": null,
        "description": null, "text": "", "blocks": [], "authors": [], "agency": null, "dateline": null, "published_at": null,
        "modified_at": null, "date_evidence": {}, "language": {"code": null, "confidence": 0.0, "declared": null}, "images": [],
        "related": [], "topics": [], "places": [], "countries": [], "people": [], "organisations": [], "keywords": [], "genre": null,
        "access": "unknown",
        "rights": {"noarchive": null, "noai": null, "tdm_reservation": null, "license": null, "copyright": null},
        "size": {"words": 0, "characters": 0, "sentences": 0, "paragraphs": 0, "reading_seconds": 0}, "body_hash": "", "content_hash": "",
        "truncated": [],
        "source": {"event_id": null, "topic": "pages", "partition": 0, "offset": 0, "item": 0, "timestamp": null, "fetched_at": null,
            "preset": "native", "attributes": null},
        "producer": {"version": "0", "taggers": {}}
    });
    let mut body: ArticleBody = serde_json::from_value(empty).unwrap_or_else(|e| panic!("the record has other fields: {e}"));
    body.canonical_url = draft.canonical_url;
    body.title = draft.title;
    body.description = draft.description;
    body.text = draft.text;
    body.blocks = draft.blocks;
    body.authors = draft.authors;
    body.published_at = draft.published_at;
    body.modified_at = draft.modified_at;
    body.date_evidence = draft.date_evidence;
    body.images = draft.images;
    body.related = draft.related;
    body.keywords = draft.keywords;
    body.rights = draft.rights;
    body
}
