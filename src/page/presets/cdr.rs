//! Common Data Repository of Memex, versions 2 and 3.1, JSON Lines or records.

use crate::page::mapping::{Mapping, Target};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "cdr",
    about: "Memex Common Data Repository 2 and 3.1",
    pages: &[],
    fields: &[
        (Target::Url, &["/url"]),
        (Target::Id, &["/_id"]),
        (Target::ContentType, &["/content_type"]),
        (Target::Headers, &["/response_headers"]),
        // Version 2 has one time, in milliseconds.
        (Target::FetchedAt, &["/timestamp_crawl", "/timestamp"]),
        (Target::Html, &["/raw_content"]),
        (Target::Text, &["/extracted_text"]),
        (Target::Title, &["/extracted_metadata/title"]),
    ],
    attributes: &["/team", "/crawler", "/version", "/crawl_data"],
    skip: &[],
    // Images and files of the page, kept elsewhere.
    known: &["/timestamp_index", "/objects", "/extracted_metadata", "/_type", "/_parent"],
};
