//! Which pages of bare text are no articles.

use super::features::Page;
use super::flow::Flow;
use crate::article::SkipReason;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Pages with more words than this are judged by their text, not by a phrase in it.
const SHORT_PAGE: usize = 260;

/// A phrase and what a short page that holds it is. Lower case.
#[rustfmt::skip]
static PHRASES: &[(SkipReason, &str)] = &[
    // Error pages under status 200
    (SkipReason::ErrorPage, "page not found|404 not found|error 404|page you requested|page you are looking for|page you were looking for|page doesn't exist|page does not exist|page can't be found|page cannot be found|no longer available|500 internal server error|503 service unavailable|502 bad gateway|seite nicht gefunden|seite wurde nicht gefunden|seite existiert nicht|page introuvable|page non trouvée|página no encontrada|página não encontrada|pagina non trovata|pagina niet gevonden|siden blev ikke fundet|siden finnes ikke|sidan hittades inte|sivua ei löydy|nie znaleziono strony|strona nie istnieje|stránka nenalezena|az oldal nem található|pagina nu a fost găsită|страница не найдена|сторінку не знайдено|sayfa bulunamadı|halaman tidak ditemukan|không tìm thấy trang|الصفحة غير موجودة|ページが見つかりません|お探しのページ|页面不存在|找不到页面|페이지를 찾을 수 없습니다"),
    // Bot walls
    (SkipReason::ConsentWall, "are you a robot|verify you are human|checking your browser|enable javascript and cookies|unusual traffic|access denied|access to this page has been denied|complete the captcha|press & hold|just a moment...|ddos protection|pardon our interruption"),
    // Consent walls
    (SkipReason::ConsentWall, "before you continue|we value your privacy|we and our partners store|accept all cookies|cookies and similar technologies|consent to the use|mit werbung weiterlesen|zustimmen und weiter|wir und unsere partner|wir verwenden cookies|nous et nos partenaires|nous utilisons des cookies|nosotros y nuestros socios|utilizamos cookies|noi e i nostri partner|utilizziamo i cookie|wij en onze partners|vi og vores partnere|vi bruger cookies|vi bruker informasjonskapsler|vi använder cookies|my i nasi partnerzy|używamy plików cookie|používáme cookies|мы используем файлы cookie|çerez kullan"),
    // Log-in forms
    (SkipReason::LoginPage, "forgot your password|forgot password|passwort vergessen|mot de passe oublié|olvidaste tu contraseña|esqueceu a senha|password dimenticata|wachtwoord vergeten|glömt lösenord|zapomniałeś hasła|забыли пароль|パスワードを忘れた|忘记密码|비밀번호 찾기"),
];

/// All phrases and their reasons, in the order of the table.
static MATCHER: LazyLock<Option<(AhoCorasick, Vec<SkipReason>)>> = LazyLock::new(|| {
    let rows: Vec<(SkipReason, &str)> = PHRASES.iter().flat_map(|(reason, list)| list.split('|').map(|p| (*reason, p))).collect();
    let matcher = AhoCorasick::new(rows.iter().map(|(_, p)| *p)).ok()?;
    Some((matcher, rows.into_iter().map(|(reason, _)| reason).collect()))
});

/// The reason of the first row that a lower-case text holds a phrase of.
fn phrase(lower: &str) -> Option<SkipReason> {
    let (matcher, reasons) = MATCHER.as_ref()?;
    matcher.find_overlapping_iter(lower).map(|m| m.pattern().as_usize()).min().map(|row| reasons[row])
}

/// What a page is, when it is no article. `kept`: what was taken for the story; `teasers`: stories of others found on the page.
pub fn refuse(flow: &Flow, page: &Page, kept: &[bool], teasers: usize) -> Option<SkipReason> {
    let body_words: usize = page.forms.iter().zip(kept).filter(|(_, k)| **k).map(|(f, _)| usize::from(f.words)).sum();
    let words: usize = page.forms.iter().map(|f| usize::from(f.words)).sum();
    if words <= SHORT_PAGE {
        let lower = flow.text.to_lowercase();
        // A story may quote such a page; a wall is nearly all there is.
        if let Some(reason) = phrase(&lower).filter(|_| body_words < 120) {
            return Some(reason);
        }
    }
    if body_words == 0 {
        return Some(if teasers >= 3 || title_lines(page) >= 8 { SkipReason::FrontPage } else { SkipReason::NoText });
    }
    // A few sentences among many teasers are the summaries of one of them.
    let summaries = kept.iter().zip(&page.forms).filter(|(k, f)| **k && f.is_prose()).count();
    let few = body_words * 4 < words && !has_paragraphs(page, kept) && (summaries >= 3 || body_words < 30);
    (few && (teasers >= 6 || title_lines(page) >= 15)).then_some(SkipReason::FrontPage)
}

/// Two kept units of running text next to each other. The summaries of a front page stand between titles.
fn has_paragraphs(page: &Page, kept: &[bool]) -> bool {
    let prose = |i: usize| kept[i] && page.forms[i].is_prose();
    (1..kept.len()).any(|i| prose(i - 1) && prose(i))
}

/// Lines in the shape of a story's title.
fn title_lines(page: &Page) -> usize {
    page.forms.iter().filter(|f| (5..=25).contains(&f.words) && !f.finished && f.times == 0 && f.furniture() == 0).count()
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::super::unit::units;
    use super::*;

    fn judged(text: &str, kept: &[usize], teasers: usize) -> Option<SkipReason> {
        let flow = flow(text);
        let units = units(&flow);
        let kept: Vec<bool> = (0..units.len()).map(|i| kept.contains(&i)).collect();
        refuse(&flow, &Page::new(&flow, &units, ""), &kept, teasers)
    }

    #[test]
    fn pages_that_are_no_articles() {
        assert_eq!(judged("Home\nSorry, page not found.\nSearch", &[1], 0), Some(SkipReason::ErrorPage));
        assert_eq!(judged("Seite nicht gefunden", &[], 0), Some(SkipReason::ErrorPage));
        assert_eq!(judged("We value your privacy. We and our partners store data.", &[0], 0), Some(SkipReason::ConsentWall));
        assert_eq!(judged("Username\nPassword\nForgot password?", &[], 0), Some(SkipReason::LoginPage));
        assert_eq!(judged("One\nTwo", &[], 0), Some(SkipReason::NoText));
        assert_eq!(judged("One\nTwo", &[], 4), Some(SkipReason::FrontPage));
    }

    #[test]
    fn summaries_between_titles_are_a_front_page() {
        let title = "Harbour closed because of thick ice again";
        let summary = "The harbour was closed on Monday because the ice had grown too thick for the boats.";
        let front = [title, summary, title, title, title, title, title, title, title, title].join("\n");
        assert_eq!(judged(&front, &[1], 6), Some(SkipReason::FrontPage));
        let story = [title, summary, summary, title, title, title, title, title, title, title].join("\n");
        assert_eq!(judged(&story, &[1, 2], 6), None);
    }

    #[test]
    fn short_stories_pass() {
        assert_eq!(judged("The harbour was closed on Monday because of the ice.", &[0], 0), None);
    }
}
