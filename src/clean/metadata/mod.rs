//! What the page says of itself: JSON-LD, OpenGraph, microdata, meta, and the reconciliation of them.
