//! What must hold of any bytes at all.

use feedmill::article::{BlockKind, Draft};
use feedmill::clean::{Content, Options, Page, clean};
use feedmill::page::{InLimits, NoSchemas, Preset, charset, decode};
use feedmill::record::Record;

/// Bytes as a page, as an event's JSON, and as a plain text.
pub fn page(bytes: &[u8]) {
    event(bytes);
    let Ok(text) = charset::decode(bytes, None, None) else { return };
    for (content, gate) in [(Content::Html(&text), false), (Content::Html(&text), true), (Content::Text(&text), false)] {
        let page = Page {
            url: "https://fuzz.example/2024/05/story",
            final_url: "https://fuzz.example/2024/05/story",
            content,
            title: None,
            language: None,
            fetched_at: Some(1_714_564_800_000),
            headers: &[],
        };
        let first = clean(&page, Options { gate });
        assert!(first == clean(&page, Options { gate }), "the same page gives the same draft");
        if let Ok(draft) = first {
            holds(&draft);
        }
    }
}

/// Reading an event must not panic, and a page inside of one comes out as it went in.
fn event(bytes: &[u8]) {
    let record = |value: Vec<u8>| Record {
        topic: "pages".into(),
        partition: 0,
        offset: 0,
        timestamp: None,
        key: None,
        value: Some(value),
        headers: Vec::new(),
    };
    let limits = InLimits { page_bytes: 1 << 20 };
    let _ = decode(Preset::Native, &record(bytes.to_vec()), &limits, &NoSchemas);
    // Bytes as they are inside of a string: the quick way and the thorough one must agree on whether that is JSON.
    let html = [bytes, &[b'x'; 3000]].concat();
    let quick = [b"{\"url\":\"https://a.example/\",\"html\":\"", html.as_slice(), b"\"}"].concat();
    let thorough = [b"{\"url\":\"https://a.example/\",\"\\u0068tml\":\"", html.as_slice(), b"\"}"].concat();
    let told = |value: Vec<u8>| decode(Preset::Native, &record(value), &limits, &NoSchemas).into_iter().map(|e| e.ok()).collect::<Vec<_>>();
    assert!(told(quick) == told(thorough), "an event read in two ways");
}

fn holds(draft: &Draft) {
    let characters = draft.text.chars().count() as u32;
    assert!(draft.text.chars().all(|c| c == '\n' || !c.is_control()), "controls in the text");
    let mut before = 0;
    for block in &draft.blocks {
        match (block.kind, block.start, block.end) {
            (BlockKind::Table | BlockKind::Caption, None, None) => {
                assert!(block.at.is_some_and(|at| at <= characters) && block.text.is_some());
            }
            (_, Some(start), Some(end)) => {
                assert!(before <= start && start <= end && end <= characters, "blocks out of order");
                before = end;
            }
            other => panic!("a block without a place: {other:?}"),
        }
    }
}
