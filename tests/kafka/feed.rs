//! Pages whose fates are known beforehand.
//!
//! An address is fetched again and again, always through the same partition, so that the order of its pages is fixed and with it every fate,
//! whatever happens to the workers meanwhile.

use serde_json::json;

/// One record to be fed, and what must become of it.
pub struct Fed {
    pub partition: i32,
    pub value: Vec<u8>,
    pub outcome: &'static str,
    pub reason: Option<&'static str>,
}

/// The pages of `addresses` addresses, each fetched `rounds` times, over `partitions` partitions.
pub fn workload(addresses: u32, rounds: u32, partitions: u32) -> Vec<Fed> {
    let mut pages = Vec::new();
    for round in 0..rounds {
        for address in 0..addresses {
            // Every tenth address holds a copy of the first edition of the story before it in its partition.
            let of = address.checked_sub(partitions).filter(|of| address % 10 == 9 && of % 10 != 9);
            let (story, edition) = match of {
                Some(of) => (of, 0),
                None => (address, edition(address, round)),
            };
            let outcome = match (round, of) {
                (0, Some(_)) => "duplicate",
                (0, None) => "new",
                (_, Some(_)) => "unchanged",
                (_, None) if edition == self::edition(address, round - 1) => "unchanged",
                _ => "revision",
            };
            pages.push(page(address, partitions, round, story, edition, outcome));
        }
    }
    // At last some addresses are removed, and a page of a removed address changes nothing.
    for address in (0..addresses).filter(|a| a % 10 == 5) {
        let removal = json!({"url": url(address), "op": "remove", "id": format!("remove-{address}"), "fetched_at": fetched(rounds)});
        pages.push(Fed {
            partition: (address % partitions) as i32,
            value: removal.to_string().into_bytes(),
            outcome: "removed",
            reason: None,
        });
        let mut late = page(address, partitions, rounds + 1, address, 99, "skipped");
        late.reason = Some("removed");
        pages.push(late);
    }
    pages
}

/// The edition of an address's story in a round: two rounds of three bring a new one.
fn edition(address: u32, round: u32) -> u32 {
    (0..=round).filter(|r| *r > 0 && !(address + r).is_multiple_of(3)).count() as u32
}

fn page(address: u32, partitions: u32, round: u32, story: u32, edition: u32, outcome: &'static str) -> Fed {
    let (title, text) = article(story, edition);
    let event = json!({
        "url": url(address),
        "id": format!("{address}-{round}"),
        "fetched_at": fetched(round),
        "title": title,
        "text": text,
        "language": "en",
    });
    Fed { partition: (address % partitions) as i32, value: event.to_string().into_bytes(), outcome, reason: None }
}

pub fn url(address: u32) -> String {
    format!("https://paper{}.test/2026/story-{address}", address % 40)
}

fn fetched(round: u32) -> String {
    format!("2026-03-{:02}T{:02}:00:00Z", 1 + round / 24, round % 24)
}

/// Title and text of an edition of a story: editions differ in one sentence of sixteen, stories in all.
pub fn article(story: u32, edition: u32) -> (String, String) {
    let mut words = Words::new(u64::from(story));
    let title = words.sentence(7);
    let mut sentences: Vec<String> = (0..16).map(|_| words.sentence(13)).collect();
    if edition > 0 {
        let at = edition as usize % sentences.len();
        sentences[at] = Words::new(u64::from(story) << 20 | u64::from(edition)).sentence(13);
    }
    (title, sentences.chunks(4).map(|p| p.join(" ")).collect::<Vec<_>>().join("\n\n"))
}

/// The same story as a page of markup.
pub fn html(story: u32, edition: u32) -> String {
    let (title, text) = article(story, edition);
    let paragraphs: String = text.split("\n\n").map(|p| format!("<p>{p}</p>\n")).collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><nav><a href=\"/\">Home</a></nav><article><h1>{title}</h1>\n{paragraphs}</article></body></html>"
    )
}

struct Words(u64);

impl Words {
    fn new(seed: u64) -> Self {
        Words(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF1)
    }

    fn next(&mut self) -> &'static str {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        VOCABULARY[((z ^ (z >> 31)) % VOCABULARY.len() as u64) as usize]
    }

    fn sentence(&mut self, words: usize) -> String {
        let text = (0..words).map(|_| self.next()).collect::<Vec<_>>().join(" ");
        let mut chars = text.chars();
        chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str() + ".").unwrap_or_default()
    }
}

const VOCABULARY: &[&str] = &[
    "the",
    "a",
    "of",
    "and",
    "to",
    "in",
    "on",
    "for",
    "with",
    "from",
    "by",
    "after",
    "before",
    "over",
    "under",
    "near",
    "city",
    "council",
    "river",
    "bridge",
    "school",
    "teacher",
    "hospital",
    "doctor",
    "minister",
    "police",
    "court",
    "judge",
    "farmer",
    "harvest",
    "market",
    "price",
    "bank",
    "company",
    "factory",
    "worker",
    "union",
    "strike",
    "train",
    "station",
    "airport",
    "road",
    "traffic",
    "weather",
    "storm",
    "rain",
    "snow",
    "fire",
    "forest",
    "island",
    "harbour",
    "ship",
    "captain",
    "crew",
    "museum",
    "painting",
    "theatre",
    "concert",
    "singer",
    "film",
    "festival",
    "book",
    "writer",
    "library",
    "student",
    "university",
    "research",
    "study",
    "report",
    "figure",
    "year",
    "month",
    "week",
    "morning",
    "evening",
    "night",
    "summer",
    "winter",
    "spring",
    "autumn",
    "north",
    "south",
    "east",
    "west",
    "village",
    "town",
    "capital",
    "border",
    "region",
    "country",
    "people",
    "family",
    "child",
    "woman",
    "man",
    "player",
    "team",
    "coach",
    "match",
    "season",
    "goal",
    "final",
    "record",
    "medal",
    "race",
    "new",
    "old",
    "large",
    "small",
    "early",
    "late",
    "local",
    "national",
    "public",
    "private",
    "open",
    "closed",
    "first",
    "second",
    "last",
    "says",
    "opens",
    "closes",
    "finds",
    "builds",
    "sells",
    "buys",
    "wins",
    "loses",
    "plans",
    "begins",
    "ends",
    "rises",
    "falls",
    "returns",
    "leaves",
    "meets",
    "votes",
    "agrees",
    "warns",
    "expects",
    "reports",
    "announces",
    "repairs",
    "replaces",
    "protects",
    "supports",
    "studies",
    "water",
    "energy",
    "wind",
    "solar",
    "power",
    "plant",
    "battery",
    "budget",
    "tax",
    "law",
    "reform",
    "election",
    "party",
    "mayor",
    "president",
    "budgetary",
    "garden",
    "animal",
    "horse",
    "wolf",
    "bear",
    "bird",
    "fish",
    "ocean",
    "coast",
    "mountain",
    "valley",
    "glacier",
    "desert",
    "engineer",
    "scientist",
    "laboratory",
    "vaccine",
    "patient",
    "nurse",
    "kitchen",
    "bakery",
    "restaurant",
    "hotel",
    "tourist",
    "ticket",
    "museums",
    "stone",
    "tower",
    "castle",
    "church",
    "monument",
    "square",
    "street",
];
