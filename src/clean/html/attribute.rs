//! The attributes that somebody reads. Names outside of this table are scanned over and not indexed.

use super::names::Names;

macro_rules! names {
    ($($variant:ident $name:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Name { $($variant,)* }

        const ROWS: &[(Name, &str)] = &[$((Name::$variant, $name),)*];
        static NAMES: Names<{ ROWS.len() }, 256> = Names::new([$($name,)*]);
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

/// The name of an attribute as written on the page, in any case; `None` for those that nobody reads. `low`: its first eight bytes in small
/// letters.
#[inline(always)]
pub fn find(page: &[u8], from: usize, to: usize, low: u64) -> Option<Name> {
    NAMES.row(page, from, to, low).map(|row| ROWS[row].0)
}

#[cfg(test)]
mod tests {
    use super::super::runs::part_of_name;
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
