//! Written by `tests/bench/places/train.py`; see `evidence.rs` for the values.

/// A name whose sum is at least this is a place.
pub const THRESHOLD: f32 = -0.6;

#[rustfmt::skip]
pub static WEIGHTS: [f32; super::evidence::COUNT] = [
    -0.009, // bias
    0.886, // country
    -0.220, // region1
    -1.098, // region2
    -0.769, // city
    -0.838, // small
    0.849, // region
    1.180, // feature
    1.315, // size
    -0.918, // other name
    -1.670, // word
    -0.336, // forename
    -1.298, // surname
    -0.014, // several words
    1.228, // where before
    0.320, // maybe before
    -0.706, // title before
    -0.386, // forename before
    -2.414, // capital before
    -0.522, // small before
    0.097, // part before
    -3.090, // capital behind
    -4.128, // body behind
    -3.549, // thing behind
    0.602, // office behind
    -0.384, // speaks behind
    0.497, // possessive
    1.979, // qualified
    1.903, // qualifies
    -2.680, // hyphen behind
    -2.414, // hyphen before
    1.501, // list before
    0.097, // list behind
    0.727, // sentence start
    -1.380, // acronym
    0.095, // country is set
    1.003, // region is set
    0.276, // small in region
    0.378, // small in country
    0.904, // small qualified
    -1.906, // is a person elsewhere
    -3.858, // body of
    -0.246, // the before
    -1.556, // unit behind
    -0.126, // large
    0.871, // region2 in region
    -3.463, // place before
    -1.203, // word at start
    0.622, // abbreviation
    -1.087, // uncased
    -0.637, // foreign
    -1.038, // word where
    0.472, // city where
    -0.119, // small where
    0.284, // person where
    -1.064, // again
    0.346, // comma behind
    0.031, // title case among capitals
    0.000, // other name of small
    -0.805, // word without cue
    -0.509, // person without cue
    -0.168, // title part before
    -1.628, // capital before person
    0.039, // region2 where
];
