//! Lists and quotes that a page of bare text shows by marks: lines with bullets or numbers, lines behind `>`, a line in quotes above the name
//! of who said it. Without such marks a line stays a paragraph.

use super::script::count_words;
use super::sentence::is_finished;
use crate::article::BlockKind;

/// A list has at least so many items in a row.
const LEAST: usize = 2;
/// Lines of speech begin with a dash in many languages: a list by dashes has more items, and they are no sentences.
const LEAST_BY_DASH: usize = 3;
/// The line that names a speaker has no more words.
const SPEAKER: usize = 12;

/// The mark that a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bullet(char),
    Dash(char),
    Number(u32),
    Quoted,
}

/// The kind of each line and the bytes of its bullet. A number stays: the text may speak of "point 3".
pub fn kinds(lines: &[&str]) -> Vec<(BlockKind, usize)> {
    let marks: Vec<Option<(Mark, usize)>> = lines.iter().map(|line| mark(line)).collect();
    let mut kinds = vec![(BlockKind::Paragraph, 0); lines.len()];
    let mut i = 0;
    while i < lines.len() {
        let Some((first, _)) = marks[i] else {
            let speaker = lines.get(i + 1).filter(|next| is_quoted(lines[i]) && is_speaker(next));
            if speaker.is_some() {
                kinds[i].0 = BlockKind::Quote;
                kinds[i + 1].0 = BlockKind::Quote;
                i += 1;
            }
            i += 1;
            continue;
        };
        let run = (i..lines.len()).take_while(|j| marks[*j].is_some_and(|(mark, _)| follows(first, mark, j - i))).count();
        let items = &lines[i..i + run];
        let kind = match first {
            Mark::Bullet(_) => (run >= LEAST).then_some(BlockKind::ListItem),
            Mark::Number(n) => (n == 1 && run >= LEAST).then_some(BlockKind::ListItem),
            // The last item may end the sentence that the list is part of.
            Mark::Dash(_) => {
                (run >= LEAST_BY_DASH && items[..run - 1].iter().all(|item| !is_finished(item))).then_some(BlockKind::ListItem)
            }
            Mark::Quoted => Some(BlockKind::Quote),
        };
        if let Some(kind) = kind {
            for j in i..i + run {
                let bytes = marks[j].map_or(0, |(_, bytes)| bytes);
                kinds[j] = (kind, bytes);
            }
        }
        i += run;
    }
    kinds
}

fn follows(first: Mark, mark: Mark, distance: usize) -> bool {
    match (first, mark) {
        (Mark::Number(one), Mark::Number(other)) => other as usize == one as usize + distance,
        _ => first == mark,
    }
}

fn mark(line: &str) -> Option<(Mark, usize)> {
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    let text = rest.trim_start();
    let bytes = line.len() - text.len();
    let apart = text.len() < rest.len() && text.contains(char::is_alphanumeric);
    match first {
        '•' | '●' | '▪' | '■' | '◦' | '‣' | '∙' | '·' | '►' | '▶' | '○' | '□' if text.contains(char::is_alphanumeric) => {
            Some((Mark::Bullet(first), bytes))
        }
        '*' if apart => Some((Mark::Bullet(first), bytes)),
        '-' | '–' | '—' if apart => Some((Mark::Dash(first), bytes)),
        '>' if apart => Some((Mark::Quoted, bytes)),
        _ => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let number = line[..digits].parse().ok()?;
            let behind = line[digits..].strip_prefix(['.', ')'])?.strip_prefix(' ')?;
            (digits <= 2 && behind.starts_with(char::is_alphabetic)).then_some((Mark::Number(number), 0))
        }
    }
}

/// All of the line is one quotation.
fn is_quoted(line: &str) -> bool {
    let inner = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('»', '«'), ('「', '」'), ('‘', '’')]
        .iter()
        .find_map(|(open, close)| line.strip_prefix(*open)?.strip_suffix(*close));
    inner.is_some_and(|inner| !inner.contains(['"', '“', '”', '„', '«', '»', '「', '」']))
}

/// "— Jane Doe, mayor of the town".
fn is_speaker(line: &str) -> bool {
    let name = line.strip_prefix(['—', '–', '-', '―', '~']).map(str::trim_start);
    name.is_some_and(|name| {
        name.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase()) && count_words(name) <= SPEAKER && !is_finished(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{ListItem, Paragraph, Quote};

    fn of(lines: &[&str]) -> Vec<BlockKind> {
        kinds(lines).into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn lists_by_bullets_numbers_and_dashes() {
        assert_eq!(of(&["It rained.", "• a boat", "• a net", "Then it ended."]), [Paragraph, ListItem, ListItem, Paragraph]);
        assert_eq!(of(&["1. Close the bridge", "2. Open the ferry"]), [ListItem, ListItem]);
        assert_eq!(of(&["- a boat", "- a net;", "- oars."]), [ListItem; 3]);
        assert_eq!(kinds(&["•A boat", "• A net"]).into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn speech_and_single_marks_are_no_lists() {
        assert_eq!(of(&["— Я не знаю.", "— А кто знает?", "— Никто."]), [Paragraph; 3]);
        assert_eq!(of(&["• a boat", "It rained."]), [Paragraph; 2]);
        assert_eq!(of(&["3. Close the bridge", "4. Open the ferry"]), [Paragraph; 2]);
        assert_eq!(of(&["1. Close the bridge", "It is old.", "2. Open the ferry"]), [Paragraph; 3]);
    }

    #[test]
    fn quotes_with_their_speaker_or_behind_a_mark() {
        assert_eq!(of(&["“We will rebuild it”", "— Jane Doe, mayor", "It rained."]), [Quote, Quote, Paragraph]);
        assert_eq!(of(&["> We will rebuild it", "> in spring", "It rained."]), [Quote, Quote, Paragraph]);
        assert_eq!(of(&["“We will rebuild it,” she said. “In spring.”", "— Jane Doe, mayor"]), [Paragraph; 2]);
        assert_eq!(of(&["“We will rebuild it in spring.”", "The mayor left."]), [Paragraph; 2]);
    }
}
