//! The tag table: every element name that a rule reads, with the properties that tree construction and the block walk ask for.
//!
//! One row a tag, so that a rule is a bit test. Names are found by a table that is hashed at compile time.

use super::names::Names;

/// What the HTML standard, section 13.2, and the display of browsers say of a tag.
pub type Bits = u16;

/// No end tag, no content.
pub const VOID: Bits = 1;
/// Content is raw text up to the matching end tag.
pub const RAW: Bits = 1 << 1;
/// As RAW, but entities count (`title`, `textarea`).
pub const RCDATA: Bits = 1 << 2;
/// Starts a new line on the page: text on both sides belongs to different blocks.
pub const BLOCK: Bits = 1 << 3;
/// The standard's formatting elements, whose end tags must not close blocks.
pub const FORMATTING: Bits = 1 << 4;
/// The standard's "special" category: the search for an end tag's match stops here.
pub const SPECIAL: Bits = 1 << 5;
/// Boundary of every scope.
pub const SCOPE: Bits = 1 << 6;
/// Its start tag closes an open `p`.
pub const CLOSES_P: Bits = 1 << 7;
pub const HEADING: Bits = 1 << 8;
/// End tag implied by the end of a surrounding element.
pub const IMPLIED: Bits = 1 << 9;
/// Part of a table: ignored outside of one.
pub const TABLE_PART: Bits = 1 << 10;
/// Never shown as running text: the block walk steps over its subtree.
pub const UNSEEN: Bits = 1 << 11;
/// Leaves `svg` and `math` (the standard's list of tags that break out of foreign content).
pub const BREAKS_OUT: Bits = 1 << 12;

const PLAIN: Bits = BLOCK | SPECIAL | CLOSES_P;

macro_rules! tags {
    ($($variant:ident $name:literal $bits:expr;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Tag {
            /// A run of text, not an element.
            Text,
            /// An element of no known name: shown inline, as browsers do.
            Unknown,
            /// An element inside `svg` or `math`.
            Foreign,
            $($variant,)*
        }

        const ROWS: &[(Tag, &str, Bits)] = &[$((Tag::$variant, $name, $bits),)*];
        static NAMES: Names<{ ROWS.len() }, 1024> = Names::new([$($name,)*]);

        impl Tag {
            /// Number of tags, for tables indexed by tag.
            pub const COUNT: usize = 3 + ROWS.len();

            #[inline(always)]
            pub fn bits(self) -> Bits {
                BITS[self as usize]
            }

            #[inline(always)]
            pub fn is(self, bits: Bits) -> bool {
                self.bits() & bits != 0
            }
        }
    };
}

tags! {
    Html "html" SPECIAL | SCOPE;
    Head "head" SPECIAL | BREAKS_OUT;
    Body "body" SPECIAL | BLOCK | BREAKS_OUT;
    Title "title" RCDATA | SPECIAL | UNSEEN;
    Meta "meta" VOID | SPECIAL | BREAKS_OUT;
    Link "link" VOID | SPECIAL;
    Base "base" VOID | SPECIAL;
    Script "script" RAW | SPECIAL | UNSEEN;
    Style "style" RAW | SPECIAL | UNSEEN;
    Noscript "noscript" RAW | SPECIAL | UNSEEN;
    Template "template" SPECIAL | SCOPE | UNSEEN;
    Iframe "iframe" RAW | SPECIAL | UNSEEN;
    Noembed "noembed" RAW | SPECIAL | UNSEEN;
    Noframes "noframes" RAW | SPECIAL | UNSEEN;
    Xmp "xmp" RAW | PLAIN;
    Textarea "textarea" RCDATA | SPECIAL | UNSEEN;
    Svg "svg" UNSEEN;
    Math "math" 0;
    Article "article" PLAIN;
    Section "section" PLAIN;
    Main "main" PLAIN;
    Aside "aside" PLAIN;
    Nav "nav" PLAIN;
    Header "header" PLAIN;
    Footer "footer" PLAIN;
    Hgroup "hgroup" PLAIN;
    Address "address" PLAIN;
    Div "div" PLAIN | BREAKS_OUT;
    Center "center" PLAIN | BREAKS_OUT;
    P "p" PLAIN | IMPLIED | BREAKS_OUT;
    Pre "pre" PLAIN | BREAKS_OUT;
    Listing "listing" PLAIN | BREAKS_OUT;
    Blockquote "blockquote" PLAIN | BREAKS_OUT;
    Figure "figure" PLAIN;
    Figcaption "figcaption" PLAIN;
    Details "details" PLAIN;
    Summary "summary" PLAIN;
    Dialog "dialog" PLAIN;
    Search "search" PLAIN;
    Menu "menu" PLAIN | BREAKS_OUT;
    Ul "ul" PLAIN | BREAKS_OUT;
    Ol "ol" PLAIN | BREAKS_OUT;
    Dir "dir" PLAIN;
    Li "li" BLOCK | SPECIAL | IMPLIED | BREAKS_OUT;
    Dl "dl" PLAIN | BREAKS_OUT;
    Dt "dt" BLOCK | SPECIAL | IMPLIED | BREAKS_OUT;
    Dd "dd" BLOCK | SPECIAL | IMPLIED | BREAKS_OUT;
    H1 "h1" PLAIN | HEADING | BREAKS_OUT;
    H2 "h2" PLAIN | HEADING | BREAKS_OUT;
    H3 "h3" PLAIN | HEADING | BREAKS_OUT;
    H4 "h4" PLAIN | HEADING | BREAKS_OUT;
    H5 "h5" PLAIN | HEADING | BREAKS_OUT;
    H6 "h6" PLAIN | HEADING | BREAKS_OUT;
    Hr "hr" VOID | PLAIN | BREAKS_OUT;
    Form "form" PLAIN;
    Fieldset "fieldset" PLAIN;
    Legend "legend" BLOCK;
    Label "label" 0;
    Input "input" VOID | SPECIAL;
    Button "button" SPECIAL | UNSEEN;
    Select "select" SPECIAL | UNSEEN;
    Option "option" IMPLIED | UNSEEN;
    Optgroup "optgroup" IMPLIED | UNSEEN;
    Datalist "datalist" UNSEEN;
    Output "output" 0;
    Progress "progress" UNSEEN;
    Meter "meter" UNSEEN;
    Table "table" PLAIN | SCOPE | BREAKS_OUT;
    Caption "caption" BLOCK | SPECIAL | SCOPE | TABLE_PART;
    Colgroup "colgroup" SPECIAL | TABLE_PART;
    Col "col" VOID | SPECIAL | TABLE_PART;
    Tbody "tbody" BLOCK | SPECIAL | TABLE_PART;
    Thead "thead" BLOCK | SPECIAL | TABLE_PART;
    Tfoot "tfoot" BLOCK | SPECIAL | TABLE_PART;
    Tr "tr" BLOCK | SPECIAL | TABLE_PART;
    Td "td" BLOCK | SPECIAL | SCOPE | TABLE_PART;
    Th "th" BLOCK | SPECIAL | SCOPE | TABLE_PART;
    A "a" FORMATTING;
    B "b" FORMATTING | BREAKS_OUT;
    Strong "strong" FORMATTING | BREAKS_OUT;
    I "i" FORMATTING | BREAKS_OUT;
    Em "em" FORMATTING | BREAKS_OUT;
    U "u" FORMATTING | BREAKS_OUT;
    S "s" FORMATTING | BREAKS_OUT;
    Strike "strike" FORMATTING | BREAKS_OUT;
    Small "small" FORMATTING | BREAKS_OUT;
    Big "big" FORMATTING | BREAKS_OUT;
    Font "font" FORMATTING;
    Code "code" FORMATTING | BREAKS_OUT;
    Tt "tt" FORMATTING | BREAKS_OUT;
    Nobr "nobr" FORMATTING | BREAKS_OUT;
    Span "span" BREAKS_OUT;
    Sub "sub" BREAKS_OUT;
    Sup "sup" BREAKS_OUT;
    Q "q" 0;
    Cite "cite" 0;
    Abbr "abbr" 0;
    Time "time" 0;
    Mark "mark" 0;
    Ins "ins" 0;
    Del "del" 0;
    Rt "rt" IMPLIED | UNSEEN;
    Rp "rp" IMPLIED | UNSEEN;
    Ruby "ruby" BREAKS_OUT;
    Br "br" VOID | SPECIAL | BREAKS_OUT;
    Wbr "wbr" VOID | SPECIAL;
    Img "img" VOID | SPECIAL | BREAKS_OUT;
    Picture "picture" 0;
    Source "source" VOID | SPECIAL;
    Track "track" VOID | SPECIAL;
    Embed "embed" VOID | SPECIAL | BREAKS_OUT;
    Param "param" VOID | SPECIAL;
    Area "area" VOID | SPECIAL;
    Object "object" SPECIAL | SCOPE | UNSEEN;
    Video "video" UNSEEN;
    Audio "audio" UNSEEN;
    Canvas "canvas" UNSEEN;
    Map "map" 0;
}

/// Properties by tag.
const BITS: [Bits; Tag::COUNT] = {
    let mut bits = [0; Tag::COUNT];
    let mut row = 0;
    while row < ROWS.len() {
        bits[ROWS[row].0 as usize] = ROWS[row].2;
        row += 1;
    }
    bits
};

/// The tag of a name as written on the page, in any case. `low`: its first eight bytes in small letters.
#[inline(always)]
pub fn find(page: &[u8], from: usize, to: usize, low: u64) -> Tag {
    NAMES.row(page, from, to, low).map_or(Tag::Unknown, |row| ROWS[row].0)
}

#[cfg(test)]
mod tests {
    use super::super::runs::part_of_name;
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        let find = |page: &[u8], from: usize, to: usize| find(page, from, to, part_of_name(page, from, to));
        for (tag, name, _) in ROWS {
            for page in [format!("<{name}>"), format!("<{}>", name.to_uppercase())] {
                assert_eq!(find(page.as_bytes(), 1, 1 + name.len()), *tag);
            }
            assert!(name.len() <= 10);
        }
        assert_eq!(find(b"my-element", 0, 10), Tag::Unknown);
        assert_eq!(find(b"h1", 0, 1), Tag::Unknown);
        assert_eq!(find(b"", 0, 0), Tag::Unknown);
    }

    #[test]
    fn bits_are_those_of_the_row() {
        for (tag, _, bits) in ROWS {
            assert_eq!(tag.bits(), *bits);
        }
        assert!(Tag::P.is(CLOSES_P) && !Tag::Li.is(CLOSES_P) && Tag::A.is(FORMATTING));
    }
}
