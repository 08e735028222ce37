//! Written by `tests/bench/places/train.py`; see `evidence.rs` for the values.

/// A name whose sum is at least this is a place.
pub const THRESHOLD: f32 = -0.8;

#[rustfmt::skip]
pub static WEIGHTS: [f32; super::evidence::COUNT] = [
    -0.006, // bias
    0.971, // country
    -0.349, // region1
    -1.159, // region2
    -0.995, // city
    -0.508, // small
    0.768, // region
    1.267, // feature
    1.487, // size
    -0.711, // other name
    -1.649, // word
    -0.298, // forename
    -1.138, // surname
    0.232, // several words
    1.076, // where before
    0.306, // maybe before
    -0.732, // title before
    -0.223, // forename before
    -2.483, // capital before
    -0.454, // small before
    0.372, // part before
    -3.066, // capital behind
    -4.122, // body behind
    -3.381, // thing behind
    0.681, // office behind
    -0.333, // speaks behind
    0.437, // possessive
    2.165, // qualified
    1.958, // qualifies
    -2.519, // hyphen behind
    -2.433, // hyphen before
    1.381, // list before
    -0.044, // list behind
    0.586, // sentence start
    -1.311, // acronym
    0.173, // country is set
    0.906, // region is set
    0.148, // small in region
    0.092, // small in country
    1.100, // small qualified
    -1.918, // is a person elsewhere
    -3.955, // body of
    -0.465, // the before
    -1.456, // unit behind
    -0.109, // large
    0.860, // region2 in region
    -4.106, // place before
    -0.962, // word at start
    0.329, // abbreviation
    -1.284, // uncased
    -0.854, // foreign
    -1.137, // word where
    0.393, // city where
    -0.246, // small where
    0.146, // person where
    -0.972, // again
    0.471, // comma behind
    0.049, // title case among capitals
    0.000, // other name of small
    -1.014, // word without cue
    -0.558, // person without cue
    -0.183, // title part before
    -1.299, // capital before person
    0.063, // region2 where
];
