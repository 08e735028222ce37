//! The attributes that somebody reads. Names outside of this table are scanned over and not indexed.

macro_rules! names {
    ($($variant:ident $name:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Name { $($variant,)* }

        const ROWS: &[(Name, &str)] = &[$((Name::$variant, $name),)*];
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

/// The name of an attribute as written, in any case; `None` for those that nobody reads.
#[inline]
pub fn find(name: &[u8]) -> Option<Name> {
    if name.len() < LENGTHS.0 || name.len() > LENGTHS.1 {
        return None;
    }
    let (found, known) = ROWS.get((TABLE[slot(name)] as usize).checked_sub(1)?)?;
    known.as_bytes().eq_ignore_ascii_case(name).then_some(*found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_only() {
        for (name, known) in ROWS {
            assert_eq!(find(known.as_bytes()), Some(*name));
        }
        assert_eq!(find(b"CLASS"), Some(Name::Class));
        assert_eq!(find(b"http-equiv"), Some(Name::HttpEquiv));
        assert_eq!(find(b"data-x"), None);
        assert_eq!(find(b"onmouseoverandalongtail"), None);
    }
}
