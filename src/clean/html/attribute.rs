//! The attributes that somebody reads. Names outside of this table are scanned over and not indexed.

macro_rules! names {
    ($($variant:ident $name:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Name { $($variant,)* }

        /// The name of an attribute as written, in any case; `None` for those that nobody reads.
        pub fn find(name: &[u8]) -> Option<Name> {
            // Three byte tests before the list: most attributes of a page are data-* and of no interest.
            if name.len() > 16 || name.len() < 2 {
                return None;
            }
            let mut lower = [0u8; 16];
            for (to, from) in lower.iter_mut().zip(name) {
                *to = from.to_ascii_lowercase();
            }
            match &lower[..name.len()] {
                $(n if n == $name.as_bytes() => Some(Name::$variant),)*
                _ => None,
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_only() {
        assert_eq!(find(b"CLASS"), Some(Name::Class));
        assert_eq!(find(b"http-equiv"), Some(Name::HttpEquiv));
        assert_eq!(find(b"data-x"), None);
        assert_eq!(find(b"onmouseoverandalongtail"), None);
    }
}
