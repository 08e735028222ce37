//! Apache Nutch: documents of `indexer-kafka`, and the JSON of `CommonCrawlDataDumper`.
//!
//! The indexer writes every value as a list of strings, text that Nutch has extracted itself, dates as Java prints them, and the page's bytes
//! only with `-addBinaryContent -base64`. Field names follow `index-writers.xml`: renamed ones need a mapping of one's own. Events of the
//! fetcher (START, END, REPORT) hold no page.

use crate::article::SkipReason;
use crate::page::mapping::{Mapping, Skip, Target, When};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "nutch",
    about: "Apache Nutch: indexer-kafka, CommonCrawlDataDumper",
    pages: &[],
    fields: &[
        (Target::Url, &["/url", "/id"]),
        (Target::FetchedAt, &["/tstamp", "/timestamp"]),
        (Target::Status, &["/response/status"]),
        (Target::Headers, &["/response/headers"]),
        (Target::ContentType, &["/contentType"]),
        (Target::MarkupOrBase64, &["/binaryContent"]),
        (Target::Html, &["/response/body"]),
        (Target::Text, &["/content"]),
        (Target::Title, &["/title"]),
        (Target::Language, &["/lang"]),
    ],
    attributes: &["/segment", "/digest", "/boost", "/key"],
    skip: &[Skip { at: "/eventType", when: When::Is(&["START", "END", "REPORT"]), reason: SkipReason::NoPage }],
    known: &[
        "/host",
        "/domain",
        "/cache",
        "/anchor",
        "/date",
        "/lastModified",
        "/contentLength",
        "/type",
        "/primaryType",
        "/subType",
        "/id",
        "/request",
        "/response",
        "/imported",
        "/inlinks",
        "/eventData",
    ],
};
