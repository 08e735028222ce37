//! What class, id, role and test names say of an element: a table of words.

use super::needle::Needles;
use crate::clean::eight::eight;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// Groups of class words as bits.
pub type Mask = u32;

macro_rules! groups {
    ($($name:ident $bit:literal $label:literal;)*) => {
        $(pub const $name: Mask = 1 << $bit;)*
        /// Number of groups.
        pub const GROUPS: usize = [$($label),*].len();
    };
}

groups! {
    BODY 0 "article body";
    ARTICLE 1 "article, story, post";
    CONTENT 2 "content, main";
    TITLE 3 "headline";
    STANDFIRST 4 "standfirst, lede, teaser of this article";
    BYLINE 5 "author, date line";
    COMMENT 6 "readers' comments";
    RELATED 7 "other articles";
    TEASER 8 "cards, lists of teasers";
    SHARE 9 "share and follow buttons";
    NEWSLETTER 10 "sign-up forms";
    CONSENT 11 "cookie and privacy dialogs";
    NAV 12 "navigation";
    FOOTER 13 "page footer";
    HEADER 14 "page or article header";
    SIDEBAR 15 "columns beside the article";
    BIO 16 "box about the author";
    AD 17 "advertisement";
    PROMO 18 "promotion, subscription offers";
    CAPTION 19 "caption, credit";
    MEDIA 20 "image, gallery, video, embed";
    TAGS 21 "tags, categories";
    HIDDEN 22 "not shown";
    LOGIN 23 "log-in, registration, paywall";
    POPUP 24 "modal, overlay, popup";
    TOC 25 "table of contents, jump links";
    WIDGET 26 "widget, tools, print";
    META 27 "meta line, reading time";
    NOTE 28 "disclaimer, copyright, correction";
    QUOTE 29 "pull quote, box, infobox";
    LIVE 30 "live ticker entries";
}

/// Where a word may stand in a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Anywhere: long, unmistakable words, glued or not (`relatedposts`).
    Any,
    /// As a word of its own: bounded by a separator, a digit or a change of case.
    Word,
}
use At::{Any, Word};

/// Word, where it may stand, what it says. English first, then German, French, Spanish, Portuguese, Italian, Dutch, Nordic, Slavic.
const WORDS: &[(&str, At, Mask)] = &[
    // The article's own body, as content systems name it.
    ("articlebody", Any, BODY),
    ("article-body", Any, BODY),
    ("article_body", Any, BODY),
    ("article__body", Any, BODY),
    ("articletext", Any, BODY),
    ("article-text", Any, BODY),
    ("article_text", Any, BODY),
    ("article__text", Any, BODY),
    ("article-content", Any, BODY),
    ("article__content", Any, BODY),
    ("articlecontent", Any, BODY),
    ("article_content", Any, BODY),
    ("entry-content", Any, BODY),
    ("post-content", Any, BODY),
    ("post__content", Any, BODY),
    ("postcontent", Any, BODY),
    ("post-body", Any, BODY),
    ("post_body", Any, BODY),
    ("story-body", Any, BODY),
    ("story__body", Any, BODY),
    ("storybody", Any, BODY),
    ("story-content", Any, BODY),
    ("storycontent", Any, BODY),
    ("story-text", Any, BODY),
    ("storytext", Any, BODY),
    ("story_text", Any, BODY),
    ("body-copy", Any, BODY),
    ("body-text", Any, BODY),
    ("bodytext", Any, BODY),
    ("richtext", Any, BODY),
    ("rich-text", Any, BODY),
    ("wysiwyg", Any, BODY),
    ("body-content", Any, BODY),
    ("content-body", Any, BODY),
    ("main-content", Any, CONTENT),
    ("maincontent", Any, CONTENT),
    ("blog-content", Any, BODY),
    ("text-content", Any, BODY),
    ("artikeltext", Any, BODY),
    ("artikel-inhalt", Any, BODY),
    ("articulo-cuerpo", Any, BODY),
    ("cuerpo", Word, BODY),
    ("corpo", Word, BODY),
    ("corps", Word, BODY),
    ("brodtext", Any, BODY),
    ("brødtekst", Any, BODY),
    ("paywall-content", Any, BODY),
    ("article", Any, ARTICLE),
    ("story", Word, ARTICLE),
    ("post", Word, ARTICLE),
    ("entry", Word, ARTICLE),
    ("artikel", Any, ARTICLE),
    ("articulo", Any, ARTICLE),
    ("noticia", Any, ARTICLE),
    ("articolo", Any, ARTICLE),
    ("hentry", Word, ARTICLE),
    ("blog", Word, ARTICLE),
    ("content", Any, CONTENT),
    ("body", Word, CONTENT),
    ("text", Word, CONTENT),
    ("main", Word, CONTENT),
    ("inhalt", Any, CONTENT),
    ("contenu", Any, CONTENT),
    ("contenido", Any, CONTENT),
    ("prose", Word, BODY),
    ("copy", Word, CONTENT),
    ("markdown", Word, BODY),
    ("title", Any, TITLE),
    ("headline", Any, TITLE),
    ("heading", Word, TITLE),
    ("titre", Word, TITLE),
    ("titulo", Any, TITLE),
    ("standfirst", Any, STANDFIRST),
    ("lede", Word, STANDFIRST),
    ("subtitle", Any, STANDFIRST),
    ("subheadline", Any, STANDFIRST),
    ("sub-headline", Any, STANDFIRST),
    ("dek", Word, STANDFIRST),
    ("deck", Word, STANDFIRST),
    ("intro", Word, STANDFIRST),
    ("lead", Word, STANDFIRST),
    ("abstract", Word, STANDFIRST),
    ("synopsis", Word, STANDFIRST),
    ("chapo", Any, STANDFIRST),
    ("excerpt", Word, STANDFIRST),
    ("summary", Word, STANDFIRST),
    ("vorspann", Any, STANDFIRST),
    ("ingress", Any, STANDFIRST),
    ("manchet", Any, STANDFIRST),
    ("entradilla", Any, STANDFIRST),
    ("bajada", Any, STANDFIRST),
    ("perex", Any, STANDFIRST),
    ("sommario", Any, STANDFIRST),
    ("subheading", Any, STANDFIRST),
    ("kicker", Any, META),
    ("eyebrow", Word, META),
    // Who and when.
    ("byline", Any, BYLINE),
    ("author", Any, BYLINE),
    ("autor", Any, BYLINE),
    ("auteur", Any, BYLINE),
    ("dateline", Any, BYLINE),
    ("date", Word, META),
    ("timestamp", Any, META),
    ("publish", Any, META),
    ("published", Any, META),
    ("datum", Word, META),
    ("fecha", Word, META),
    ("meta", Word, META),
    ("metadata", Any, META),
    ("readtime", Any, META),
    ("reading-time", Any, META),
    ("read-time", Any, META),
    ("info", Word, META),
    ("updated", Word, META),
    ("contributor", Any, BYLINE),
    ("reporter", Word, BYLINE),
    ("journalist", Word, BYLINE),
    ("author-bio", Any, BIO),
    ("authorbio", Any, BIO),
    ("author-box", Any, BIO),
    ("authorbox", Any, BIO),
    ("about-author", Any, BIO),
    ("about-the-author", Any, BIO),
    ("author-info", Any, BIO),
    ("author-description", Any, BIO),
    ("author__bio", Any, BIO),
    ("bio", Word, BIO),
    ("biography", Any, BIO),
    ("vcard", Word, BIO),
    ("profile", Word, BIO),
    ("author-card", Any, BIO),
    // Readers.
    ("comment", Any, COMMENT),
    ("disqus", Any, COMMENT),
    ("kommentar", Any, COMMENT),
    ("commentaire", Any, COMMENT),
    ("comentario", Any, COMMENT),
    ("respond", Word, COMMENT),
    ("replies", Word, COMMENT),
    ("reply", Word, COMMENT),
    ("discussion", Word, COMMENT),
    ("reviews", Word, COMMENT),
    ("livefyre", Any, COMMENT),
    ("coral", Word, COMMENT),
    ("spot-im", Any, COMMENT),
    ("opinary", Any, WIDGET),
    // Other stories.
    ("related", Any, RELATED),
    ("recommend", Any, RELATED),
    ("recirc", Any, RELATED),
    ("readmore", Any, RELATED),
    ("read-more", Any, RELATED),
    ("read-next", Any, RELATED),
    ("readnext", Any, RELATED),
    ("read-also", Any, RELATED),
    ("readalso", Any, RELATED),
    ("seealso", Any, RELATED),
    ("see-also", Any, RELATED),
    ("more-stories", Any, RELATED),
    ("morestories", Any, RELATED),
    ("more-from", Any, RELATED),
    ("more-on", Any, RELATED),
    ("up-next", Any, RELATED),
    ("upnext", Any, RELATED),
    ("next-article", Any, RELATED),
    ("most-read", Any, RELATED),
    ("mostread", Any, RELATED),
    ("most-popular", Any, RELATED),
    ("popular", Word, RELATED),
    ("trending", Any, RELATED),
    ("latest", Word, RELATED),
    ("similar", Word, RELATED),
    ("also-like", Any, RELATED),
    ("youmaylike", Any, RELATED),
    ("taboola", Any, RELATED),
    ("outbrain", Any, RELATED),
    ("plista", Any, RELATED),
    ("zergnet", Any, RELATED),
    ("jp-relatedposts", Any, RELATED),
    ("yarpp", Any, RELATED),
    ("infinite", Word, RELATED),
    ("nextpost", Any, RELATED),
    ("prevnext", Any, RELATED),
    ("post-nav", Any, RELATED),
    ("previous", Word, RELATED),
    ("suggest", Any, RELATED),
    ("mehr-zum-thema", Any, RELATED),
    ("weiterlesen", Any, RELATED),
    ("lesen-sie", Any, RELATED),
    ("meistgelesen", Any, RELATED),
    ("verwandt", Any, RELATED),
    ("lire-aussi", Any, RELATED),
    ("a-lire", Any, RELATED),
    ("relacionad", Any, RELATED),
    ("correlat", Any, RELATED),
    ("gerelateerd", Any, RELATED),
    ("relatert", Any, RELATED),
    ("relateret", Any, RELATED),
    ("lasmer", Any, RELATED),
    ("mas-leid", Any, RELATED),
    ("teaser", Any, TEASER),
    ("card", Word, TEASER),
    ("cards", Word, TEASER),
    ("listing", Word, TEASER),
    ("grid", Word, TEASER),
    ("feed", Word, TEASER),
    ("archive", Word, TEASER),
    ("carousel", Any, TEASER),
    ("slider", Any, TEASER),
    ("river", Word, TEASER),
    ("thumb", Word, TEASER),
    ("tile", Word, TEASER),
    ("headlines", Any, TEASER),
    ("rail", Word, SIDEBAR),
    ("sidebar", Any, SIDEBAR),
    ("side-bar", Any, SIDEBAR),
    ("aside", Word, SIDEBAR),
    ("secondary", Word, SIDEBAR),
    ("right-column", Any, SIDEBAR),
    ("rightcol", Any, SIDEBAR),
    ("marginal", Any, SIDEBAR),
    ("side", Word, SIDEBAR),
    ("complementary", Word, SIDEBAR),
    // Prompts.
    ("share", Word, SHARE),
    ("sharing", Word, SHARE),
    ("sharedaddy", Any, SHARE),
    ("social", Any, SHARE),
    ("addthis", Any, SHARE),
    ("addtoany", Any, SHARE),
    ("follow", Word, SHARE),
    ("teilen", Any, SHARE),
    ("partage", Any, SHARE),
    ("compartir", Any, SHARE),
    ("sharebar", Any, SHARE),
    ("share-", Any, SHARE),
    ("whatsapp", Any, SHARE),
    ("sociable", Any, SHARE),
    ("syndication", Any, SHARE),
    ("newsletter", Any, NEWSLETTER),
    ("signup", Any, NEWSLETTER),
    ("sign-up", Any, NEWSLETTER),
    ("subscribe", Any, NEWSLETTER),
    ("mailchimp", Any, NEWSLETTER),
    ("optin", Any, NEWSLETTER),
    ("opt-in", Any, NEWSLETTER),
    ("mc_embed", Any, NEWSLETTER),
    ("abonn", Any, PROMO),
    ("subscription", Any, PROMO),
    ("email-form", Any, NEWSLETTER),
    ("hubspot", Any, NEWSLETTER),
    ("hs-form", Any, NEWSLETTER),
    ("wpforms", Any, NEWSLETTER),
    ("wpcf7", Any, NEWSLETTER),
    ("gform", Any, NEWSLETTER),
    ("cta", Word, PROMO),
    ("call-to-action", Any, PROMO),
    ("donate", Any, PROMO),
    ("donation", Any, PROMO),
    ("promo", Any, PROMO),
    ("promotion", Any, PROMO),
    ("banner", Any, PROMO),
    ("offer", Word, PROMO),
    ("upsell", Any, PROMO),
    ("app-download", Any, PROMO),
    ("sponsor", Any, AD),
    ("advert", Any, AD),
    ("ad", Word, AD),
    ("ads", Word, AD),
    ("adslot", Any, AD),
    ("adsense", Any, AD),
    ("dfp", Word, AD),
    ("gpt", Word, AD),
    ("outstream", Any, AD),
    ("werbung", Any, AD),
    ("anzeige", Any, AD),
    ("publicidad", Any, AD),
    ("pubblicita", Any, AD),
    ("publicite", Any, AD),
    ("annonce", Word, AD),
    ("affiliate", Any, AD),
    ("commercial", Word, AD),
    ("cookie", Any, CONSENT),
    ("consent", Any, CONSENT),
    ("gdpr", Any, CONSENT),
    ("onetrust", Any, CONSENT),
    ("didomi", Any, CONSENT),
    ("usercentrics", Any, CONSENT),
    ("qc-cmp", Any, CONSENT),
    ("ccpa", Any, CONSENT),
    ("datenschutz", Any, CONSENT),
    ("privacy", Word, CONSENT),
    ("cmplz", Any, CONSENT),
    ("moove", Word, CONSENT),
    ("cky-", Any, CONSENT),
    ("sp_message", Any, CONSENT),
    ("truste", Any, CONSENT),
    ("login", Any, LOGIN),
    ("signin", Any, LOGIN),
    ("sign-in", Any, LOGIN),
    ("register", Word, LOGIN),
    ("registration", Word, LOGIN),
    ("paywall", Any, LOGIN),
    ("piano", Word, LOGIN),
    ("regwall", Any, LOGIN),
    ("tp-modal", Any, LOGIN),
    ("premium", Word, LOGIN),
    ("account", Word, LOGIN),
    ("modal", Any, POPUP),
    ("popup", Any, POPUP),
    ("pop-up", Any, POPUP),
    ("overlay", Any, POPUP),
    ("lightbox", Any, POPUP),
    ("dialog", Any, POPUP),
    ("tooltip", Any, POPUP),
    ("hover", Word, POPUP),
    ("toast", Word, POPUP),
    ("drawer", Any, POPUP),
    ("offcanvas", Any, POPUP),
    ("flyout", Any, POPUP),
    // The page around.
    ("nav", Word, NAV),
    ("navigation", Any, NAV),
    ("navbar", Any, NAV),
    ("menu", Any, NAV),
    ("breadcrumb", Any, NAV),
    ("pagination", Any, NAV),
    ("pager", Any, NAV),
    ("search", Word, NAV),
    ("skip", Word, NAV),
    ("topbar", Any, NAV),
    ("sitemap", Any, NAV),
    ("subnav", Any, NAV),
    ("tabs", Word, NAV),
    ("footer", Any, FOOTER),
    ("foot", Word, FOOTER),
    ("colophon", Any, FOOTER),
    ("bottom", Word, FOOTER),
    ("contentinfo", Word, FOOTER),
    ("header", Any, HEADER),
    ("masthead", Any, HEADER),
    ("branding", Any, HEADER),
    ("hero", Word, HEADER),
    ("caption", Any, CAPTION),
    ("credit", Any, CAPTION),
    ("bildunterschrift", Any, CAPTION),
    ("legende", Word, CAPTION),
    ("copyright", Any, NOTE),
    ("image", Any, MEDIA),
    ("img", Word, MEDIA),
    ("photo", Any, MEDIA),
    ("picture", Any, MEDIA),
    ("figure", Any, MEDIA),
    ("gallery", Any, MEDIA),
    ("galerie", Any, MEDIA),
    ("video", Any, MEDIA),
    ("player", Any, MEDIA),
    ("audio", Word, MEDIA),
    ("slideshow", Any, MEDIA),
    ("embed", Any, MEDIA),
    ("twitter", Any, MEDIA),
    ("tweet", Any, MEDIA),
    ("instagram", Any, MEDIA),
    ("podcast", Any, MEDIA),
    ("media", Word, MEDIA),
    ("podlove", Any, MEDIA),
    ("tag", Word, TAGS),
    ("tags", Any, TAGS),
    ("category", Word, TAGS),
    ("categories", Any, TAGS),
    ("cat-links", Any, TAGS),
    ("topics", Word, TAGS),
    ("topic", Word, TAGS),
    ("keywords", Any, TAGS),
    ("schlagwort", Any, TAGS),
    ("themen", Word, TAGS),
    ("filed", Word, TAGS),
    ("taxonomy", Any, TAGS),
    ("labels", Word, TAGS),
    ("hidden", Any, HIDDEN),
    ("hide", Word, HIDDEN),
    ("invisible", Any, HIDDEN),
    ("visually-hidden", Any, HIDDEN),
    ("sr-only", Any, HIDDEN),
    ("screen-reader", Any, HIDDEN),
    ("visuallyhidden", Any, HIDDEN),
    ("collapsed", Any, HIDDEN),
    ("d-none", Any, HIDDEN),
    ("noprint", Any, WIDGET),
    ("toc", Word, TOC),
    ("table-of-contents", Any, TOC),
    ("tableofcontents", Any, TOC),
    ("toc_container", Any, TOC),
    ("jump-link", Any, TOC),
    ("widget", Any, WIDGET),
    ("tool", Word, WIDGET),
    ("tools", Word, WIDGET),
    ("toolbar", Any, WIDGET),
    ("print", Word, WIDGET),
    ("poll", Word, WIDGET),
    ("quiz", Word, WIDGET),
    ("survey", Word, WIDGET),
    ("weather", Any, WIDGET),
    ("rating", Any, WIDGET),
    ("button", Any, WIDGET),
    ("btn", Word, WIDGET),
    ("utility", Word, WIDGET),
    ("icon", Word, WIDGET),
    ("product", Any, PROMO),
    ("price", Word, PROMO),
    ("shop", Word, PROMO),
    ("cart", Word, PROMO),
    ("buy", Word, PROMO),
    ("disclaimer", Any, NOTE),
    ("disclosure", Any, NOTE),
    ("correction", Any, NOTE),
    ("footnote", Any, NOTE),
    ("legal", Word, NOTE),
    ("trust", Word, NOTE),
    ("boilerplate", Any, NOTE),
    ("tagline", Any, NOTE),
    ("notice", Word, NOTE),
    ("reference", Word, NOTE),
    ("references", Any, NOTE),
    ("pullquote", Any, QUOTE),
    ("pull-quote", Any, QUOTE),
    ("infobox", Any, QUOTE),
    ("factbox", Any, QUOTE),
    ("fact-box", Any, QUOTE),
    ("faktabox", Any, QUOTE),
    ("blockquote", Any, QUOTE),
    ("sidebox", Any, QUOTE),
    ("inset", Word, QUOTE),
    ("box", Word, QUOTE),
    ("callout", Any, QUOTE),
    ("highlight", Any, QUOTE),
    ("keypoints", Any, QUOTE),
    ("key-points", Any, QUOTE),
    ("takeaway", Any, QUOTE),
    ("alert", Word, POPUP),
    ("liveblog", Any, LIVE),
    ("live-blog", Any, LIVE),
    ("ticker", Any, LIVE),
    ("liveticker", Any, LIVE),
    ("timeline", Any, LIVE),
    ("live", Word, LIVE),
];

static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::new(WORDS.iter().map(|(word, _, _)| word)));

/// Longer values are generated (utility classes, state): their head says enough.
const VALUE: usize = 300;

/// Values of a page, each distinct string looked at once.
pub struct Memo<'a> {
    known: FxHashMap<&'a str, Value>,
}

/// Most pages have fewer distinct values.
const VALUES: usize = 400;

impl Default for Memo<'_> {
    fn default() -> Self {
        Self { known: FxHashMap::with_capacity_and_hasher(VALUES, Default::default()) }
    }
}

/// What is known of a value.
#[derive(Debug, Clone, Copy)]
pub struct Value {
    /// The groups whose words stand in it.
    pub mask: Mask,
    pub hash: u64,
}

impl<'a> Memo<'a> {
    pub fn value(&mut self, value: &'a str) -> Value {
        *self.known.entry(value).or_insert_with(|| Value { mask: mask(value), hash: xxh3_64(value.as_bytes()) })
    }

    pub fn mask(&mut self, value: &'a str) -> Mask {
        self.value(value).mask
    }
}

/// The groups whose words stand in a value. No word of the table has a blank, so that the parts of a value speak for themselves.
pub fn mask(value: &str) -> Mask {
    let bytes = &value.as_bytes()[..value.len().min(VALUE)];
    KEPT.with_borrow_mut(|kept| {
        let parts = bytes.split(u8::is_ascii_whitespace).filter(|part| !part.is_empty());
        parts.fold(0, |mask, part| mask | kept.mask(part))
    })
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::new(Kept::default());
}

/// Bits of a part's slot.
const SLOT: u32 = 11;
/// Longer parts are looked at anew each time.
const PART: usize = 23;

/// Parts of values with their groups, kept from page to page: the next page of a site has the same, and those of other sites with its
/// content system have most of them. One part a slot, the last one that came.
struct Kept {
    slots: Box<[([u64; 3], Mask)]>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { slots: vec![([0; 3], 0); 1 << SLOT].into() }
    }
}

impl Kept {
    fn mask(&mut self, part: &[u8]) -> Mask {
        if part.len() > PART {
            return find(part);
        }
        // The last byte tells the length: a part may end in zeros.
        let key = [eight(part, 0), eight(part, 8), eight(part, 16) | (part.len() as u64) << 56];
        let hash = key.iter().fold(0u64, |hash, k| (hash.rotate_left(23) ^ k).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let slot = &mut self.slots[(hash >> (u64::BITS - SLOT)) as usize];
        if slot.0 != key {
            *slot = (key, find(part));
        }
        slot.1
    }
}

fn find(part: &[u8]) -> Mask {
    let mut mask = 0;
    NEEDLES.all(part, |found| {
        let (_, at, groups) = WORDS[found.needle];
        if at == Any || bounded(part, found.start, found.end) {
            mask |= groups;
        }
    });
    mask
}

fn bounded(value: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map(|i| value[i]);
    let (first, last) = (value[start], value[end - 1]);
    let left = before.is_none_or(|b| !b.is_ascii_alphabetic() || (b.is_ascii_lowercase() && first.is_ascii_uppercase()));
    let right = value.get(end).is_none_or(|b| !b.is_ascii_alphabetic() || (last.is_ascii_lowercase() && b.is_ascii_uppercase()));
    left && right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone_or_glued() {
        assert_eq!(mask("header-ad-slot") & AD, AD);
        assert_eq!(mask("shadow-headset") & AD, 0);
        assert_eq!(mask("storyNav") & (ARTICLE | NAV), ARTICLE | NAV);
        assert_eq!(mask("jp-relatedposts") & RELATED, RELATED);
        assert_eq!(mask("navy-blue") & NAV, 0);
    }

    #[test]
    fn parts_of_a_value_speak_for_themselves() {
        assert!(!WORDS.iter().any(|(word, ..)| word.bytes().any(|b| b.is_ascii_whitespace())));
        for (value, want) in [
            ("", 0),
            (" \t", 0),
            ("nav", NAV),
            ("x nav\ncomments", NAV | COMMENT),
            ("navnavnavnavnavnavnavnav comments-of-readers-below-the-article", COMMENT | ARTICLE),
        ] {
            // Twice: looked for, and remembered.
            assert_eq!((mask(value) & (NAV | COMMENT | ARTICLE), mask(value)), (want, mask(value)), "{value}");
        }
        let beyond = format!("{} comments", "x".repeat(VALUE));
        assert_eq!(mask(&beyond), 0);
    }

    #[test]
    fn bodies_are_known() {
        for name in ["entry-content", "ArticleBody", "story-body__inner", "post-content clearfix"] {
            assert_ne!(mask(name) & BODY, 0, "{name}");
        }
    }
}
