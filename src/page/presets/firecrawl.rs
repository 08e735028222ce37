//! Firecrawl: webhook payloads (`crawl.page`, `batch_scrape.page`), answers of `/scrape`, and pages of `/crawl`, v1 and v2.
//!
//! One message holds any number of pages in `data`. `rawHtml` is the page as it came; `html` has lost what Firecrawl takes for boilerplate;
//! `markdown` is what most senders ask for.

use crate::article::SkipReason;
use crate::page::mapping::{Mapping, Skip, Target, When};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "firecrawl",
    about: "Firecrawl: webhook payloads, answers of /scrape and /crawl",
    pages: &["/data"],
    fields: &[
        (Target::Url, &["/metadata/sourceURL", "/metadata/url", "/url"]),
        (Target::FinalUrl, &["/metadata/url"]),
        (Target::Id, &["/metadata/scrapeId"]),
        (Target::Status, &["/metadata/statusCode"]),
        (Target::ContentType, &["/metadata/contentType"]),
        // When it comes from Firecrawl's cache; else the record's own time counts.
        (Target::FetchedAt, &["/metadata/cachedAt"]),
        (Target::Html, &["/rawHtml", "/html"]),
        (Target::Markdown, &["/markdown", "/content"]),
        (Target::Title, &["/metadata/title"]),
        (Target::Language, &["/metadata/language"]),
    ],
    attributes: &["^/id", "^/jobId", "^/metadata"],
    skip: &[
        Skip {
            at: "^/type",
            when: When::IsNot(&["crawl.page", "batch_scrape.page", "crawl.completed", "batch_scrape.completed"]),
            reason: SkipReason::NoPage,
        },
        Skip { at: "^/success", when: When::Is(&["false"]), reason: SkipReason::FetchFailed },
    ],
    known: &[
        "^/type",
        "^/webhookId",
        "^/error",
        "^/status",
        "^/total",
        "^/completed",
        "^/creditsUsed",
        "^/expiresAt",
        "^/next",
        "/metadata",
        "/links",
        "/images",
        "/screenshot",
        "/summary",
        "/json",
        "/extract",
        "/changeTracking",
        "/actions",
        "/warning",
        "/branding",
    ],
};
