//! Apache StormCrawler: documents of its indexers, as `indexer.url.fieldname`, `indexer.text.fieldname` and `indexer.md.mapping` name them
//! by default. Its WARC module writes WARC records: these are recognised here, too.

use crate::page::mapping::{Mapping, Target};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "stormcrawler",
    about: "Apache StormCrawler",
    pages: &[],
    fields: &[
        (Target::Url, &["/url"]),
        (Target::FetchedAt, &["/fetchTime", "/fetch_time", "/date", "/crawl_date"]),
        (Target::Status, &["/fetch.statusCode", "/metadata/fetch.statusCode"]),
        (Target::ContentType, &["/content-type", "/metadata/content-type", "/metadata/parse.Content-Type"]),
        // The page itself, when a parse filter was told to keep it.
        (Target::MarkupOrBase64, &["/html", "/rawContent", "/raw_content"]),
        (Target::Text, &["/content", "/text"]),
        (Target::Title, &["/title", "/metadata/parse.title"]),
        (Target::Language, &["/lang", "/language", "/metadata/parse.lang"]),
    ],
    attributes: &["/metadata", "/capturetime"],
    skip: &[],
    known: &["/host", "/domain", "/canonical", "/keywords", "/description", "/format", "/type"],
};
