//! `feedmill run`: both loops, or one of them, until a signal.

pub mod telemetry;
