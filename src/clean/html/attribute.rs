//! The attributes that somebody reads. Names outside of this table are scanned over and not indexed.

use super::runs::{short_name, short_name_of};

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
const SLOTS: usize = 256;

/// Length, first and last letter: no two names of the table share all three, and most of a page's names are told apart by them.
const fn slot(name: &[u8]) -> usize {
    let (first, last) = (name[0] | 0x20, name[name.len() - 1] | 0x20);
    (first as usize * 7 + last as usize * 29 + name.len() * 83) % SLOTS
}

/// Index into ROWS plus one, zero for an empty slot.
const TABLE: [u8; SLOTS] = {
    let mut table = [0u8; SLOTS];
    let mut row = 0;
    while row < ROWS.len() {
        let name = ROWS[row].1.as_bytes();
        assert!(name.len() >= LENGTHS.0 && name.len() <= LENGTHS.1, "a name beyond LENGTHS");
        assert!(table[slot(name)] == 0, "two names in one slot: change the factors");
        table[slot(name)] = row as u8 + 1;
        row += 1;
    }
    table
};

/// The name of an attribute as written on the page, in any case; `None` for those that nobody reads.
#[inline]
pub fn find(page: &[u8], from: usize, to: usize) -> Option<Name> {
    if to < from + LENGTHS.0 || to > from + LENGTHS.1 {
        return None;
    }
    let row = (TABLE[slot(&page[from..to])] as usize).checked_sub(1)?;
    (NAMES[row] == short_name(page, from, to)).then_some(ROWS[row].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_only() {
        let find = |name: &str| find(format!("<p {name}=x>").as_bytes(), 3, 3 + name.len());
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
