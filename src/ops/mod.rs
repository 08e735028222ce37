//! Health, metrics, logs: what an operator sees of a running worker. Nothing here decides anything about a page.

pub mod admin;
pub mod health;
pub mod logging;
pub mod metrics;
pub mod summary;
mod tls;
pub mod watchdog;

pub use admin::{Admin, AdminError};
pub use health::{Health, Readiness};
pub use metrics::Metrics;
pub use watchdog::Watchdog;
