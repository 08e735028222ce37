//! People and organisations of an article, and the locations that come with them.
//!
//! What the page declares comes first. The rest is found by a small model (`model.rs`) over the words of the text (`token.rs`, `feature.rs`,
//! `lists.rs`), and mentions of one name are joined (`entity.rs`).

mod entity;
pub mod feature;
pub mod lists;
mod mention;
pub mod model;
pub mod token;

pub use entity::{Declared, Names, names};
pub use mention::{Mention, Mentions, load, mentions};
