//! Markdown to markup: crawlers for language models give pages as Markdown only. As markup its headings, lists, quotes and links are blocks
//! like those of any page.

use pulldown_cmark::{Options, Parser, html};

/// A document with the page's title, if it is known.
pub(super) fn to_html(markdown: &str, title: Option<&str>) -> String {
    // Raw markup inside of Markdown stays markup; scripts in it are the cleaner's to drop.
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut body = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut body, parser);
    let title = title.map(|t| format!("<title>{}</title>", escaped(t))).unwrap_or_default();
    format!("<!doctype html><html><head>{title}</head><body><article>{body}</article></body></html>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn structure_survives() {
        let html =
            super::to_html("# Harbour & bay\n\nFerries *run* [again](https://a.test/x).\n\n- one\n- two\n\n> Quoted\n", Some("A < B"));
        for part in [
            "<title>A &lt; B</title>",
            "<h1>Harbour &amp; bay</h1>",
            "<p>Ferries <em>run</em> <a href=\"https://a.test/x\">again</a>.</p>",
            "<li>one</li>",
            "<blockquote>",
        ] {
            assert!(html.contains(part), "{part} not in {html}");
        }
    }
}
