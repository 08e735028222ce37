//! Tests of the rules of tree construction, one each, and of hostile pages.

use super::attribute::Name;
use super::builder::{TooComplex, parse};
use super::tag::Tag;
use super::tree::{NodeId, ROOT, Tree};

/// The tree as text: `div(p("x"))`; white space alone is left out.
fn outline(html: &str) -> String {
    let tree = parse(html).unwrap();
    children(&tree, ROOT)
}

fn children(tree: &Tree<'_>, id: NodeId) -> String {
    let mut parts = Vec::new();
    let mut at = id + 1;
    while at < tree.end(id) {
        let node = tree.node(at);
        if node.tag == Tag::Text {
            if !tree.raw_text(at).trim().is_empty() {
                parts.push(format!("{:?}", tree.raw_text(at).trim()));
            }
        } else {
            let inner = children(tree, at);
            let name = format!("{:?}", node.tag).to_lowercase();
            parts.push(if inner.is_empty() { name } else { format!("{name}({inner})") });
        }
        at = node.end;
    }
    parts.join(" ")
}

#[test]
fn blocks_close_paragraphs() {
    assert_eq!(outline("<p>a<div>b</div>c<p>d"), r#"p("a") div("b") "c" p("d")"#);
    assert_eq!(outline("<p>a<table><tr><td>b</table>"), r#"p("a") table(tr(td("b")))"#);
}

#[test]
fn buttons_shield_paragraphs() {
    assert_eq!(outline("<p>a<button><p>b</button>c"), r#"p("a" button(p("b")) "c")"#);
}

#[test]
fn items_imply_the_end_of_items() {
    assert_eq!(outline("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>"), r#"ul(li("a") li("b" ul(li("c"))) li("d"))"#);
    assert_eq!(outline("<dl><dt>a<dd>b<dt>c</dl>"), r#"dl(dt("a") dd("b") dt("c"))"#);
    assert_eq!(outline("<select><option>a<option>b</select>c"), r#"select(option("a") option("b")) "c""#);
}

#[test]
fn tables_imply_rows_and_ends() {
    assert_eq!(outline("<table><td>a<td>b<tr><td>c</table>d"), r#"table(tr(td("a") td("b")) tr(td("c"))) "d""#);
    assert_eq!(outline("<table><tr><td><table><tr><td>a</table>b</table>"), r#"table(tr(td(table(tr(td("a"))) "b")))"#);
}

#[test]
fn parts_of_tables_are_ignored_outside() {
    assert_eq!(outline("<div><td>a</td></div>b"), r#"div("a") "b""#);
}

#[test]
fn cells_bound_the_scope_of_end_tags() {
    assert_eq!(outline("<div><table><tr><td>a</div>b</table></div>c"), r#"div(table(tr(td("a" "b")))) "c""#);
}

#[test]
fn an_end_tag_pops_its_match_only() {
    assert_eq!(outline("<div><section><span>a</section>b</div>c"), r#"div(section(span("a")) "b") "c""#);
    assert_eq!(outline("<div>a</span>b</div>"), r#"div("a" "b")"#);
}

#[test]
fn formatting_does_not_pop_through_blocks() {
    assert_eq!(outline("<b><p>a</b>b</p>c"), r#"b(p("a" "b") "c")"#);
    let tree = parse("<a href=x><div>in</a>out</div>").unwrap();
    let link = (0..tree.count()).find(|n| tree.tag(*n) == Tag::A).unwrap();
    let texts: Vec<(&str, bool)> =
        (0..tree.count()).filter(|n| tree.tag(*n) == Tag::Text).map(|n| (tree.raw_text(n), n < tree.node(link).stop)).collect();
    assert_eq!(texts, [("in", true), ("out", false)]);
}

#[test]
fn links_do_not_nest() {
    assert_eq!(outline("<a href=x>a<a href=y>b</a>c"), r#"a("a") a("b") "c""#);
}

#[test]
fn headings_close_headings() {
    assert_eq!(outline("<h1>a<h2>b</h3>c"), r#"h1("a") h2("b") "c""#);
}

#[test]
fn a_stray_end_of_paragraph_is_an_empty_one() {
    assert_eq!(outline("a</p>b"), r#""a" p "b""#);
}

#[test]
fn forms_do_not_nest() {
    assert_eq!(outline("<form>a<form>b</form>c"), r#"form("a" "b") "c""#);
}

#[test]
fn raw_text_holds_no_tags() {
    assert_eq!(outline("<script>if (a<b) '<p>'</script><p>x"), r#"script("if (a<b) '<p>'") p("x")"#);
    assert_eq!(outline("<noscript><p>no</p></noscript>x"), r#"noscript("<p>no</p>") "x""#);
    assert_eq!(outline("<title>a <b> c</TITLE >x"), r#"title("a <b> c") "x""#);
    assert_eq!(outline("<textarea><div></textarea>x"), r#"textarea("<div>") "x""#);
    assert_eq!(outline("<style>a{}</styles></style>x"), r#"style("a{}</styles>") "x""#);
}

#[test]
fn a_script_in_a_comment_in_a_script_is_escaped() {
    assert_eq!(outline("<script><!-- <script> </script> --> </script>x"), r#"script("<!-- <script> </script> -->") "x""#);
    assert_eq!(outline("<script><!-- a --> b</script>x"), r#"script("<!-- a --> b") "x""#);
}

#[test]
fn foreign_content_has_its_own_rules() {
    assert_eq!(outline("<svg><title>t</title><path/></svg>x"), r#"svg(foreign("t") foreign) "x""#);
    assert_eq!(outline("<svg><g><p>a</svg>b"), r#"svg(foreign) p("a" "b")"#);
    assert_eq!(outline("<svg><foreignObject><p>a</foreignObject></svg>x"), r#"svg(foreign(p("a"))) "x""#);
}

#[test]
fn comments_end_as_the_standard_says() {
    assert_eq!(outline("a<!-->b<!-- x > y --!>c<!-- -- -->d<!doctype html><?php x ?>e</ bogus>f"), r#""a" "b" "c" "d" "e" "f""#);
    assert_eq!(outline("a<!-- never ended <p>b"), r#""a""#);
}

#[test]
fn tags_end_outside_of_quotes() {
    let tree = parse(r#"<p title="a > b" CLASS='x y' id=z hidden>t"#).unwrap();
    assert_eq!(tree.tag(1), Tag::P);
    assert_eq!(tree.attribute(1, Name::Class), Some("x y"));
    assert_eq!(tree.attribute(1, Name::Id), Some("z"));
    assert!(tree.has(1, Name::Hidden));
    assert_eq!(tree.raw_text(2), "t");
}

#[test]
fn the_first_of_two_attributes_counts() {
    let tree = parse("<p class=a class=b>").unwrap();
    assert_eq!(tree.attribute(1, Name::Class), Some("a"));
}

#[test]
fn the_pages_language_is_kept_after_white_space() {
    let tree = parse("<!doctype html>\n<html lang=de><body><p>x").unwrap();
    assert!((0..tree.count()).any(|n| tree.tag(n) == Tag::Html && tree.attribute(n, Name::Lang) == Some("de")));
}

#[test]
fn less_than_signs_may_be_text() {
    assert_eq!(outline("<p>a < b <3 c</p>"), r#"p("a < b <3 c")"#);
}

#[test]
fn deep_nesting_stays_flat_and_keeps_its_text() {
    let page = format!("{}deep{}after", "<div>".repeat(60_000), "</div>".repeat(60_000));
    let tree = parse(&page).unwrap();
    let texts: Vec<&str> = (0..tree.count()).filter(|n| tree.tag(*n) == Tag::Text).map(|n| tree.raw_text(n)).collect();
    assert_eq!(texts, ["deep", "after"]);
    assert!((0..tree.count()).all(|n| tree.node(n).depth <= 512));
    assert_eq!(tree.parent(tree.count() - 1), ROOT);
}

#[test]
fn too_many_nodes_are_refused() {
    assert_eq!(parse(&"<br>".repeat(1_100_000)).err(), Some(TooComplex));
}

#[test]
fn attributes_are_capped() {
    let page = format!("<p {}>x", "a=1 class=b ".repeat(100_000));
    let tree = parse(&page).unwrap();
    assert_eq!(tree.attributes(1).len(), 1);
}

#[test]
fn subtrees_are_ranges() {
    let tree = parse("<div><p>a</p><ul><li>b<li>c</ul></div><p>d").unwrap();
    for id in 1..tree.count() {
        let parent = tree.parent(id);
        assert!(parent < id && tree.end(id) <= tree.end(parent) && tree.end(id) > id);
    }
}
