//! Zyte API: answers of `/v1/extract` with `httpResponseBody` (base64 of the bytes) or `browserHtml` (markup after scripts ran).
//!
//! Headers are a list of `{name, value}`. Without either body, what Zyte extracted itself (`article`) is taken as text.

use crate::page::mapping::{Mapping, Target};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "zyte-api",
    about: "Zyte API: answers of /v1/extract",
    pages: &[],
    fields: &[
        // The answer's address is the one after redirects; what was asked for comes back only as `echoData` or in the article.
        (Target::Url, &["/url", "/article/url"]),
        (Target::Id, &["/jobId"]),
        (Target::Status, &["/statusCode"]),
        (Target::Headers, &["/httpResponseHeaders"]),
        (Target::FetchedAt, &["/article/metadata/dateDownloaded"]),
        (Target::Html, &["/browserHtml"]),
        (Target::Base64, &["/httpResponseBody"]),
        (Target::Html, &["/article/articleBodyHtml"]),
        (Target::Text, &["/article/articleBody"]),
        (Target::Title, &["/article/headline"]),
        (Target::Language, &["/article/inLanguage"]),
    ],
    attributes: &["/echoData", "/jobId"],
    skip: &[],
    known: &["/article", "/actions", "/screenshot", "/session", "/networkCapture", "/customAttributes", "/responseCookies"],
};
