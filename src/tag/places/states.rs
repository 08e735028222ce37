//! How American and Canadian newspapers shorten states and provinces behind a place: the style of the Associated Press and postal codes.

use super::gazetteer::GAZETTEER;
use crate::tag::fold::word_hash;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Code of GeoNames, short forms as one word.
const SHORT: &[(&str, &str)] = &[
    ("US.AL", "Ala AL"),
    ("US.AK", "AK"),
    ("US.AZ", "Ariz AZ"),
    ("US.AR", "Ark AR"),
    ("US.CA", "Calif CA Cal"),
    ("US.CO", "Colo CO"),
    ("US.CT", "Conn CT"),
    ("US.DE", "Del DE"),
    ("US.DC", "DC"),
    ("US.FL", "Fla FL"),
    ("US.GA", "Ga"),
    ("US.HI", "HI"),
    ("US.ID", "Ida ID"),
    ("US.IL", "Ill IL"),
    ("US.IN", "Ind"),
    ("US.IA", "IA"),
    ("US.KS", "Kan Kans KS"),
    ("US.KY", "Ky"),
    ("US.LA", "La"),
    ("US.ME", "ME"),
    ("US.MD", "Md"),
    ("US.MA", "Mass MA"),
    ("US.MI", "Mich MI"),
    ("US.MN", "Minn MN"),
    ("US.MS", "Miss MS"),
    ("US.MO", "Mo"),
    ("US.MT", "Mont MT"),
    ("US.NE", "Neb Nebr NE"),
    ("US.NV", "Nev NV"),
    ("US.NH", "NH"),
    ("US.NJ", "NJ"),
    ("US.NM", "NM"),
    ("US.NY", "NY"),
    ("US.NC", "NC"),
    ("US.ND", "ND"),
    ("US.OH", "OH"),
    ("US.OK", "Okla OK"),
    ("US.OR", "Ore"),
    ("US.PA", "Pa Penn"),
    ("US.RI", "RI"),
    ("US.SC", "SC"),
    ("US.SD", "SD"),
    ("US.TN", "Tenn TN"),
    ("US.TX", "Tex TX"),
    ("US.UT", "UT"),
    ("US.VT", "Vt"),
    ("US.VA", "Va"),
    ("US.WA", "Wash WA"),
    ("US.WV", "WV"),
    ("US.WI", "Wis WI"),
    ("US.WY", "Wyo WY"),
    ("CA.01", "Alta AB"),
    ("CA.03", "Man MB"),
    ("CA.08", "Ont ON"),
    ("CA.10", "Que QC"),
    ("CA.11", "Sask SK"),
];

static TABLE: LazyLock<FxHashMap<u64, u16>> = LazyLock::new(|| {
    let region = |code: &str| GAZETTEER.regions.iter().position(|r| r.0 == code).map(|at| at as u16);
    let rows = SHORT.iter().filter_map(|(code, words)| Some((region(code)?, words)));
    rows.flat_map(|(region, words)| words.split(' ').map(move |w| (word_hash(w), region))).collect()
});

/// The region of a short form.
pub fn region(word: u64) -> Option<u16> {
    TABLE.get(&word).copied()
}
