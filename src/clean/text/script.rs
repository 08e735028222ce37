//! What scripts differ in, as far as cleaning needs it.

/// Scripts that put no blanks between words: Han, kana, Thai, Lao, Khmer, Burmese. Hangul is not among them.
pub fn is_unspaced(c: char) -> bool {
    c >= '\u{e00}'
        && matches!(c,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}'
        | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// Words of a text: runs of letters and digits; in unspaced scripts two characters count for a word.
pub fn count_words(text: &str) -> usize {
    let (mut words, mut unspaced, mut inside) = (0, 0, false);
    for c in text.chars() {
        if is_unspaced(c) {
            unspaced += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            words += usize::from(!inside);
            inside = true;
        } else if !matches!(c, '\'' | '’') {
            inside = false;
        }
    }
    words + unspaced_words(unspaced)
}

/// Two characters count for a word.
pub fn unspaced_words(characters: usize) -> usize {
    characters.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_in_both_kinds_of_script() {
        assert_eq!(count_words("It's 3 o'clock, isn't it?"), 5);
        assert_eq!(count_words("市長は会見"), 3);
        assert_eq!(count_words("서울 시장은"), 2);
        assert_eq!(count_words("... --"), 0);
    }
}
