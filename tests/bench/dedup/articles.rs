//! Made-up articles: as many different words as English has, and copies as news has them.

use feedmill::article::envelope::{AddressKey, Envelope, EnvelopeOp, Fingerprint};
use feedmill::article::outcome::Coordinates;
use feedmill::dedup::{Index, IndexSettings};

/// An index with room for twice so many, without windows of time.
pub fn index(documents: usize) -> Index {
    Index::new(IndexSettings {
        enabled: true,
        text_window: None,
        address_window: None,
        max_documents: documents * 2,
        generation: 1,
        shard: 0,
        shards: 1,
    })
}

/// Words of an article of 2.5 KB.
const WORDS: usize = 350;
/// One page in this many is a copy.
const COPIES: usize = 4;

pub struct Articles {
    rng: fastrand::Rng,
    vocabulary: Vec<String>,
    stories: Vec<Vec<u32>>,
}

impl Articles {
    pub fn new(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let syllables = ["ka", "ro", "min", "tes", "lu", "ver", "an", "pol", "si", "den", "gra", "ho", "ti", "bel", "mor", "en"];
        let word = |rng: &mut fastrand::Rng| (0..rng.usize(1..5)).map(|_| syllables[rng.usize(..syllables.len())]).collect();
        let vocabulary = (0..30_000).map(|_| word(&mut rng)).collect();
        Self { rng, vocabulary, stories: Vec::new() }
    }

    /// A page with the sample of a text that nobody wrote.
    pub fn sketched(&mut self) -> Envelope {
        let mut page = self.page();
        let rng = &mut self.rng;
        // Rate 2: every fourth shingle of 350 words.
        let sample = (0..rng.usize(48..97)).map(|_| (rng.u64(1..1 << 38)) << 2).filter(|h| *h as u32 != 0).collect();
        let (body_hash, content_hash, figures) = (rng.u64(..), rng.u64(..), rng.u64(..) & rng.u64(..) & rng.u64(..));
        page.fingerprint = Some(Fingerprint { body_hash, content_hash, words: WORDS as u32, figures, rate: 2, sample });
        page
    }

    /// A page and its text: a story, or a copy that another site cut and dressed.
    pub fn written(&mut self) -> (Envelope, String) {
        let page = self.page();
        let copied = self.stories.len() > 100 && self.rng.usize(0..COPIES) == 0;
        let mut words = if copied {
            let mut words = self.stories[self.rng.usize(..self.stories.len())].clone();
            words.truncate(self.rng.usize(WORDS / 3..WORDS + 1));
            words
        } else {
            // Common words are common: the product of two even draws is small more often than not.
            let word = |rng: &mut fastrand::Rng| (rng.f64() * rng.f64() * rng.f64() * 30_000.0) as u32;
            let words: Vec<u32> = (0..WORDS).map(|_| word(&mut self.rng)).collect();
            if self.stories.len() < 5_000 {
                self.stories.push(words.clone());
            }
            words
        };
        // The furniture of a site.
        words.extend((0..30).map(|i| (page.site as u32 * 31 + i * 7) % 30_000));
        let text: Vec<&str> = words.iter().map(|w| self.vocabulary[*w as usize].as_str()).collect();
        (page, text.join(" "))
    }

    fn page(&mut self) -> Envelope {
        Envelope {
            op: EnvelopeOp::Page,
            keys: vec![AddressKey(self.rng.u128(..))],
            url: String::new(),
            title: Some("A made-up story".into()),
            fetched_at: 1,
            site: self.rng.u64(0..2_000),
            language: "en".into(),
            fingerprint: None,
            event_id: None,
            source: Coordinates { topic: String::new(), partition: 0, offset: 0, item: 0 },
            source_json: String::new(),
        }
    }
}
