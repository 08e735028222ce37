//! ACHE: target storage `KAFKA`, formats `JSON` (the page as base64) and `ELASTIC` (markup, and text that it has extracted itself).
//!
//! `fetch_time` is documented as an epoch and written in milliseconds; `retrieved` has an offset without a colon.

use crate::page::mapping::{Mapping, Target};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "ache",
    about: "ACHE: target storage KAFKA, formats JSON and ELASTIC",
    pages: &[],
    fields: &[
        (Target::Url, &["/url"]),
        (Target::FinalUrl, &["/redirected_url"]),
        (Target::ContentType, &["/content_type", "/contentType"]),
        (Target::Headers, &["/response_headers", "/responseHeaders"]),
        (Target::FetchedAt, &["/fetch_time", "/retrieved"]),
        (Target::Base64, &["/content", "/response_body"]),
        (Target::Html, &["/html"]),
        (Target::Text, &["/text"]),
        (Target::Title, &["/title"]),
    ],
    attributes: &["/crawler_id", "/relevance", "/isRelevant"],
    skip: &[],
    known: &["/domain", "/topPrivateDomain", "/words", "/wordsMeta"],
};
