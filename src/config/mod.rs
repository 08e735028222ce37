//! Configuration: raw -> checked. Past [`Settings`] no value is invalid and no Option means "maybe not set".

pub mod settings;

pub use settings::Settings;
