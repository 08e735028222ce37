//! crawl4ai: `CrawlResult` by itself, a server's answer (`results`), or a webhook payload with its data (`data.results`, `data`).

use crate::article::SkipReason;
use crate::page::mapping::{Mapping, Skip, Target, When};

pub(in crate::page) const MAPPING: Mapping = Mapping {
    name: "crawl4ai",
    about: "crawl4ai: results, answers, webhook payloads",
    pages: &["/data/results", "/results", "/data"],
    fields: &[
        // A payload for one address may name it outside only.
        (Target::Url, &["/url", "^/urls/0"]),
        (Target::FinalUrl, &["/redirected_url"]),
        (Target::Id, &["^/task_id"]),
        (Target::Status, &["/redirected_status_code", "/status_code"]),
        (Target::Headers, &["/response_headers"]),
        (Target::FetchedAt, &["/cached_at", "/crawled_at", "^/timestamp"]),
        (Target::Html, &["/html", "/cleaned_html", "/fit_html"]),
        (Target::Markdown, &["/markdown/raw_markdown", "/markdown"]),
        (Target::Title, &["/metadata/title"]),
    ],
    attributes: &["/session_id", "^/task_id"],
    skip: &[
        Skip { at: "^/status", when: When::IsNot(&["completed", "200"]), reason: SkipReason::FetchFailed },
        Skip { at: "^/task_type", when: When::IsNot(&["crawl"]), reason: SkipReason::NoPage },
        Skip { at: "/success", when: When::Is(&["false"]), reason: SkipReason::FetchFailed },
    ],
    known: &[
        "^/urls",
        "^/success",
        "^/error",
        "^/server_processing_time_s",
        "^/server_memory_delta_mb",
        "^/server_peak_memory_mb",
        "/media",
        "/links",
        "/metadata",
        "/error_message",
        "/fit_html",
        "/cleaned_html",
        "/markdown",
        "/extracted_content",
        "/screenshot",
        "/pdf",
        "/mhtml",
        "/downloaded_files",
        "/js_execution_result",
        "/ssl_certificate",
        "/dispatch_result",
        "/network_requests",
        "/console_messages",
        "/tables",
    ],
};
