//! The script of a text, and the languages that have one of their own.

/// Scripts, as far as they tell languages apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Ethiopic,
    Hebrew,
    Greek,
    Han,
    Kana,
    Hangul,
    Thai,
    Lao,
    Khmer,
    Myanmar,
    Bengali,
    Gurmukhi,
    Gujarati,
    Oriya,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Georgian,
    Armenian,
    Tibetan,
}

const SCRIPTS: usize = Script::Tibetan as usize + 1;

impl Script {
    /// The script of a letter.
    pub(super) fn of(c: char) -> Option<Script> {
        use Script::*;
        Some(match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Latin,
            '\0'..='\u{bf}' => return None,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Greek,
            '\u{400}'..='\u{52f}' => Cyrillic,
            '\u{531}'..='\u{58f}' => Armenian,
            '\u{5d0}'..='\u{5f2}' => Hebrew,
            '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d5}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => {
                Arabic
            }
            '\u{900}'..='\u{963}' | '\u{970}'..='\u{97f}' => Devanagari,
            '\u{980}'..='\u{9e3}' => Bengali,
            '\u{a00}'..='\u{a7f}' => Gurmukhi,
            '\u{a80}'..='\u{aff}' => Gujarati,
            '\u{b00}'..='\u{b7f}' => Oriya,
            '\u{b80}'..='\u{bff}' => Tamil,
            '\u{c00}'..='\u{c7f}' => Telugu,
            '\u{c80}'..='\u{cff}' => Kannada,
            '\u{d00}'..='\u{d7f}' => Malayalam,
            '\u{d80}'..='\u{dff}' => Sinhala,
            '\u{e01}'..='\u{e4e}' => Thai,
            '\u{e80}'..='\u{edf}' => Lao,
            '\u{f00}'..='\u{fff}' => Tibetan,
            '\u{1000}'..='\u{109f}' => Myanmar,
            '\u{10a0}'..='\u{10ff}' => Georgian,
            '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}' => Hangul,
            '\u{1200}'..='\u{139f}' => Ethiopic,
            '\u{1780}'..='\u{17d3}' => Khmer,
            '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9d}' => Kana,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => Han,
            _ => return None,
        })
    }

    /// The language that a script is as good as alone with.
    pub(super) fn own_language(self) -> Option<&'static str> {
        use Script::*;
        Some(match self {
            Latin | Cyrillic | Arabic | Devanagari | Ethiopic => return None,
            Hebrew => "he",
            Greek => "el",
            Han => "zh",
            Kana => "ja",
            Hangul => "ko",
            Thai => "th",
            Lao => "lo",
            Khmer => "km",
            Myanmar => "my",
            Bengali => "bn",
            Gurmukhi => "pa",
            Gujarati => "gu",
            Oriya => "or",
            Tamil => "ta",
            Telugu => "te",
            Kannada => "kn",
            Malayalam => "ml",
            Sinhala => "si",
            Georgian => "ka",
            Armenian => "hy",
            Tibetan => "bo",
        })
    }
}

/// Letters by script, in the sample.
pub(super) struct Scripts([u32; SCRIPTS]);

impl Scripts {
    /// Of the first `most` letters.
    pub(super) fn of(text: &str, most: usize) -> Self {
        let mut counts = [0; SCRIPTS];
        let (mut left, mut at) = (most, 0);
        while left > 0
            && let Some(b) = text.as_bytes().get(at)
        {
            let script = if b.is_ascii() {
                at += 1;
                b.is_ascii_alphabetic().then_some(Script::Latin)
            } else {
                let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
                at += c.len_utf8();
                Script::of(c)
            };
            if let Some(script) = script {
                counts[script as usize] += 1;
                left -= 1;
            }
        }
        Scripts(counts)
    }

    pub(super) fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    fn get(&self, script: Script) -> u32 {
        self.0[script as usize]
    }

    /// The script of most letters and how many they are. A Chinese character says about as much as four letters of an alphabet, so a text
    /// with many foreign names is judged by its own script.
    pub(super) fn main(&self) -> Option<(Script, u32)> {
        use Script::*;
        let (han, kana, hangul) = (self.get(Han), self.get(Kana), self.get(Hangul));
        let east = han + kana + hangul;
        if east > 0 && east * 4 > self.total() {
            // Japanese cannot do without kana, Korean without hangul; a Chinese text may quote a name in either.
            let script = if hangul * 2 > east {
                Hangul
            } else if kana * 12 > east {
                Kana
            } else if hangul * 4 > han {
                Hangul
            } else {
                Han
            };
            return Some((script, east));
        }
        let all = [
            Latin, Cyrillic, Arabic, Devanagari, Ethiopic, Hebrew, Greek, Thai, Lao, Khmer, Myanmar, Bengali, Gurmukhi, Gujarati, Oriya,
            Tamil, Telugu, Kannada, Malayalam, Sinhala, Georgian, Armenian, Tibetan,
        ];
        let best = all.into_iter().max_by_key(|s| (self.get(*s), std::cmp::Reverse(*s as u8)))?;
        let letters = self.get(best);
        (letters > 0).then_some((best, letters))
    }
}
