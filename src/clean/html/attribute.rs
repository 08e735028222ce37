//! The attributes that somebody reads. Names outside of this table are scanned over and not indexed.

use super::runs::{part_of_name, short_name_of};

macro_rules! names {
    ($($variant:ident $name:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Name { $($variant,)* }

        const ROWS: &[(Name, &str)] = &[$((Name::$variant, $name),)*];
        /// The names as numbers.
        const NAMES: [[u64; 2]; ROWS.len()] = [$(short_name_of($name.as_bytes()),)*];
    };
}

names! {
    Class "class";
    Id "id";
    Href "href";
    Src "src";
    DataSrc "data-src";
    Alt "alt";
    Rel "rel";
    Style "style";
    Type "type";
    Content "content";
    Property "property";
    Meta "name";
    HttpEquiv "http-equiv";
    Itemprop "itemprop";
    Itemtype "itemtype";
    Itemscope "itemscope";
    Lang "lang";
    Datetime "datetime";
    Title "title";
    Pubdate "pubdate";
    Role "role";
    Hidden "hidden";
    AriaHidden "aria-hidden";
    AriaLabel "aria-label";
    DataTestid "data-testid";
    DataComponent "data-component";
}

/// Shortest and longest name of the table.
const LENGTHS: (usize, usize) = (2, 14);
/// Bits of a name's slot.
const SLOT: u32 = 8;

/// The first eight bytes tell the names of the table apart.
#[inline(always)]
const fn slot(low: u64) -> usize {
    (low.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SLOT)) as usize
}

/// Index into ROWS plus one, zero for an empty slot; collisions go to the next slot.
const TABLE: [u8; 1 << SLOT] = {
    let mut table = [0u8; 1 << SLOT];
    let mut row = 0;
    while row < ROWS.len() {
        let name = ROWS[row].1.as_bytes();
        assert!(name.len() >= LENGTHS.0 && name.len() <= LENGTHS.1, "a name beyond LENGTHS");
        let mut at = slot(NAMES[row][0]);
        while table[at] != 0 {
            at = (at + 1) % table.len();
        }
        table[at] = row as u8 + 1;
        row += 1;
    }
    table
};

/// The name of an attribute as written on the page, in any case; `None` for those that nobody reads. `low`: its first eight bytes in small
/// letters.
#[inline(always)]
pub fn find(page: &[u8], from: usize, to: usize, low: u64) -> Option<Name> {
    if to < from + LENGTHS.0 || to > from + LENGTHS.1 {
        return None;
    }
    let mut at = slot(low);
    loop {
        let row = (TABLE[at] as usize).checked_sub(1)?;
        if NAMES[row][0] == low && NAMES[row][1] == part_of_name(page, from + 8, to) {
            return Some(ROWS[row].0);
        }
        at = (at + 1) % TABLE.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_only() {
        let find = |name: &str| {
            let page = format!("<p {name}=x>");
            find(page.as_bytes(), 3, 3 + name.len(), part_of_name(page.as_bytes(), 3, 3 + name.len()))
        };
        for (name, known) in ROWS {
            assert_eq!(find(known), Some(*name));
            assert_eq!(find(&known.to_uppercase()), Some(*name));
        }
        assert_eq!(find("http-equiv"), Some(Name::HttpEquiv));
        assert_eq!(find("data-x"), None);
        assert_eq!(find("c"), None);
        assert_eq!(find("onmouseoverandalongtail"), None);
    }
}
