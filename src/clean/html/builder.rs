//! Tree construction: the rules of the HTML standard, section 13.2.6, that change which block a text belongs to.
//!
//! Left out on purpose, because no page's text depends on it: the head's insertion modes, foster parenting, and the reconstruction of
//! formatting elements (an end tag of one pops only when no block lies between, else the stack entry is dead and closes with its
//! block). The stack of open elements has a cap: a tree of 60,000 nested elements costs html5ever seconds, browsers cap at 512.

use super::tag::{BREAKS_OUT, CLOSES_P, FORMATTING, HEADING, IMPLIED, RAW, RCDATA, SCOPE, SPECIAL, TABLE_PART, Tag, VOID};
use super::tokenizer::{Token, Tokenizer};
use super::tree::{NodeId, ROOT, Tree};

/// Deepest stack of open elements; deeper elements become siblings. Real pages stay below 50.
const DEPTH: usize = 512;
/// More nodes are no article. An average page has 1,500.
pub(super) const NODES: usize = 500_000;
/// Attributes beyond are not indexed.
const ATTRIBUTES: usize = 1_000_000;

/// The page has more nodes than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooComplex;

/// Parses a page of any content: there is no malformed HTML.
pub fn parse(page: &str) -> Result<Tree<'_>, TooComplex> {
    if page.len() >= u32::MAX as usize {
        return Err(TooComplex);
    }
    let mut tree = Tree::empty(page);
    tree.nodes.reserve(page.len() / 100);
    tree.attributes.reserve(page.len() / 150);
    tree.push(Tag::Html, ROOT, (0, 0), 0);
    let mut builder = Builder {
        tree,
        open: vec![Open { tag: Tag::Html, id: ROOT, dead: false, foreign: false }],
        counts: [0; Tag::COUNT],
        overflow: 0,
        form: false,
        body: false,
    };
    builder.counts[Tag::Html as usize] = 1;
    let mut tokenizer = Tokenizer::new(page.as_bytes());
    loop {
        let first = builder.tree.attributes.len();
        let Some(token) = tokenizer.next(&mut builder.tree.attributes, ATTRIBUTES) else { break };
        if builder.tree.nodes.len() > NODES {
            return Err(TooComplex);
        }
        match token {
            Token::Text { start, end } => builder.text(start, end),
            Token::End { tag, start, end } => builder.end_tag(tag, (start, end)),
            Token::Start { tag, start, end, self_closing } => {
                if let Some((tag, id)) = builder.start_tag(tag, (start, end), first, self_closing) {
                    let (from, to) = tokenizer.raw(tag, (start, end));
                    if to > from {
                        let none = builder.tree.attributes.len();
                        builder.tree.push(Tag::Text, id, (from, to), none);
                    }
                    builder.close(id);
                }
            }
        }
    }
    builder.pop_to(1);
    builder.close(ROOT);
    builder.tree.cut.attributes = tokenizer.attributes_cut();
    Ok(builder.tree)
}

#[derive(Debug, Clone, Copy)]
struct Open {
    tag: Tag,
    id: NodeId,
    /// A formatting element whose end tag came inside a block that is still open.
    dead: bool,
    /// Content follows the rules of `svg` and `math`.
    foreign: bool,
}

struct Builder<'a> {
    tree: Tree<'a>,
    open: Vec<Open>,
    /// Open elements by tag: answers most scope searches without a walk.
    counts: [u16; Tag::COUNT],
    /// Elements not pushed because the stack was full.
    overflow: u32,
    form: bool,
    body: bool,
}

impl Builder<'_> {
    #[inline]
    fn current(&self) -> Open {
        self.open[self.open.len() - 1]
    }

    #[inline]
    fn text(&mut self, start: u32, end: u32) {
        let none = self.tree.attributes.len();
        let parent = self.current().id;
        self.tree.push(Tag::Text, parent, (start, end), none);
    }

    #[inline]
    fn close(&mut self, id: NodeId) {
        self.tree.nodes[id as usize].end = self.tree.count();
    }

    #[inline]
    fn pop(&mut self) {
        // The root stays.
        if self.open.len() > 1
            && let Some(open) = self.open.pop()
        {
            self.counts[open.tag as usize] -= 1;
            self.close(open.id);
            if open.tag.is(FORMATTING) && !open.dead {
                self.tree.nodes[open.id as usize].stop = self.tree.count();
            }
        }
    }

    fn pop_to(&mut self, at: usize) {
        while self.open.len() > at.max(1) {
            self.pop();
        }
    }

    /// Opens an element; a void one or one beyond the depth cap gets no children.
    fn push(&mut self, tag: Tag, span: (u32, u32), first: usize, foreign: bool) -> NodeId {
        let parent = self.current().id;
        let id = self.tree.push(tag, parent, span, first);
        if tag.is(VOID) {
            return id;
        }
        if self.open.len() >= DEPTH {
            self.overflow += 1;
            self.tree.cut.depth = true;
            return id;
        }
        self.counts[tag as usize] += 1;
        self.open.push(Open { tag, id, dead: false, foreign });
        id
    }

    /// Returns the element when raw text follows.
    fn start_tag(&mut self, tag: Tag, span: (u32, u32), first: usize, self_closing: bool) -> Option<(Tag, NodeId)> {
        if self.current().foreign {
            if !tag.is(BREAKS_OUT) {
                self.foreign(span, first, self_closing);
                return None;
            }
            while self.current().foreign {
                self.pop();
            }
        }
        match tag {
            Tag::Html => {
                self.adopt_root_attributes(first);
                return None;
            }
            Tag::Head => {
                self.tree.attributes.truncate(first);
                return None;
            }
            Tag::Body if self.body => {
                self.tree.attributes.truncate(first);
                return None;
            }
            Tag::Body => {
                self.body = true;
                self.pop_to(1);
            }
            Tag::Svg | Tag::Math => {
                let id = self.push(tag, span, first, true);
                if self_closing {
                    self.close_now(id);
                }
                return None;
            }
            Tag::Form if self.form && self.counts[Tag::Template as usize] == 0 => {
                self.tree.attributes.truncate(first);
                return None;
            }
            _ => {}
        }
        if tag.is(TABLE_PART) {
            if !self.table_context(tag, first) {
                self.tree.attributes.truncate(first);
                return None;
            }
            self.push(tag, span, first, false);
            return None;
        }
        self.make_room(tag);
        if tag == Tag::Form {
            self.form = true;
        }
        if tag.is(RAW | RCDATA) {
            let parent = self.current().id;
            let id = self.tree.push(tag, parent, span, first);
            return Some((tag, id));
        }
        self.push(tag, span, first, false);
        None
    }

    /// Closes what the start tag of `tag` closes.
    fn make_room(&mut self, tag: Tag) {
        match tag {
            Tag::Li => self.close_item(&[Tag::Li]),
            Tag::Dt | Tag::Dd => self.close_item(&[Tag::Dt, Tag::Dd]),
            Tag::Option if self.current().tag == Tag::Option => self.pop(),
            Tag::Optgroup => {
                if self.current().tag == Tag::Option {
                    self.pop();
                }
                if self.current().tag == Tag::Optgroup {
                    self.pop();
                }
            }
            Tag::Button => {
                if let Some(at) = self.find_in_scope(&[Tag::Button], &[]) {
                    self.pop_to(at);
                }
            }
            // A link in a link ends the first one.
            Tag::A => self.end_formatting(Tag::A),
            Tag::Select if self.counts[Tag::Select as usize] > 0 => {
                if let Some(at) = self.find_in_scope(&[Tag::Select], &[]) {
                    self.pop_to(at);
                }
            }
            _ => {}
        }
        if tag.is(CLOSES_P) || matches!(tag, Tag::Li | Tag::Dt | Tag::Dd) {
            self.close_p();
        }
        if tag.is(HEADING) && self.current().tag.is(HEADING) {
            self.pop();
        }
    }

    fn close_p(&mut self) {
        if let Some(at) = self.find_in_scope(&[Tag::P], &[Tag::Button]) {
            self.pop_to(at);
        }
    }

    /// `li`, `dt` and `dd` end an open one of their kind, unless another special element lies between.
    fn close_item(&mut self, items: &[Tag]) {
        if items.iter().all(|t| self.counts[*t as usize] == 0) {
            return;
        }
        for at in (1..self.open.len()).rev() {
            let open = self.open[at].tag;
            if items.contains(&open) {
                self.pop_to(at);
                return;
            }
            if open.is(SPECIAL) && !matches!(open, Tag::Address | Tag::Div | Tag::P) {
                return;
            }
        }
    }

    /// Position in the stack of the nearest of `tags` in scope; `more` are further boundaries.
    fn find_in_scope(&self, tags: &[Tag], more: &[Tag]) -> Option<usize> {
        if tags.iter().all(|t| self.counts[*t as usize] == 0) {
            return None;
        }
        for at in (1..self.open.len()).rev() {
            let open = self.open[at];
            if tags.contains(&open.tag) {
                return Some(at);
            }
            if open.tag.is(SCOPE) || open.foreign || more.contains(&open.tag) {
                return None;
            }
        }
        None
    }

    /// Position of the nearest of `tags` in the innermost table.
    fn find_in_table(&self, tags: &[Tag]) -> Option<usize> {
        if tags.iter().all(|t| self.counts[*t as usize] == 0) {
            return None;
        }
        for at in (1..self.open.len()).rev() {
            let open = self.open[at].tag;
            if tags.contains(&open) {
                return Some(at);
            }
            if matches!(open, Tag::Table | Tag::Template) {
                return None;
            }
        }
        None
    }

    /// Clears the stack for a part of a table and opens an implied row. False outside of tables.
    fn table_context(&mut self, tag: Tag, first: usize) -> bool {
        const GROUPS: [Tag; 3] = [Tag::Tbody, Tag::Thead, Tag::Tfoot];
        let parents: &[Tag] = match tag {
            Tag::Td | Tag::Th => &[Tag::Tr, Tag::Tbody, Tag::Thead, Tag::Tfoot, Tag::Table],
            Tag::Tr => &[Tag::Tbody, Tag::Thead, Tag::Tfoot, Tag::Table],
            Tag::Col => &[Tag::Colgroup, Tag::Table],
            _ => &[Tag::Table],
        };
        let Some(at) = self.find_in_table(parents) else { return false };
        self.pop_to(at + 1);
        let here = self.current().tag;
        if matches!(tag, Tag::Td | Tag::Th) && (here == Tag::Table || GROUPS.contains(&here)) {
            self.implied_row(first);
        }
        true
    }

    /// The cell's attributes are pushed already: the row gets none of them, as its list ends where the cell's begins.
    fn implied_row(&mut self, first: usize) {
        let parent = self.current().id;
        let id = self.tree.push(Tag::Tr, parent, (0, 0), first);
        if self.open.len() < DEPTH {
            self.counts[Tag::Tr as usize] += 1;
            self.open.push(Open { tag: Tag::Tr, id, dead: false, foreign: false });
        }
    }

    /// Inside `svg` and `math`.
    fn foreign(&mut self, span: (u32, u32), first: usize, self_closing: bool) {
        let name = self.tree.slice(span.0, span.1);
        // Integration points: their content follows the rules of HTML again.
        let html = ["foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"]
            .iter()
            .any(|n| n.eq_ignore_ascii_case(name));
        let id = self.push(Tag::Foreign, span, first, !html);
        if self_closing {
            self.close_now(id);
        }
    }

    fn close_now(&mut self, id: NodeId) {
        if self.current().id == id {
            self.pop();
        } else {
            self.overflow = self.overflow.saturating_sub(1);
        }
    }

    /// Ends a formatting element unless a block lies between: then the entry only dies, and closes with its block.
    fn end_formatting(&mut self, tag: Tag) {
        if self.counts[tag as usize] == 0 {
            return;
        }
        let mut through_block = false;
        for at in (1..self.open.len()).rev() {
            let open = self.open[at];
            if open.tag == tag && !open.dead {
                if through_block {
                    self.open[at].dead = true;
                    // For the text that follows, the link ends here.
                    self.tree.nodes[open.id as usize].stop = self.tree.count();
                } else {
                    self.pop_to(at);
                }
                return;
            }
            if open.tag.is(SCOPE) {
                return;
            }
            through_block |= open.tag.is(SPECIAL);
        }
    }

    fn end_tag(&mut self, tag: Tag, span: (u32, u32)) {
        if self.overflow > 0 {
            self.overflow -= 1;
            return;
        }
        match tag {
            Tag::Html | Tag::Head | Tag::Body => {}
            Tag::Br => {
                let none = self.tree.attributes.len();
                self.push(Tag::Br, span, none, false);
            }
            Tag::P => match self.find_in_scope(&[Tag::P], &[Tag::Button]) {
                Some(at) => self.pop_to(at),
                // A stray `</p>` is an empty paragraph: it breaks the line.
                None if !self.current().foreign => {
                    let none = self.tree.attributes.len();
                    let parent = self.current().id;
                    self.tree.push(Tag::P, parent, span, none);
                }
                None => {}
            },
            Tag::Li => {
                if let Some(at) = self.find_in_scope(&[Tag::Li], &[Tag::Ul, Tag::Ol]) {
                    self.pop_to(at);
                }
            }
            Tag::Form => {
                self.form = false;
                if let Some(at) = self.find_in_scope(&[Tag::Form], &[]) {
                    self.pop_to(at);
                }
            }
            _ if tag.is(HEADING) => {
                let headings = [Tag::H1, Tag::H2, Tag::H3, Tag::H4, Tag::H5, Tag::H6];
                if let Some(at) = self.find_in_scope(&headings, &[]) {
                    self.pop_to(at);
                }
            }
            Tag::Table | Tag::Caption | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Tr | Tag::Td | Tag::Th | Tag::Colgroup => {
                if let Some(at) = self.find_in_table(&[tag]) {
                    self.pop_to(at);
                }
            }
            _ if tag.is(FORMATTING) => self.end_formatting(tag),
            Tag::Unknown | Tag::Foreign | Tag::Text => self.end_by_name(span),
            Tag::Svg | Tag::Math => {
                if self.counts[tag as usize] > 0
                    && let Some(at) = self.open.iter().rposition(|o| o.tag == tag)
                    && at > 0
                {
                    self.pop_to(at);
                }
            }
            _ if self.current().tag == Tag::Foreign => self.end_by_name(span),
            _ if tag.is(SPECIAL) => {
                if let Some(at) = self.find_in_scope(&[tag], &[]) {
                    self.pop_to(at);
                }
            }
            _ => self.end_other(tag),
        }
    }

    /// "Any other end tag": the nearest match that no special element hides.
    fn end_other(&mut self, tag: Tag) {
        if self.counts[tag as usize] == 0 {
            return;
        }
        for at in (1..self.open.len()).rev() {
            let open = self.open[at].tag;
            if open == tag {
                self.pop_to(at);
                return;
            }
            if open.is(SPECIAL) && !open.is(IMPLIED) {
                return;
            }
        }
    }

    fn end_by_name(&mut self, span: (u32, u32)) {
        if self.counts[Tag::Unknown as usize] == 0 && self.counts[Tag::Foreign as usize] == 0 {
            return;
        }
        let name = self.tree.slice(span.0, span.1);
        for at in (1..self.open.len()).rev() {
            let open = self.open[at];
            if matches!(open.tag, Tag::Unknown | Tag::Foreign) {
                let node = self.tree.node(open.id);
                if self.tree.slice(node.start, node.stop).eq_ignore_ascii_case(name) {
                    self.pop_to(at);
                    return;
                }
            }
            if open.tag.is(SPECIAL) {
                return;
            }
        }
    }

    /// Attributes of an `html` tag, for the page's language. Mostly white space stands before it and the root exists already: then a
    /// node of its own holds them, so that the attributes of all nodes stay in one row.
    fn adopt_root_attributes(&mut self, first: usize) {
        if self.tree.nodes.len() > 1 && self.tree.attributes.len() > first {
            self.tree.push(Tag::Html, ROOT, (0, 0), first);
        }
    }
}
