//! Genre: what kind of piece it is, by declared type, label or address. Without a word of the page it stays unknown.

use super::found::Found;
use super::json_ld::Described;
use crate::clean::html::text::plain;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Types of schema.org. A bare NewsArticle says nothing.
const TYPES: &[(&str, &str)] = &[
    ("LiveBlogPosting", "live"),
    ("OpinionNewsArticle", "opinion"),
    ("AnalysisNewsArticle", "analysis"),
    ("BackgroundNewsArticle", "background"),
    ("ReportageNewsArticle", "reportage"),
    ("AskPublicNewsArticle", "ask_public"),
    ("ReviewNewsArticle", "review"),
    ("Review", "review"),
    ("CriticReview", "review"),
    ("ClaimReview", "fact_check"),
    ("SatiricalArticle", "satire"),
    ("AdvertiserContentArticle", "advertorial"),
];

/// Labels of sections, kickers and declared genres, lower case, by language: English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish,
/// Danish and Norwegian, Finnish, Polish, Czech, Russian, Ukrainian, Turkish, Arabic, Chinese, Japanese, Korean.
const LABELS: &[(&str, &str)] = &[
    (
        "opinion",
        "opinion|opinions|op-ed|oped|comment|commentary|commentisfree|columnists|column|columns|editorial|editorials|leader|viewpoint|views|letters|\
         letters to the editor|meinung|kommentar|kommentare|leitartikel|kolumne|kolumnen|gastbeitrag|leserbriefe|opinion et débats|idées|tribune|\
         tribunes|édito|éditorial|editoriaux|chronique|chroniques|débats|opinión|opinion y blogs|columnas|columna|editoriales|tribuna|tribunas|\
         opinião|coluna|colunas|colunistas|artigo de opinião|editoriais|opinioni|opinione|commenti|editoriale|editoriali|opinie|opinies|columnisten|\
         åsikt|åsikter|ledare|krönika|debatt|meninger|kronikk|kommentarer|debat|leder|lederen|mielipide|mielipiteet|pääkirjoitus|kolumnit|opinia|\
         opinie i komentarze|komentarz|felieton|felietony|publicystyka|názor|názory|komentář|komentáře|glosa|мнение|мнения|колонка|колонки|комментарий|\
         думка|думки|погляди|görüş|görüşler|yorum|köşe yazısı|yazarlar|köşe yazıları|رأي|آراء|مقالات الرأي|评论|评论员文章|社论|社評|言论|観点|オピニオン|社説|\
         コラム|사설|칼럼|오피니언",
    ),
    (
        "analysis",
        "analysis|news analysis|analyse|analysen|analyses|décryptage|análisis|análise|analisi|analys|analyysi|analiza|analýza|analýzy|аналитика|анализ|\
         аналітика|analiz|تحليل|تحليلات|分析|深度分析|解説|분석",
    ),
    (
        "background",
        "background|backgrounder|explainer|explainers|explained|feature|features|in depth|in-depth|longread|long read|hintergrund|hintergründe|\
         erklärt|dossier|enquête|grand format|a fondo|reportaje|reportajes|em profundidade|explica|approfondimento|approfondimenti|achtergrond|\
         fördjupning|bakgrunn|baggrund|taustat|kulisy|разбор|подробно|dosya|تقارير|深度|特写|特稿|特集|심층",
    ),
    ("reportage", "reportage|reportagen|reportages|reportaż|reportáž|репортаж|reportagem|röportaj|现场|ルポ|르포"),
    (
        "review",
        "review|reviews|film review|book review|rezension|rezensionen|kritik|kritiken|critique|critiques|reseña|reseñas|crítica|críticas|resenha|\
         recensione|recensioni|recensie|recensies|recension|recensioner|anmeldelse|anmeldelser|arvostelu|arvostelut|recenzja|recenzje|recenze|рецензия|\
         рецензии|рецензія|eleştiri|inceleme|مراجعات|书评|影评|レビュー|書評|리뷰",
    ),
    (
        "interview",
        "interview|interviews|q&a|q & a|entretien|entretiens|entrevista|entrevistas|intervista|interviste|intervju|interviu|haastattelu|wywiad|wywiady|\
         rozhovor|rozhovory|интервью|інтерв'ю|söyleşi|mülakat|مقابلة|مقابلات|حوار|专访|访谈|採訪|インタビュー|인터뷰",
    ),
    (
        "live",
        "live|liveblog|live blog|live updates|live-blog|live-ticker|liveticker|newsblog|en direct|direct|en vivo|en directo|ao vivo|in diretta|diretta|\
         direkte|relacja na żywo|na żywo|online|онлайн|трансляция|наживо|canlı|canlı blog|مباشر|تغطية مباشرة|直播|ライブ|생중계",
    ),
    (
        "obituary",
        "obituary|obituaries|obit|obits|nachruf|nachrufe|nécrologie|disparition|disparitions|obituario|obituarios|obituário|necrologio|necrologi|\
         in memoriam|minnesord|dödsfall|nekrolog|nekrologer|mindeord|muistokirjoitus|nekrologi|nekrology|некролог|некрологи|vefat|نعي|وفيات|讣告|訃報|부고",
    ),
    (
        "press_release",
        "press release|press releases|pressrelease|news release|media release|prnewswire|pr newswire|business wire|globenewswire|pressemitteilung|\
         pressemitteilungen|pressemeldung|ots|communiqué|communiqué de presse|communiqués|comunicado|comunicado de prensa|nota de prensa|\
         comunicado de imprensa|comunicato stampa|comunicati stampa|persbericht|pressmeddelande|pressemelding|pressemeddelelse|tiedote|\
         komunikat prasowy|tisková zpráva|пресс-релиз|пресс-релизы|прес-реліз|basın bülteni|بيان صحفي|新闻稿|プレスリリース|보도자료",
    ),
    (
        "advertorial",
        "advertorial|sponsored|sponsored content|sponsored post|paid content|paid post|paid partnership|partner content|branded content|brand studio|\
         advertisement feature|advertiser content|promoted|anzeige|sonderveröffentlichung|werbung|publi-rédactionnel|publireportage|contenu sponsorisé|\
         contenido patrocinado|publirreportaje|remitido|branded|conteúdo patrocinado|publieditorial|contenuto sponsorizzato|publiredazionale|\
         gesponsord|partnerbijdrage|annons|annonse|annoncørbetalt indhold|betalt innhold|kaupallinen yhteistyö|mainos|artykuł sponsorowany|\
         materiał promocyjny|komerční sdělení|inzerce|реклама|партнерский материал|на правах рекламы|партнерський матеріал|advertorial haber|\
         sponsorlu içerik|محتوى برعاية|推广|广告|広告|pr記事|애드버토리얼",
    ),
    (
        "correction",
        "correction|corrections|corrected|clarification|corrections and clarifications|korrektur|berichtigung|richtigstellung|rectificatif|\
         rectification|corrección|rectificación|fe de errores|correção|errata|rettifica|correctie|rättelse|rettelse|oikaisu|sprostowanie|oprava|\
         поправка|исправление|виправлення|düzeltme|تصحيح|更正|訂正|정정",
    ),
    (
        "fact_check",
        "fact check|fact checks|fact-check|factcheck|fact checking|faktencheck|faktenfinder|vérification|désintox|verificación|verificado|checagem|\
         fato ou fake|aos fatos|factchecken|faktakoll|faktasjekk|faktantarkistus|weryfikacja|ověřovna|проверка фактов|фактчекинг|фактчек|\
         doğruluk kontrolü|teyit|تدقيق الحقائق|事实核查|ファクトチェック|팩트체크",
    ),
    ("satire", "satire|satirical|satira|sátira|humor satire|satyra|сатира"),
];

/// Segments of addresses that say the genre.
const SEGMENTS: &[(&str, &str)] = &[
    (
        "opinion",
        "opinion|opinions|commentisfree|comment|commentary|columnists|columns|editorial|editorials|op-ed|letters|meinung|kommentar|kommentare|kolumnen|\
         idees|tribunes|editos|chroniques|columnas|opiniao|colunas|opinioni|commenti|editoriali|opinie|ledare|debatt|kronikk|mielipide|felietony|nazory|mnenie|yazarlar",
    ),
    ("analysis", "analysis|analyse|analysen|analyses|analisis|analise|analisi|analiza"),
    ("review", "reviews|review|rezensionen|kritik|critiques|resenas|criticas|recensioni|recensies|recensioner|anmeldelser"),
    ("interview", "interview|interviews|entrevista|entrevistas|interviste|intervista|wywiad|wywiady"),
    ("live", "live|liveblog|live-blog|live-updates|liveticker|live-ticker|newsblog|en-direct|en-vivo|en-directo|ao-vivo|diretta"),
    ("obituary", "obituary|obituaries|obits|nachrufe|necrologie|disparitions|obituarios|necrologi"),
    (
        "press_release",
        "press-release|press-releases|pressrelease|prnewswire|globenewswire|pressemitteilungen|pressemitteilung|comunicados|comunicati-stampa",
    ),
    (
        "advertorial",
        "advertorial|advertorials|sponsored|sponsored-content|sponsor-content|paid-content|paidpost|paid-post|partner-content|branded-content|brandstudio|brand-studio|anzeige",
    ),
    ("fact_check", "fact-check|factcheck|fact-checking|fact-checks|faktencheck|faktenfinder"),
    ("satire", "satire|satira"),
];

/// The genre that type, label or address say, in this order.
pub fn genre(found: &Found<'_>, about: &Described, sections: &[String], title: Option<&str>, address: &str) -> Option<String> {
    let by_type = TYPES.iter().find(|(t, _)| *t == about.kind).map(|(_, g)| *g);
    let declared = about
        .genre
        .iter()
        .cloned()
        .chain(found.metas("genre").map(plain))
        .chain(found.metas("article:opinion").filter(|v| v.trim().eq_ignore_ascii_case("true")).map(|_| "opinion".to_owned()));
    by_type
        .or_else(|| declared.into_iter().find_map(|g| labelled(&g)))
        .or_else(|| sections.iter().find_map(|s| s.rsplit(['/', '>', '|']).next().and_then(labelled)))
        .or_else(|| title.and_then(prefixed))
        .or_else(|| of_address(address))
        .map(str::to_owned)
}

/// Names with their genres.
type Names = FxHashMap<&'static str, &'static str>;

static BY_LABEL: LazyLock<Names> = LazyLock::new(|| by_name(LABELS));
static BY_SEGMENT: LazyLock<Names> = LazyLock::new(|| by_name(SEGMENTS));

fn by_name(table: &[(&'static str, &'static str)]) -> Names {
    table.iter().flat_map(|(genre, names)| names.split('|').map(move |name| (name, *genre))).collect()
}

fn labelled(label: &str) -> Option<&'static str> {
    let label = label.trim().trim_matches([':', '.', '[', ']', '(', ')']).trim();
    // No label is this long.
    if label.is_empty() || label.len() > 60 {
        return None;
    }
    BY_LABEL.get(label.to_lowercase().as_str()).copied()
}

/// "Opinion: ...", "Analyse | ...", "[Kommentar] ...".
fn prefixed(title: &str) -> Option<&'static str> {
    let title = title.trim();
    if let Some((inside, _)) = title.strip_prefix('[').and_then(|t| t.split_once(']')) {
        return labelled(inside);
    }
    let (head, _) = title.split_once([':', '|', '：', '｜'])?;
    // "Live: ..." and "Online: ..." stand before too many headlines of other kinds.
    labelled(head).filter(|g| *g != "live" || head.to_lowercase().contains("blog") || head.to_lowercase().contains("ticker"))
}

/// A whole segment of the path, not the last, which is the headline.
fn of_address(address: &str) -> Option<&'static str> {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest).split(['?', '#']).next()?;
    let segments: Vec<&str> = path.split('/').skip(1).filter(|s| !s.is_empty()).collect();
    let folders = segments.split_last().map_or(&[][..], |(_, folders)| folders);
    folders.iter().find_map(|s| BY_SEGMENT.get(s.to_ascii_lowercase().as_str()).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, declared: Option<&str>, sections: &[&str], title: &str, address: &str) -> Option<String> {
        let about = Described { kind: kind.into(), genre: declared.map(str::to_owned), ..Described::default() };
        let sections: Vec<String> = sections.iter().map(|s| (*s).to_owned()).collect();
        genre(&Found::default(), &about, &sections, Some(title), address)
    }

    #[test]
    fn types_labels_titles_and_addresses() {
        for (kind, declared, sections, title, address, want) in [
            ("OpinionNewsArticle", None, &[][..], "A bridge", "https://a.test/news/x", Some("opinion")),
            ("NewsArticle", Some("Interview"), &[], "A bridge", "https://a.test/x", Some("interview")),
            ("NewsArticle", None, &["Meinung"], "Eine Brücke", "https://a.test/x", Some("opinion")),
            ("NewsArticle", None, &["News / Opinión"], "Un puente", "https://a.test/x", Some("opinion")),
            ("NewsArticle", None, &["Мнения"], "Мост", "https://a.test/x", Some("opinion")),
            ("NewsArticle", None, &["社説"], "橋", "https://a.test/x", Some("opinion")),
            ("NewsArticle", None, &["World"], "Analysis: why the bridge fell", "https://a.test/x", Some("analysis")),
            ("NewsArticle", None, &["World"], "[Kommentar] Die Brücke", "https://a.test/x", Some("opinion")),
            ("NewsArticle", None, &["World"], "Live: the bridge is closed", "https://a.test/x", None),
            ("NewsArticle", None, &["World"], "A bridge: what we know", "https://a.test/x", None),
            ("NewsArticle", None, &[], "A bridge", "https://a.test/2024/obituaries/a-bridge.html", Some("obituary")),
            ("NewsArticle", None, &[], "A bridge", "https://a.test/2024/opinion", None),
            ("NewsArticle", None, &[], "A bridge", "https://review.test/a/b", None),
            ("NewsArticle", Some("Gothic horror"), &[], "A bridge", "https://a.test/x", None),
            ("", None, &[], "", "", None),
        ] {
            assert_eq!(of(kind, declared, sections, title, address).as_deref(), want, "{kind} {declared:?} {sections:?} {title} {address}");
        }
    }

    #[test]
    fn no_label_stands_for_two_genres() {
        for (table, by_name) in [(LABELS, &BY_LABEL), (SEGMENTS, &BY_SEGMENT)] {
            for (genre, names) in table {
                for name in names.split('|') {
                    assert_eq!(by_name.get(name), Some(genre), "{name}");
                    assert_eq!(name.trim().to_lowercase(), name, "{name:?}");
                }
            }
        }
    }

    #[test]
    fn comment_interview_and_advertising_in_many_languages() {
        for (labels, want) in [
            (
                "Opinion|Meinung|Tribune|Opinión|Opinião|Opinioni|Opinie|Ledare|Kronikk|Leder|Mielipide|Felieton|Názory|Мнение|Думка|Görüş|رأي|社论|社説|사설",
                "opinion",
            ),
            (
                "Q&A|Interview|Entretien|Entrevista|Intervista|Intervju|Haastattelu|Wywiad|Rozhovor|Интервью|Інтерв'ю|Söyleşi|مقابلة|专访|インタビュー|인터뷰",
                "interview",
            ),
            (
                "Sponsored|Anzeige|Contenu sponsorisé|Contenido patrocinado|Conteúdo patrocinado|Contenuto sponsorizzato|Gesponsord|Annons|Annonse|\
                 Kaupallinen yhteistyö|Artykuł sponsorowany|Inzerce|Реклама|Sponsorlu içerik|محتوى برعاية|推广|広告",
                "advertorial",
            ),
        ] {
            assert!(labels.split('|').count() >= 15);
            for label in labels.split('|') {
                assert_eq!(of("NewsArticle", None, &[label], "Old pier stays shut", "https://a.test/1").as_deref(), Some(want), "{label}");
            }
        }
    }
}
