//! The tree of a page: a preorder arena of 24-byte nodes over the page's bytes.
//!
//! A node's subtree is the range from itself to its `end`, so that skipping is one assignment, sums over subtrees are one reverse sweep
//! and nothing ever recurses. Text nodes are spans of the page; nothing is copied while parsing.

use super::attribute::Name;
use super::tag::Tag;
use super::tokenizer::Attribute;
use std::cell::RefCell;

pub type NodeId = u32;

/// The root's id; it stands for `html` whether or not the page has the tag.
pub const ROOT: NodeId = 0;

#[derive(Debug, Clone, Copy)]
pub struct Node {
    pub tag: Tag,
    pub depth: u16,
    pub parent: NodeId,
    /// One past the last node of the subtree.
    pub end: NodeId,
    /// Text: its span of the page. Elements: the span of the name; but `stop` of a formatting element is the node before which its
    /// effect ends, which may lie before `end` when tags are misnested.
    pub start: u32,
    pub stop: u32,
    /// Index of the first attribute; the next node's is the end.
    first_attribute: u32,
}

/// A parsed page.
#[derive(Debug)]
pub struct Tree<'a> {
    pub page: &'a str,
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    pub cut: Cut,
}

/// Limits that a page ran into: what lies beyond is not in the tree, or not in its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cut {
    /// Elements beyond the depth cap became siblings.
    pub depth: bool,
    /// Attributes were not indexed.
    pub attributes: bool,
}

/// Larger lists are given back to the allocator: one huge page must not be paid for ever after.
const SPARE: usize = 100_000;

thread_local! {
    /// The lists of the last tree of this thread: memory that is written for every page is not asked for anew.
    static SPARES: RefCell<(Vec<Node>, Vec<Attribute>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

impl Drop for Tree<'_> {
    fn drop(&mut self) {
        let (mut nodes, mut attributes) = (std::mem::take(&mut self.nodes), std::mem::take(&mut self.attributes));
        nodes.clear();
        attributes.clear();
        if nodes.capacity() <= SPARE && attributes.capacity() <= SPARE {
            let _ = SPARES.try_with(|spares| spares.replace((nodes, attributes)));
        }
    }
}

impl<'a> Tree<'a> {
    /// A tree without nodes.
    pub(super) fn empty(page: &'a str) -> Self {
        let (nodes, attributes) = SPARES.try_with(RefCell::take).unwrap_or_default();
        Self { page, nodes, attributes, cut: Cut::default() }
    }

    /// Number of nodes.
    #[inline]
    pub fn count(&self) -> NodeId {
        self.nodes.len() as NodeId
    }

    #[inline]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    #[inline]
    pub fn tag(&self, id: NodeId) -> Tag {
        self.nodes[id as usize].tag
    }

    #[inline]
    pub fn parent(&self, id: NodeId) -> NodeId {
        self.nodes[id as usize].parent
    }

    #[inline]
    pub fn end(&self, id: NodeId) -> NodeId {
        self.nodes[id as usize].end
    }

    /// A span of the page; empty when it would cut a character, which no span of ours does.
    #[inline]
    pub fn slice(&self, start: u32, end: u32) -> &'a str {
        self.page.get(start as usize..end as usize).unwrap_or("")
    }

    /// The text of a text node as written.
    #[inline]
    pub fn raw_text(&self, id: NodeId) -> &'a str {
        let node = self.node(id);
        self.slice(node.start, node.stop)
    }

    #[inline]
    pub fn attributes(&self, id: NodeId) -> &[Attribute] {
        let first = self.nodes[id as usize].first_attribute as usize;
        let end = self.nodes.get(id as usize + 1).map_or(self.attributes.len(), |n| n.first_attribute as usize);
        &self.attributes[first..end]
    }

    /// The value of an attribute as written: entities are not decoded.
    #[inline]
    pub fn attribute(&self, id: NodeId, name: Name) -> Option<&'a str> {
        self.attributes(id).iter().find(|a| a.name == name).map(|a| self.slice(a.start, a.end))
    }

    #[inline]
    pub fn has(&self, id: NodeId, name: Name) -> bool {
        self.attributes(id).iter().any(|a| a.name == name)
    }

    /// Ancestors from the parent up to the root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut at = id;
        std::iter::from_fn(move || {
            if at == ROOT {
                return None;
            }
            at = self.parent(at);
            Some(at)
        })
    }

    #[inline]
    pub(super) fn push(&mut self, tag: Tag, parent: NodeId, span: (u32, u32), first_attribute: usize) -> NodeId {
        let id = self.nodes.len() as NodeId;
        let depth = self.nodes.get(parent as usize).map_or(0, |p| p.depth + 1);
        self.nodes.push(Node { tag, depth, parent, end: id + 1, start: span.0, stop: span.1, first_attribute: first_attribute as u32 });
        id
    }
}
