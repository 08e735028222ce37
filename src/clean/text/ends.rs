//! Lines that end a story: the head of the comments, of the list of other stories, of the legal notice. What stands behind them is prose
//! too, often about the same thing, so that no model of single units tells it from the story.

use super::features::Page;
use crate::clean::beginnings::ByFirst;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// A story has begun when this many words are kept; before that the same lines are buttons.
const BEGUN: usize = 60;
/// The lines are short.
const MOST_WORDS: u16 = 8;

/// Heads of comments. Lower case; a line that is one of them, with numbers and marks around it, ends the story whatever follows.
#[rustfmt::skip]
static COMMENTS: &[&str] = &[
    "comments", "comment", "view comments", "show comments", "leave a comment", "leave a reply", "post a comment", "add a comment", "add comment", "join the conversation", "join the discussion", "comments section", "reader comments", "responses", "top comments",
    "top rated comments", "view all comments", "comment on this story", "conversation", "what do you think", "discussion", "kommentare", "kommentar schreiben", "leserkommentare", "kommentieren", "diskussion", "jetzt kommentieren", "zu den kommentaren", "commentaires", "réagir",
    "laisser un commentaire", "vos commentaires", "comentarios", "deja un comentario", "deja una respuesta", "comentários", "deixe um comentário", "deixe uma resposta", "commenti", "lascia un commento", "reacties", "reageer", "kommentarer", "skriv en kommentar", "kommentera", "kommentit", "keskustelu",
    "komentarze", "dodaj komentarz", "komentáře", "diskuse", "diskusia", "hozzászólások", "comentarii", "lasă un comentariu", "комментарии", "оставить комментарий", "обсуждение", "коментарі", "σχόλια", "yorumlar", "yorum yap", "komentar", "bình luận", "تعليقات", "コメント", "评论", "留言", "댓글",
];

/// Heads of what follows a story. Lower case; a line that begins so ends it when little text follows.
#[rustfmt::skip]
static HEADS: &[&str] = &[
    // English
    "share this:", "share this article", "tags:", "tag:", "filed under", "topics:", "our standards:", "about the author", "related stories", "related articles", "related news", "related posts", "related content", "related topics", "related roundup", "more from", "more stories", "more news",
    "read next", "you may also like", "you might also like", "recommended for you", "recommended stories", "next article", "previous article", "all rights reserved", "©", "copyright ©", "subscribe to our", "sign up for", "most read", "most popular", "trending now", "latest news", "latest stories",
    "top stories", "editor's picks", "editors' picks", "from the web", "sponsored content", "this article was originally", "rating:", "post navigation", "like this:", "follow us", "get the latest", "cookie", "privacy",
    // German
    "mehr zum thema", "das könnte sie auch interessieren", "das könnte dich auch interessieren", "weitere artikel", "weitere themen", "meistgelesen", "schlagworte", "themen:", "artikel teilen", "zur startseite", "alle rechte vorbehalten", "auch interessant", "mehr aus", "neueste artikel", "weitere nachrichten", "impressum", "über den autor",
    // French, Spanish, Portuguese, Italian
    "sur le même sujet", "dans la même rubrique", "les plus lus", "tous droits réservés", "nos derniers articles", "archivado en", "más información", "lo más visto", "lo más leído", "te puede interesar", "todos los derechos reservados", "etiquetas", "noticias relacionadas", "mais lidas", "todos os direitos reservados",
    "veja também", "notícias relacionadas", "articoli correlati", "potrebbe interessarti", "tutti i diritti riservati", "riproduzione riservata", "© riproduzione",
    // Dutch, Scandinavian, Finnish
    "meest gelezen", "gerelateerde artikelen", "mest læste", "mest lest", "relaterte artikler", "mest lästa", "relaterade artiklar", "luetuimmat", "lisää aiheesta", "emner:", "ämnen",
    // Slavic, Hungarian, Romanian, Greek, Turkish
    "najczęściej czytane", "polecane", "tagi:", "najnowsze", "nejčtenější", "související články", "legolvasottabb", "kapcsolódó cikkek", "cele mai citite", "самое читаемое", "популярное", "материалы по теме", "новости по теме", "теги:", "все права защищены", "популярне", "теги:", "διαβάστε ακόμη", "ilgili haberler", "en çok okunanlar", "etiketler",
    // Arabic, Indonesian, Vietnamese, Japanese, Chinese, Korean
    "الأكثر قراءة", "مواضيع ذات صلة", "berita terkait", "terpopuler", "tag:", "tin liên quan", "từ khóa", "関連記事", "関連ニュース", "あわせて読みたい", "アクセスランキング", "おすすめ記事", "無断転載", "相关阅读", "相关新闻", "延伸閱讀", "责任编辑", "관련기사", "많이 본 뉴스", "저작권자", "무단전재",
];

static COMMENTS_BY_LINE: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| COMMENTS.iter().copied().collect());
static HEADS_BY_FIRST: LazyLock<ByFirst<()>> = LazyLock::new(|| ByFirst::new(HEADS.iter().map(|head| (*head, ()))));

/// Drops what stands behind the first line that ends the story.
pub fn cut(page: &Page, kept: &mut [bool]) {
    let words = |i: usize| usize::from(page.forms[i].words);
    let total: usize = (0..kept.len()).filter(|i| kept[*i]).map(words).sum();
    let mut before = 0;
    for i in 0..kept.len() {
        let form = &page.forms[i];
        if before >= BEGUN && form.words <= MOST_WORDS && !form.finished {
            let lower = page.lower(i);
            // Rails stand between paragraphs too: then most of the story is still to come.
            let little_follows = (total - before) * 3 < before;
            if is_comments(lower) || little_follows && HEADS_BY_FIRST.leading(lower).next().is_some() {
                kept[i..].fill(false);
                return;
            }
        }
        if kept[i] {
            before += words(i);
        }
    }
}

/// "36 Comments", "Kommentare (12)".
fn is_comments(lower: &str) -> bool {
    let bare = lower.trim_matches(|c: char| !c.is_alphabetic());
    COMMENTS_BY_LINE.contains(bare)
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::super::unit::units;
    use super::*;

    fn kept(lines: &[&str]) -> Vec<bool> {
        let flow = flow(&lines.join("\n"));
        let units = units(&flow);
        let page = Page::new(&flow, &units, "");
        let mut kept = vec![true; units.len()];
        cut(&page, &mut kept);
        kept
    }

    const PROSE: &str = "The harbour was closed on Monday because the ice had grown too thick for the boats to leave it, said the master of the harbour, and the \
                         fishermen stayed at home with their nets and their cards.";

    #[test]
    fn the_story_ends_at_its_comments() {
        assert_eq!(kept(&["Comments", PROSE, PROSE, "12 Comments", PROSE, PROSE, PROSE]), [true, true, true, false, false, false, false]);
    }

    #[test]
    fn a_list_of_stories_ends_it_only_near_the_end() {
        assert_eq!(kept(&[PROSE, PROSE, PROSE, PROSE, "Related stories", PROSE]), [true, true, true, true, false, false]);
        assert_eq!(kept(&[PROSE, PROSE, "Related stories", PROSE, PROSE, PROSE]), [true; 6]);
    }
}
