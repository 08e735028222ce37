//! The walk over the tree: the page's blocks (runs of inline text between block boundaries) and the containers that hold them.

use super::attribute::Name;
use super::class::{self, Mask, Memo};
use super::tag::{BLOCK, HEADING, Tag, UNSEEN, VOID};
use super::text::{self, Collector};
use super::tree::{NodeId, Tree};

pub type ContainerId = u32;

/// What a block is on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Paragraph,
    /// 1-6.
    Heading(u8),
    /// Depth of the list, from 1.
    ListItem(u8),
    Quote,
    Cell,
    Caption,
    Preformatted,
}

/// A run of text between two block boundaries. Lengths in bytes of collected text unless said otherwise.
#[derive(Debug, Clone)]
pub struct Block {
    pub start: u32,
    pub end: u32,
    pub kind: Kind,
    pub owner: ContainerId,
    /// The first text node.
    pub node: NodeId,
    pub words: u32,
    pub link_bytes: u32,
    pub bold_bytes: u32,
    pub links: u16,
    /// The first link's element, for teasers; zero when there is none.
    pub link: NodeId,
}

impl Block {
    #[inline]
    pub fn bytes(&self) -> u32 {
        self.end - self.start
    }

    #[inline]
    pub fn link_density(&self) -> f32 {
        self.link_bytes as f32 / self.bytes().max(1) as f32
    }
}

/// A block-level element, or one of an unknown name.
#[derive(Debug, Clone)]
pub struct Container {
    pub node: NodeId,
    pub parent: ContainerId,
    pub tag: Tag,
    pub depth: u16,
    /// Groups of its own class, id, role and itemprop words.
    pub mask: Mask,
    /// Class value hashed with the tag: siblings of one template are equal.
    pub template: u64,
    /// Blocks below it: `first_block..end_block`.
    pub first_block: u32,
    pub end_block: u32,
    pub hidden: bool,
}

/// All that the choice looks at.
pub struct Blocks {
    pub text: String,
    pub blocks: Vec<Block>,
    /// Parents before children; the first is the whole page.
    pub containers: Vec<Container>,
    /// `input type=password` was seen.
    pub password: bool,
    /// Images within the page in order: (element, block before which it stands).
    pub images: Vec<(NodeId, u32)>,
    /// The page has more blocks than are read.
    pub cut: bool,
}

impl Blocks {
    #[inline]
    pub fn text_of(&self, block: &Block) -> &str {
        self.text.get(block.start as usize..block.end as usize).unwrap_or("")
    }

    /// The container and its ancestors, nearest first.
    pub fn chain(&self, id: ContainerId) -> impl Iterator<Item = ContainerId> + '_ {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let here = next?;
            next = (here != 0).then(|| self.containers[here as usize].parent);
            Some(here)
        })
    }
}

/// Blocks of the largest articles with thousands of comments stay below; what comes after is not read, so that a page of a million
/// paragraphs costs no more than a long one.
pub const BLOCKS: usize = 30_000;
/// A place among a page's blocks, or a group of them.
pub type Short = u16;
const _: () = assert!(BLOCKS < Short::MAX as usize);
/// More images are a gallery.
const IMAGES: usize = 400;

struct Frame {
    container: ContainerId,
    end: NodeId,
    kind: Kind,
    list_depth: u8,
}

struct Walk<'t, 'p> {
    tree: &'t Tree<'p>,
    memo: Memo<'p>,
    collector: Collector,
    out: Blocks,
    frames: Vec<Frame>,
    /// Node before which the open link, bold run or inline hidden element ends.
    link_until: NodeId,
    bold_until: NodeId,
    breaks: u8,
    /// Where the walk is.
    at: NodeId,
    node: NodeId,
    link: NodeId,
    links: u16,
    link_bytes: u32,
    bold_bytes: u32,
}

/// How much room a page's containers and its text take at most. Lists that grow by doubling hold twice of what they need, and three times
/// while they move.
fn room(tree: &Tree<'_>) -> (usize, usize) {
    let (mut containers, mut text) = (1, 0);
    let mut at = 1;
    while at < tree.count() {
        let node = tree.node(at);
        if node.tag == Tag::Text {
            // What is left of a run of white space is one blank.
            text += (node.stop - node.start) as usize;
        } else if node.tag.is(UNSEEN) {
            at = node.end;
            continue;
        } else if node.tag.is(BLOCK) || node.tag == Tag::Unknown {
            containers += 1;
        }
        at += 1;
    }
    (containers, text)
}

/// Blocks and containers of a page.
pub fn blocks(tree: &Tree<'_>) -> Blocks {
    let (containers, text) = room(tree);
    let mut walk = Walk {
        tree,
        memo: Memo::default(),
        collector: Collector::with_capacity(text),
        out: Blocks {
            text: String::new(),
            blocks: Vec::with_capacity(256.min(containers)),
            containers: Vec::with_capacity(containers),
            password: false,
            images: Vec::new(),
            cut: false,
        },
        frames: Vec::with_capacity(64),
        link_until: 0,
        bold_until: 0,
        breaks: 0,
        at: 0,
        node: 0,
        link: 0,
        links: 0,
        link_bytes: 0,
        bold_bytes: 0,
    };
    walk.open(super::tree::ROOT);
    walk.run();
    let mut out = walk.out;
    out.text = walk.collector.out;
    // White space between elements may be most of the text that there was room for.
    if out.text.capacity() > 2 * out.text.len() {
        out.text.shrink_to_fit();
    }
    out.blocks.shrink_to_fit();
    out
}

impl Walk<'_, '_> {
    fn run(&mut self) {
        let tree = self.tree;
        let mut at = 1;
        while at < tree.count() && self.out.blocks.len() < BLOCKS {
            self.at = at;
            while self.frames.last().is_some_and(|f| f.end <= at && f.container != 0) {
                self.close();
            }
            let node = tree.node(at);
            let tag = node.tag;
            if tag == Tag::Text {
                self.add(at);
            } else if tag.is(UNSEEN) {
                at = node.end;
                continue;
            } else if tag.is(VOID) {
                self.void(at, tag);
            } else if tag.is(BLOCK) || (tag == Tag::Unknown && node.end > at + 1) {
                // Elements of unknown names are inline for browsers, yet pages hang class names on them: they are containers that do
                // not break the line.
                if tag.is(BLOCK) {
                    self.flush();
                }
                self.open(at);
            } else if !self.inline(at, tag) {
                at = node.end;
                continue;
            }
            at += 1;
        }
        self.out.cut = at < tree.count();
        while let Some(frame) = self.frames.last() {
            let last = frame.container == 0;
            self.close();
            if last {
                break;
            }
        }
    }

    /// False for an inline element that is not shown.
    fn inline(&mut self, at: NodeId, tag: Tag) -> bool {
        if self.tree.attributes(at).is_empty() {
            if matches!(tag, Tag::B | Tag::Strong) {
                self.bold_until = self.bold_until.max(self.tree.node(at).stop);
            }
            return true;
        }
        if hidden(self.tree, at) {
            return false;
        }
        match tag {
            Tag::A if self.tree.has(at, Name::Href) => {
                self.link_until = self.tree.node(at).stop;
                self.links = self.links.saturating_add(1);
                if self.link == 0 {
                    self.link = at;
                }
            }
            Tag::B | Tag::Strong => self.bold_until = self.bold_until.max(self.tree.node(at).stop),
            _ => {
                // Text for screen readers stands in inline elements mostly: `<span class="sr-only">opens in a new tab</span>`.
                if let Some(value) = self.tree.attribute(at, Name::Class)
                    && self.memo.mask(value) & class::HIDDEN != 0
                    && is_for_screen_readers(value)
                {
                    return false;
                }
            }
        }
        true
    }

    fn void(&mut self, at: NodeId, tag: Tag) {
        match tag {
            Tag::Br => {
                self.breaks = self.breaks.saturating_add(1);
                self.collector.space();
            }
            Tag::Hr => self.flush(),
            Tag::Img if self.out.images.len() < IMAGES => self.out.images.push((at, self.out.blocks.len() as u32)),
            Tag::Input if self.tree.attribute(at, Name::Type).is_some_and(|t| t.eq_ignore_ascii_case("password")) => {
                self.out.password = true;
            }
            _ => {}
        }
    }

    fn add(&mut self, at: NodeId) {
        let raw = self.tree.raw_text(at);
        if raw.bytes().all(|b| b.is_ascii_whitespace()) {
            self.collector.space();
            return;
        }
        // Two line breaks are a paragraph, as old pages write it.
        if self.breaks >= 2 {
            self.flush();
        }
        self.breaks = 0;
        if self.collector.is_empty() {
            self.node = at;
        }
        let before = self.collector.out.len();
        self.collector.add(raw);
        let added = (self.collector.out.len() - before) as u32;
        if at < self.link_until {
            self.link_bytes += added;
        }
        if at < self.bold_until {
            self.bold_bytes += added;
        }
    }

    fn flush(&mut self) {
        self.breaks = 0;
        let end = self.collector.out.len() as u32;
        if !self.collector.is_empty()
            && let Some(frame) = self.frames.last()
        {
            let start = self.out.blocks.last().map_or(0, |b| b.end);
            let words = text::count(self.collector.out.get(start as usize..).unwrap_or(""), self.collector.dense());
            self.out.blocks.push(Block {
                start,
                end,
                kind: frame.kind,
                owner: frame.container,
                node: self.node,
                words,
                link_bytes: self.link_bytes.min(end - start),
                bold_bytes: self.bold_bytes.min(end - start),
                links: self.links,
                link: self.link,
            });
        }
        self.collector.begin();
        self.link_bytes = 0;
        self.bold_bytes = 0;
        self.links = 0;
        // A link around blocks is the link of each of them.
        if self.at >= self.link_until {
            self.link = 0;
        }
    }

    fn open(&mut self, at: NodeId) {
        let tree = self.tree;
        let node = tree.node(at);
        let tag = node.tag;
        let (parent, kind, list_depth, depth) = match self.frames.last() {
            Some(f) => (f.container, f.kind, f.list_depth, self.out.containers[f.container as usize].depth + 1),
            None => (0, Kind::Paragraph, 0, 0),
        };
        let list_depth = if matches!(tag, Tag::Ul | Tag::Ol) { list_depth.saturating_add(1) } else { list_depth };
        let kind = match tag {
            _ if tag.is(HEADING) => Kind::Heading(tag as u8 - Tag::H1 as u8 + 1),
            Tag::Li => Kind::ListItem(list_depth.max(1)),
            Tag::Blockquote => Kind::Quote,
            Tag::Figcaption | Tag::Caption => Kind::Caption,
            Tag::Td | Tag::Th => Kind::Cell,
            Tag::Table => Kind::Paragraph,
            Tag::Pre | Tag::Listing | Tag::Xmp => Kind::Preformatted,
            // A table for layout has paragraphs in its cells.
            Tag::P if kind == Kind::Cell => Kind::Paragraph,
            _ => kind,
        };
        let mut mask = 0;
        let mut template = tag as u64 + 1;
        for a in tree.attributes(at) {
            let value = tree.slice(a.start, a.end);
            match a.name {
                Name::Class => {
                    let class = self.memo.value(value);
                    mask |= class.mask;
                    template = template.wrapping_mul(31).wrapping_add(class.hash);
                }
                Name::Id | Name::Role | Name::Itemprop | Name::DataTestid | Name::DataComponent | Name::AriaLabel => {
                    mask |= self.memo.mask(value);
                }
                _ => {}
            }
        }
        let id = self.out.containers.len() as ContainerId;
        let first = self.out.blocks.len() as u32;
        self.out.containers.push(Container {
            node: at,
            parent,
            tag,
            depth,
            mask,
            template,
            first_block: first,
            end_block: first,
            hidden: hidden(tree, at),
        });
        self.frames.push(Frame { container: id, end: node.end, kind, list_depth });
    }

    fn close(&mut self) {
        if let Some(frame) = self.frames.last()
            && self.out.containers[frame.container as usize].tag != Tag::Unknown
        {
            self.flush();
        }
        if let Some(frame) = self.frames.pop() {
            self.out.containers[frame.container as usize].end_block = self.out.blocks.len() as u32;
        }
    }
}

/// Hidden by its own attributes.
fn hidden(tree: &Tree<'_>, at: NodeId) -> bool {
    tree.attributes(at).iter().any(|a| match a.name {
        Name::Hidden => tree.slice(a.start, a.end) != "until-found",
        Name::Style => hides(tree.slice(a.start, a.end)),
        _ => false,
    })
}

/// Declarations by which an element is not seen, and how their values begin.
const HIDES: [(&str, &str); 3] = [
    ("display", "none"),
    ("visibility", "hidden"),
    // Clipped to nothing: text for screen readers ("opens new tab").
    ("clip", "rect(0"),
];

fn hides(style: &str) -> bool {
    let declarations = style.split(';').filter_map(|d| d.split_once(':'));
    declarations.map(|(property, value)| (property.trim(), value)).any(|(property, value)| {
        let begins = |with: &str| value.trim().get(..with.len()).is_some_and(|v| v.eq_ignore_ascii_case(with));
        HIDES.iter().any(|(p, with)| property.eq_ignore_ascii_case(p) && begins(with))
    })
}

fn is_for_screen_readers(class: &str) -> bool {
    ["sr-only", "visually-hidden", "visuallyhidden", "screen-reader", "a11y-hidden", "d-none"].iter().any(|w| class.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_hide() {
        for style in
            ["display:none", "color:red; DISPLAY : None !important", "visibility:hidden", "x;clip: rect(0 0 0 0);y:z", ":;display:none"]
        {
            assert!(hides(style), "{style}");
        }
        for style in
            ["", "display:block", "display:non", "overflow:hidden", "visibility:visible", "clip:rect(1px)", "display", "x:display:none"]
        {
            assert!(!hides(style), "{style}");
        }
    }
}
