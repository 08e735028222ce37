//! Words of the page around the article, in many languages. One signal among others: a story may hold any of them, so nothing is cut for
//! a word alone.

use super::chars::{self, Kinds};
use super::hash;
use super::script::is_unspaced;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a phrase stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    /// Menus, log-in, search, settings.
    Navigation,
    /// Share bars and follow buttons.
    Share,
    /// Names of rails and what leads on to other stories.
    Rail,
    /// Cookie walls and privacy notices.
    Consent,
    /// Readers' comments.
    Comment,
    /// Picture credits.
    Credit,
    /// Legal footers, corrections desks, addresses of the house.
    Legal,
    /// Newsletters and subscriptions.
    Subscribe,
    /// Lines about the author or the time of writing.
    Meta,
}

/// How many classes there are.
pub const CLASSES: usize = 9;

/// Phrases in lower case, separated by `|`.
#[rustfmt::skip]
static PHRASES: &[(Class, &str)] = &[
    (Class::Navigation, "skip to content|skip to main|skip navigation|menu|search|log in|login|sign in|sign up|sign out|my account|register|home|homepage|contact us|about us|back to top|site map|sitemap|toggle|close|settings|subscribe now|watch live|tv listings|weather|puzzles|crossword|horoscope|classifieds|archive|advertise"),
    (Class::Navigation, "zum inhalt|startseite|suche|anmelden|abmelden|registrieren|kontakt|impressum|menü|schließen|e-paper|anzeige|zur startseite|mein konto|nach oben|wetter|hauptmenü|themen"),
    (Class::Navigation, "accueil|connexion|se connecter|s'inscrire|rechercher|recherche|mon compte|contactez-nous|météo|publicité|aller au contenu|fermer"),
    (Class::Navigation, "inicio|iniciar sesión|buscar|cerrar|mi cuenta|regístrate|portada|contacto|publicidad|entrar|cadastre-se|início|pesquisar|accedi|cerca|abbonati|chiudi|pubblicità|contatti"),
    (Class::Navigation, "inloggen|zoeken|sluiten|forside|søg|søk|logg inn|log ind|logga in|sök|stäng|annons|annonse|annonce|etusivu|hae|kirjaudu|valikko|mainos|strona główna|zaloguj|szukaj|reklama|úvod|přihlásit|hledat|inzerce|főoldal|bejelentkezés|keresés|hirdetés|acasă|căutare"),
    (Class::Navigation, "главная|войти|поиск|вход|регистрация|меню|реклама|контакты|головна|увійти|пошук|αρχική|αναζήτηση|anasayfa|giriş yap|ara|reklam|beranda|masuk|cari|trang chủ|đăng nhập|tìm kiếm|الرئيسية|بحث|تسجيل الدخول|ログイン|検索|メニュー|トップページ|会員登録|登录|搜索|首页|注册|登入|로그인|검색|메뉴|회원가입|홈"),
    (Class::Share, "share this|share on|share|tweet|facebook|twitter|linkedin|pinterest|whatsapp|reddit|e-mail this|email this|print|copy link|copied|follow us|follow|instagram|youtube|telegram|bookmark|save article|gift this article|flipboard|bluesky"),
    (Class::Share, "teilen|drucken|merken|per mail|artikel teilen|link kopieren|folgen sie uns|partager|imprimer|envoyer par|suivez-nous|compartir|imprimir|síguenos|compartilhar|condividi|stampa|seguici|delen|del på|dela|jaa|udostępnij|sdílet|megosztás|distribuie|поделиться|поширити|κοινοποίηση|paylaş|bagikan|chia sẻ|مشاركة|シェア|分享|공유"),
    (Class::Rail, "read more|more|related|related articles|related stories|related topics|related news|more from|more on|more stories|more news|most read|most popular|most viewed|trending|trending now|latest news|latest|highlights|top stories|editor's picks|editors' picks|recommended|recommended for you|you may also like|you might also like|also read|read also|see also|read next|up next|don't miss|popular|in this article|in this story|what to read next|sponsored|promoted|around the web|from the web|featured|headlines|breaking news|just in|must read|next story|previous article|next article|view all|see all|load more|show more|explore more"),
    (Class::Rail, "mehr zum thema|mehr|weiterlesen|meistgelesen|das könnte sie auch interessieren|lesen sie auch|auch interessant|neueste|aktuelle meldungen|empfohlen|weitere artikel|mehr anzeigen|top-themen|meistgelesene|lesen sie mehr|zum thema|lesen sie hier|mehr dazu|neueste nachrichten|neueste meldungen|aktuelle nachrichten"),
    (Class::Rail, "à lire aussi|lire aussi|lire la suite|les plus lus|à voir aussi|sur le même sujet|en savoir plus|dernières nouvelles|voir plus|à la une|dernières actualités|dernières infos|lee también|leer más|más leídas|lo más leído|lo más visto|te puede interesar|últimas noticias|ver más|noticias relacionadas|leia também|leia mais|mais lidas|saiba mais|veja também|últimas notícias|leggi anche|leggi tutto|i più letti|ultime notizie|potrebbe interessarti"),
    (Class::Rail, "lees ook|meest gelezen|lees meer|laatste nieuws|net binnen|læs også|mest læste|læs mere|seneste nyt|les også|mest lest|les mer|siste nytt|läs också|läs mer|mest lästa|senaste nytt|lue myös|luetuimmat|lue lisää|tuoreimmat|czytaj także|czytaj też|czytaj więcej|najczęściej czytane|najnowsze|zobacz także|zobacz też|polecane|čtěte také|nejčtenější|číst dál|související|olvasta már|legolvasottabb|kapcsolódó|citește și|cele mai citite"),
    (Class::Rail, "читайте также|читать далее|самое читаемое|популярное|последние новости|по теме|новости партнеров|читайте також|популярне|останні новини|читати далі|διαβάστε επίσης|δημοφιλή|ilgili haberler|en çok okunanlar|en çok okunan|son haberler|son dakika|devamını oku|baca juga|terpopuler|berita terkait|berita terkini|berita terbaru|terkini|xem thêm|tin liên quan|đọc thêm|tin mới nhất|tin mới|اقرأ أيضا|اقرأ المزيد|الأكثر قراءة|यह भी पढ़ें|関連記事|続きを読む|あわせて読みたい|ランキング|最新記事|最新ニュース|おすすめ|新着|人気記事|もっと見る|相关阅读|相关新闻|延伸阅读|阅读更多|热门|推荐阅读|最新消息|更多|相關新聞|熱門|관련기사|많이 본|최신뉴스|더보기|인기"),
    (Class::Consent, "cookie|cookies|privacy policy|privacy settings|your privacy|consent|accept all|reject all|manage preferences|gdpr|third-party|personalised ads|personalized ads|ad blocker|adblocker|enable javascript|your browser"),
    (Class::Consent, "datenschutz|einwilligung|akzeptieren|zustimmen|werbeblocker|adblock|tout accepter|confidentialité|aceptar|privacidad|aceitar|accetta|accepteren|godta|samtykke|godkänn|evästeet|akceptuję|ciasteczka|souhlas|süti|персональных данных|çerez|クッキー|隐私|쿠키"),
    (Class::Comment, "comments|comment|leave a comment|post a comment|add comment|reply|report abuse|your email address will not be published|be the first to comment|join the conversation|view comments|show comments|sort by|oldest|newest|upvote|flag|disqus|commenting|user reviews"),
    (Class::Comment, "kommentare|kommentar|kommentieren|antworten|commentaires|réagir|répondre|comentarios|responder|comentários|commenti|rispondi|reacties|reageer|kommentarer|kommentit|komentarze|odpowiedz|komentáře|hozzászólások|комментарии|ответить|коментарі|σχόλια|yorumlar|yorum|komentar|bình luận|تعليقات|コメント|评论|留言|댓글"),
    (Class::Credit, "photo by|photo|photos|photograph|photograph by|photographer|getty images|getty|image|images|image credit|image source|picture|file photo|pictured|ap photo|shutterstock|courtesy|via reuters|handout|screengrab|istock|credit|alamy|video:"),
    (Class::Credit, "foto|foto:|bild:|quelle|bildquelle|symbolbild|archivbild|imago|picture alliance|photo :|crédit photo|crédits|imagen|fotografía|fotografia|crédito|reprodução|divulgação|fonte|foto di|kuva|zdjęcie|fot|źródło|zdroj|fotó|sursa|фото|источник|джерело|φωτό|fotoğraf|写真|図|供图|图源|사진"),
    (Class::Legal, "copyright|all rights reserved|terms of service|terms of use|terms and conditions|privacy|cookie policy|accessibility|do not sell|registered office|registered in|company number|this material may not be published|reproduction|trademark|contact the newsroom|corrections|our standards|ethics policy|advertise with us|affiliate|powered by"),
    (Class::Legal, "alle rechte vorbehalten|agb|nutzungsbedingungen|datenschutzerklärung|mediadaten|tous droits réservés|mentions légales|conditions générales|todos los derechos reservados|aviso legal|política de privacidad|todos os direitos reservados|política de privacidade|tutti i diritti riservati|p. iva|note legali|alle rechten voorbehouden|colofon|ansvarlig redaktør|ansvarig utgivare|redaktør|utgivare|wszelkie prawa zastrzeżone|regulamin|všechna práva vyhrazena|minden jog fenntartva|toate drepturile|все права защищены|всі права захищені|свидетельство о регистрации|künye|tüm hakları saklıdır|hak cipta|無断転載|著作権|版权所有|版權所有|备案|무단전재|저작권"),
    (Class::Subscribe, "newsletter|newsletters|subscribe|subscription|subscriber|subscribers|sign up for|free trial|get unlimited access|your inbox|support our journalism|donate|become a member|download the app|our app|e-mail address|email address|enter your email|get the latest|delivered to|already a subscriber|podcast|alerts"),
    (Class::Subscribe, "abonnieren|abo|abonnement|jetzt abonnieren|kostenlos testen|weiterlesen mit|e-mail-adresse|s'abonner|abonnez-vous|abonnés|réservé aux abonnés|suscríbete|suscripción|suscriptores|boletín|assine|assinante|abbonamento|iscriviti|abonneer|abonnee|nieuwsbrief|abonnér|nyhedsbrev|abonner|nyhetsbrev|prenumerera|prenumerant|tilaa|tilaajille|uutiskirje|prenumerata|subskrybuj|předplatné|előfizetés|hírlevél|abonează-te|подписаться|подписывайтесь|подписка|підписатися|підписуйтесь|abone ol|bülten|berlangganan|đăng ký|اشترك|メルマガ|有料会員|订阅|訂閱|구독"),
    (Class::Meta, "published|updated|last updated|last modified|posted|posted on|posted by|written by|min read|minute read|minutes read|reporting by|editing by|additional reporting|staff writer|about the author|read time|first published|contributed to this report|contributed to this story"),
    (Class::Meta, "veröffentlicht|aktualisiert|stand:|lesedauer|lesezeit|uhr|publié le|mis à jour|publié|actualizado|publicado|actualizada|atualizado|aggiornato|pubblicato|gepubliceerd|bijgewerkt|opdateret|publisert|oppdatert|publicerad|uppdaterad|julkaistu|päivitetty|opublikowano|aktualizacja|vydáno|aktualizováno|frissítve|publicat|actualizat|опубликовано|обновлено|оновлено|δημοσίευση|güncelleme|yayınlanma|diperbarui|更新|公開|配信|发布|來源|来源|责任编辑|입력|수정|기자"),
    // Placeholders of embedded players, posts and charts
    (Class::Consent, "external content|third-party content|content is hosted by|view this video|video has failed to load|failed to load|html5 video|externen inhalt|externe inhalte|externer inhalt|externen inhalte|redaktioneller inhalt|inhalte angezeigt|drittplattformen|personenbezogene daten|klick für den datenschutz|datenschutzeinstellungen|inhalt laden|inhalte laden|contenu externe|contenu bloqué|contenido externo|contenuto esterno|externe inhoud|eksternt innhold|externt innehåll|treści zewnętrzne"),
    // Links that a page explains to the reader, and buttons between paragraphs
    (Class::Share, "opens new tab|opens in new tab|opens in a new tab|opens in a new window|öffnet im neuen fenster|öffnet in neuem fenster|nouvelle fenêtre|nueva ventana|ajouter à vos sélections|scroll to continue|story continues|article continues|article content|back to video|short url|auf die merkliste|zur merkliste|pic.twitter.com|view this post|see new tweets|artikel anhören|listen to this article|écouter l'article|escuchar artículo"),
    (Class::Subscribe, "junk folder|welcome email|thanks for signing up|valid email|meet your inbox|reserved for subscribers|subscribers only|for subscribers|article réservé|abonnez-vous pour|probeabo|unterstützen sie uns|spenden sie|mitglied werden|werden sie mitglied|mitglied|support us|gift link|exclusive articles|read the letter|get the latest headlines|delivered to|im abo|hazte socio|faites un don"),
    (Class::Rail, "don't miss|see more|watch more|also on|up next|aktuelles|schlagzeilen|videos|mehr zum thema:|passend zum thema|dazu passend|à voir|vidéo|mira también|ver también|vea también|confira|leggi|zobacz|смотрите также|дивіться також|حصري|انظر أيضا"),
    (Class::Meta, "redaktionell nicht bearbeitet|automatisch von der|automatisch übernommen|temps de lecture|follow him on|follow her on|follow me on|can be reached at|reached at|contributed to|associated press writers|with reporting|derzeit in|redakteur|redakteurin|korrespondent|journaliste|periodista de|opinions expressed|views expressed|do not reflect|does not necessarily"),
    (Class::Credit, "image 1 of|image 2 of|image 3 of|capture d'écran|screenshot|file photograph|ap/|afp/|epa|dpa/|picture:|image:|grafik|infografik|illustration|bildrechte|bild|photo credit|picture credit|photo illustration|foto de archivo|imagen de archivo|photo d'archives|poza|foto arsip|photographie"),
];

/// A phrase and its class.
struct Row {
    phrase: &'static str,
    class: Class,
}

/// Phrases by the hash of the word that they begin with, the longest first; those of scripts in which a phrase may begin within a word by
/// that of their first letter. A page is full of text and poor in phrases: a word is looked up once, however often it stands there.
static BEGINNINGS: LazyLock<FxHashMap<u64, Vec<Row>>> = LazyLock::new(|| {
    let mut beginnings: FxHashMap<u64, Vec<Row>> = FxHashMap::default();
    for (class, phrase) in PHRASES.iter().flat_map(|(class, list)| list.split('|').map(|p| (*class, p))) {
        let first = phrase.chars().next().filter(|c| is_open(*c));
        let rows = beginnings.entry(first.map_or_else(|| hash::word(first_word(phrase)), hash::letter)).or_default();
        // Of a phrase in two classes the first row counts.
        if !rows.iter().any(|row| row.phrase == phrase) {
            rows.push(Row { phrase, class });
        }
    }
    beginnings.values_mut().for_each(|rows| rows.sort_by_key(|row| std::cmp::Reverse(row.phrase.len())));
    beginnings
});

/// Whether a phrase can begin with the word of this hash.
pub fn begins(word: u64) -> bool {
    BEGINNINGS.contains_key(&word)
}

/// A script in which phrases may begin and end within a word: it has no blanks, or puts its particles there (Hangul).
pub fn is_open(c: char) -> bool {
    c >= '\u{e00}' && (is_unspaced(c) || ('\u{ac00}'..='\u{d7a3}').contains(&c))
}

/// The letters and digits that a text begins with.
fn first_word(text: &str) -> &str {
    let kinds = Kinds::get();
    let end = text.char_indices().find(|(_, c)| !chars::is_spaced_word(kinds.of(*c)));
    end.map_or(text, |(at, _)| &text[..at])
}

/// The phrases met so far in a text that is read from its begin to its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Phrases {
    /// How many of each class.
    pub counts: [u8; CLASSES],
    /// The class of the phrase that the text begins with.
    pub lead: Option<Class>,
    /// End of the last one.
    end: usize,
}

impl Phrases {
    /// Reads the phrase that begins with a letter of a script for which [`is_open`] holds; `lower` is all of the text in lower case.
    pub fn letter(&mut self, lower: &str, at: usize, c: char) {
        self.word(lower, at, hash::letter(c));
    }

    /// Reads the phrase that begins with the word of this hash.
    pub fn word(&mut self, lower: &str, at: usize, word: u64) {
        let begins = |row: &&Row| lower.as_bytes()[at..].starts_with(row.phrase.as_bytes());
        if at < self.end {
            return;
        }
        let Some(Row { phrase, class }) = BEGINNINGS.get(&word).and_then(|rows| rows.iter().find(begins)) else { return };
        // What lies within a longer word is passed over, too.
        self.end = at + phrase.len();
        let before = lower[..at].chars().next_back();
        let after = lower[self.end..].chars().next();
        if is_edge(before, phrase.chars().next()) && is_edge(after, phrase.chars().next_back()) {
            let slot = &mut self.counts[*class as usize];
            *slot = slot.saturating_add(1);
            if self.lead.is_none() && at <= 8 && !lower[..at].contains(char::is_alphanumeric) {
                self.lead = Some(*class);
            }
        }
    }
}

/// A text in lower case, as the phrases are written.
pub fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    chars::push_lower(text, &mut lower);
    lower
}

/// How many phrases of each class a lower-case text holds; whole words only, except in scripts without blanks.
pub fn count(lower: &str) -> [u8; CLASSES] {
    read(lower).counts
}

/// The phrases of a lower-case text.
pub fn read(lower: &str) -> Phrases {
    let mut phrases = Phrases::default();
    let mut at = 0;
    while let Some(c) = lower[at..].chars().next() {
        let word = first_word(&lower[at..]);
        if !word.is_empty() {
            phrases.word(lower, at, hash::word(word));
        }
        let letters = if word.is_empty() { &lower[at..at + c.len_utf8()] } else { word };
        for (i, c) in letters.char_indices().filter(|(_, c)| is_open(*c)) {
            phrases.letter(lower, at + i, c);
        }
        at += letters.len();
    }
    phrases
}

/// Whether all of a lower-case text is one phrase of a class, but for marks around it.
pub fn is_all(lower: &str, class: Class) -> bool {
    is_phrase(chars::bare(lower), class)
}

/// Whether all of a lower-case text is one phrase of a class.
pub fn is_phrase(bare: &str, class: Class) -> bool {
    bare.len() <= LONGEST && WHOLE.get(bare).is_some_and(|classes| classes & 1 << class as u16 != 0)
}

/// No phrase is longer, in bytes.
const LONGEST: usize = 64;

/// Phrases by themselves, with a bit for each of their classes.
static WHOLE: LazyLock<FxHashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    for (class, list) in PHRASES {
        for phrase in list.split('|') {
            *map.entry(phrase).or_default() |= 1u16 << *class as u16;
        }
    }
    map
});

/// A letter glued to a phrase makes it part of a longer word, unless the script has no blanks or Hangul puts its particles there.
fn is_edge(neighbour: Option<char>, own: Option<char>) -> bool {
    !neighbour.is_some_and(char::is_alphanumeric) || own.is_some_and(is_open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_found_as_its_first_row_has_it() {
        let rows = || PHRASES.iter().flat_map(|(class, list)| list.split('|').map(|p| (*class, p)));
        for (_, phrase) in rows() {
            assert!(phrase.len() <= LONGEST);
            let class = rows().find(|(_, p)| *p == phrase).map(|(class, _)| class);
            for text in [phrase.to_owned(), format!("~{phrase}~")] {
                // The longest counts, so that no other may be found in its place.
                let found = read(&text);
                assert_eq!((found.lead, found.counts.iter().sum::<u8>()), (class, 1), "{text}");
            }
        }
        assert_eq!(read("re").counts, [0; CLASSES]);
        assert_eq!(read("emoreover share").counts.iter().sum::<u8>(), 1);
    }

    #[test]
    fn phrases_are_whole_words() {
        let hits = |text: &str, class: Class| count(text)[class as usize];
        assert_eq!(hits("read more", Class::Rail), 1);
        assert_eq!(hits("moreover it moored", Class::Rail), 0);
        assert_eq!(hits("lesen sie auch: das meer", Class::Rail), 1);
        assert_eq!(hits("関連記事を読む", Class::Rail), 1);
        assert_eq!(hits("nhk関連記事", Class::Rail), 1);
        assert_eq!(hits("© 2014 example. all rights reserved.", Class::Legal), 1);
        assert!(is_all("latest news", Class::Rail) && is_all("» read more »", Class::Rail) && !is_all("read more books", Class::Rail));
    }
}
