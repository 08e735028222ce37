//! Health, metrics, logs.
