//! A structured fuzzer for any compiler: pages are cut at their tags, and pieces are left out, doubled, moved, swapped and damaged.
//!
//! `cargo run --release --bin mutate -- [--minutes 60] [--seed 1] [FOLDER]`: pages of the folder, `*.html` at any depth, join the ones
//! that are built in. A finding is written to `finding-SEED-ROUND.html` in the current folder before it ends the run.

mod check;

use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

const SEEDS: &[&str] = &[
    "<!doctype html><html lang=en><head><title>T | Site</title><meta property=og:title content='T'><script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"T\",\"datePublished\":\"2024-05-01T10:00:00Z\",\"author\":[{\"name\":\"Jane Doe\"}]}</script></head><body><nav><ul><li><a href=/a>A</a><li><a href=/b>B</a></ul></nav><article><h1>T</h1><p class=byline>By Jane Doe</p><p>The first sentence of a story that is long enough, said the mayor on Monday.</p><figure><img src=x.jpg><figcaption>A caption</figcaption></figure><h2>More</h2><p>Second <b>bold</b> &amp; <a href='/x?a=1&copy=2'>link</a>.</p><ul><li>one<li>two</ul><blockquote>q</blockquote></article><aside class=related><a href=/s>Another story of the day</a></aside></body></html>",
    "<table><caption>c</caption><tr><th>a<th>b<tr><td>1<td>2<tr><td colspan=2><table><tr><td>x</table></table><select><option>a<option>b</select><form><input type=password><button>z</form><svg><title>s</title><foreignObject><p>in</foreignObject></svg><math><mi>x</math>",
    "<div hidden>a</div><div style='display: none'>b</div><span class=sr-only>c</span><template><p>t</template><noscript><img src=n></noscript><textarea>\n<p></textarea><pre>\n a\n b</pre><br><br>x<hr>&#x41;&#0;&notit;&#xd800;\u{ad}\u{200b}\u{feff}\u{e9}\u{6771}",
];

/// What is put between: openers without ends, ends without openers, and odd bytes.
const PIECES: &[&str] = &[
    "<!--",
    "-->",
    "<!",
    "<?",
    "</",
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&#",
    "&#x",
    ";",
    "<script>",
    "</script>",
    "<style>",
    "<title>",
    "<svg>",
    "</svg>",
    "<p>",
    "</p>",
    "</br>",
    "<table>",
    "</table>",
    "<td>",
    "<tr>",
    "<a href=x>",
    "</a>",
    "<b>",
    "</b>",
    "<li>",
    "<div class=\"article-body\">",
    "<article>",
    "<h1>",
    "\0",
    "\u{feff}",
    "<template>",
    "<select>",
    "<form>",
    "<body class=x>",
    "<html lang=de>",
    "<plaintext>",
    "<![CDATA[",
    "]]>",
    "=",
    "/",
    "<x-y>",
    "</x-y>",
    "<math>",
    "<button>",
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut minutes, mut seed, mut pages) = (60.0, 1u64, SEEDS.iter().map(|s| s.as_bytes().to_vec()).collect::<Vec<_>>());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--minutes" => minutes = arguments.next().and_then(|m| m.parse().ok()).unwrap_or(minutes),
            "--seed" => seed = arguments.next().and_then(|s| s.parse().ok()).unwrap_or(seed),
            folder => collect(Path::new(folder), &mut pages),
        }
    }
    let mut random = fastrand::Rng::with_seed(seed);
    let (begun, until) = (Instant::now(), Duration::from_secs_f64(minutes * 60.0));
    let mut round = 0u64;
    let mut slowest = Duration::ZERO;
    while begun.elapsed() < until {
        let page = mutated(&pages, &mut random);
        let started = Instant::now();
        if catch_unwind(|| check::page(&page)).is_err() {
            let name = format!("finding-{seed}-{round}.html");
            std::fs::write(&name, &page).unwrap_or_else(|e| eprintln!("{name}: {e}"));
            eprintln!("{name}: after {round} pages");
            std::process::exit(1);
        }
        slowest = slowest.max(started.elapsed());
        round += 1;
    }
    println!("{round} pages of {} seeds without a finding, the slowest took {} ms", pages.len(), slowest.as_millis());
}

fn collect(path: &Path, pages: &mut Vec<Vec<u8>>) {
    if path.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        entries.iter().for_each(|p| collect(p, pages));
    } else if path.extension().is_some_and(|x| x == "html") {
        pages.extend(std::fs::read(path).ok());
    }
}

/// Positions where a tag begins.
fn tags(page: &[u8]) -> Vec<usize> {
    page.iter().enumerate().filter(|(_, b)| **b == b'<').map(|(i, _)| i).chain([page.len()]).collect()
}

fn mutated(pages: &[Vec<u8>], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut page = pages[random.usize(..pages.len())].clone();
    for _ in 0..random.usize(1..8) {
        let at = tags(&page);
        let (a, b) = (at[random.usize(..at.len())], at[random.usize(..at.len())]);
        let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 400));
        match random.usize(..8) {
            0 => drop(page.drain(from..to)),
            1 => {
                let piece = page[from..to].to_vec();
                let times = random.usize(1..20);
                page.splice(from..from, piece.repeat(times));
            }
            2 => {
                let piece: Vec<u8> = page.drain(from..to).collect();
                let to = random.usize(..=page.len());
                page.splice(to..to, piece);
            }
            3 | 4 => {
                let place = random.usize(..=page.len());
                page.splice(place..place, PIECES[random.usize(..PIECES.len())].bytes());
            }
            5 => {
                let other = &pages[random.usize(..pages.len())];
                let start = random.usize(..=other.len());
                let piece = other[start..other.len().min(start + 300)].to_vec();
                page.splice(from..from, piece);
            }
            6 => page.truncate(random.usize(..=page.len())),
            _ => {
                for _ in 0..random.usize(1..6) {
                    if !page.is_empty() {
                        let place = random.usize(..page.len());
                        page[place] = random.u8(..);
                    }
                }
            }
        }
        page.truncate(64 << 10);
    }
    page
}
