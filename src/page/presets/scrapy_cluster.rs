//! scrapy-cluster: `<prefix>.crawled_firehose` and `<prefix>.crawled_<appid>`, as `crawling/items.py` and `pipelines.py` write them.
//!
//! The body is text, or base64 when `KAFKA_BASE_64_ENCODE` is on, and nothing in the message says which. `status_msg` is a constant, and
//! `timestamp` has no zone and is UTC. A page that could not be written as JSON comes as the bare text `json failed to parse`: dead.

use crate::page::mapping::{Mapping, Target};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "scrapy-cluster",
    about: "scrapy-cluster: crawled_firehose, crawled_<appid>",
    pages: &[],
    fields: &[
        (Target::Url, &["/url"]),
        (Target::FinalUrl, &["/response_url"]),
        (Target::Status, &["/status_code"]),
        (Target::Headers, &["/response_headers"]),
        (Target::MarkupOrBase64, &["/body"]),
        (Target::Charset, &["/encoding"]),
        (Target::FetchedAt, &["/timestamp"]),
    ],
    attributes: &["/appid", "/crawlid", "/attrs"],
    skip: &[],
    known: &["/status_msg", "/request_headers", "/links", "/success", "/exception"],
};
