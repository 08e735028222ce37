//! Input presets by name, one file each: formats of crawlers, and envelopes that others put around them.

pub(super) mod ache;
pub(super) mod browsertrix;
pub(super) mod cdr;
pub(super) mod cloudevents;
pub(super) mod confluent;
pub(super) mod crawl4ai;
pub(super) mod debezium;
pub(super) mod firecrawl;
pub(super) mod html;
pub(super) mod nutch;
pub(super) mod scrapy_cluster;
pub(super) mod stormcrawler;
pub mod warc;
pub(super) mod zyte_api;
