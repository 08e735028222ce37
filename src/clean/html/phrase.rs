//! Phrases that tell prompts, rights lines, credits and bylines from running text, in the languages of the larger news markets.

use super::needle::Needles;
use std::sync::LazyLock;

pub const PROMPT: u8 = 0;
pub const RIGHTS: u8 = 1;
pub const CREDIT: u8 = 2;
pub const WHEN: u8 = 3;
pub const READERS: u8 = 4;
pub const ABOUT: u8 = 5;
pub const CONSENT: u8 = 6;
pub const GROUPS: usize = 7;

const PHRASES: &[(&str, u8)] = &[
    ("read more", PROMPT),
    ("also read", PROMPT),
    ("read also", PROMPT),
    ("related:", PROMPT),
    ("see also", PROMPT),
    ("more:", PROMPT),
    ("sign up", PROMPT),
    ("subscribe", PROMPT),
    ("newsletter", PROMPT),
    ("follow us", PROMPT),
    ("click here", PROMPT),
    ("download", PROMPT),
    ("share this", PROMPT),
    ("you may also like", PROMPT),
    ("recommended", PROMPT),
    ("don't miss", PROMPT),
    ("join our", PROMPT),
    ("support our", PROMPT),
    ("donate", PROMPT),
    ("most read", PROMPT),
    ("trending", PROMPT),
    ("watch:", PROMPT),
    ("advertisement", PROMPT),
    ("sponsored", PROMPT),
    ("free trial", PROMPT),
    ("contact us", PROMPT),
    ("lesen sie", PROMPT),
    ("mehr zum thema", PROMPT),
    ("lesen auch", PROMPT),
    ("anzeige", PROMPT),
    ("abonnieren", PROMPT),
    ("jetzt testen", PROMPT),
    ("werbung", PROMPT),
    ("lire aussi", PROMPT),
    ("à lire", PROMPT),
    ("abonnez", PROMPT),
    ("inscrivez", PROMPT),
    ("lea también", PROMPT),
    ("leer más", PROMPT),
    ("te puede interesar", PROMPT),
    ("leia também", PROMPT),
    ("leia mais", PROMPT),
    ("saiba mais", PROMPT),
    ("assine", PROMPT),
    ("leggi anche", PROMPT),
    ("iscriviti", PROMPT),
    ("lees ook", PROMPT),
    ("læs også", PROMPT),
    ("les også", PROMPT),
    ("läs också", PROMPT),
    ("läs mer", PROMPT),
    ("читайте также", PROMPT),
    ("подпис", PROMPT),
    ("czytaj", PROMPT),
    ("baca juga", PROMPT),
    ("copyright", RIGHTS),
    ("©", RIGHTS),
    ("all rights reserved", RIGHTS),
    ("rights reserved", RIGHTS),
    ("alle rechte", RIGHTS),
    ("tous droits", RIGHTS),
    ("terms of", RIGHTS),
    ("terms and conditions", RIGHTS),
    ("may not be published", RIGHTS),
    ("republish", RIGHTS),
    ("disclaimer", RIGHTS),
    ("affiliate", RIGHTS),
    ("commission", RIGHTS),
    ("todos los derechos", RIGHTS),
    ("photo:", CREDIT),
    ("photo by", CREDIT),
    ("foto:", CREDIT),
    ("image:", CREDIT),
    ("getty", CREDIT),
    ("credit:", CREDIT),
    ("(photo", CREDIT),
    ("bild:", CREDIT),
    ("source:", CREDIT),
    ("quelle:", CREDIT),
    ("courtesy", CREDIT),
    ("ap photo", CREDIT),
    ("shutterstock", CREDIT),
    ("crédit", CREDIT),
    ("pictured", CREDIT),
    ("published", WHEN),
    ("updated", WHEN),
    ("min read", WHEN),
    ("minute read", WHEN),
    (" ago", WHEN),
    ("posted", WHEN),
    ("last modified", WHEN),
    ("aktualisiert", WHEN),
    ("uhr", WHEN),
    ("publié", WHEN),
    ("publicado", WHEN),
    ("mis à jour", WHEN),
    ("lesezeit", WHEN),
    ("stand:", WHEN),
    (" am ", WHEN),
    (" pm", WHEN),
    ("comment", READERS),
    ("reply", READERS),
    ("log in", READERS),
    ("sign in", READERS),
    ("login", READERS),
    ("kommentar", READERS),
    ("your email", READERS),
    ("anmelden", READERS),
    ("required fields", READERS),
    ("register", READERS),
    ("se connecter", READERS),
    ("report abuse", READERS),
    ("is a writer", ABOUT),
    ("is a reporter", ABOUT),
    ("is an editor", ABOUT),
    ("about the author", ABOUT),
    ("contributed to this", ABOUT),
    ("reporting by", ABOUT),
    ("editing by", ABOUT),
    ("is the author", ABOUT),
    ("freelance", ABOUT),
    ("can be reached", ABOUT),
    ("follow him", ABOUT),
    ("follow her", ABOUT),
    ("covers", ABOUT),
    ("about us", ABOUT),
    ("has been writing", ABOUT),
    ("is a senior", ABOUT),
    ("@", ABOUT),
    ("über den autor", ABOUT),
    ("founder", ABOUT),
    ("passionate", ABOUT),
    ("on twitter", ABOUT),
    ("cookie", CONSENT),
    ("consent", CONSENT),
    ("privacy policy", CONSENT),
    ("datenschutz", CONSENT),
    ("personal data", CONSENT),
    ("javascript", CONSENT),
    ("browser", CONSENT),
    ("einwillig", CONSENT),
    ("politique de confidentialité", CONSENT),
    ("third part", CONSENT),
    ("ad blocker", CONSENT),
    ("adblock", CONSENT),
];

static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::new(PHRASES.iter().map(|(phrase, _)| phrase)));

/// How many phrases of each group stand in a text (counted up to 9); only its first bytes are looked at.
pub fn count(text: &str) -> [u8; GROUPS] {
    let mut counts = [0u8; GROUPS];
    NEEDLES.apart(&text.as_bytes()[..text.len().min(400)], |found| {
        let group = &mut counts[PHRASES[found.needle].1 as usize];
        *group = (*group + 1).min(9);
    });
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_counted_by_group() {
        let counts = count("Sign up for our Newsletter. Copyright 2024 The Example");
        assert_eq!((counts[PROMPT as usize], counts[RIGHTS as usize], counts[CONSENT as usize]), (2, 1, 0));
    }
}
