//! Addresses: absolute ones, the canonical one when it is credible.

use super::found::Found;
use crate::clean::html::text::plain;
use url::Url;

/// An address of the page as an absolute one.
pub fn absolute(base: Option<&Url>, address: &str) -> Option<String> {
    let address = plain(address);
    let url = match base {
        Some(b) => b.join(&address).ok()?,
        None => Url::parse(&address).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// The canonical address when it is credible: of the same site, and not the front page for a page that is none.
///
/// Content systems send copies of templates around with the address of another site or of the front page; one that was believed would
/// make all its stories the same one.
pub fn canonical(found: &Found<'_>, base: Option<&Url>) -> Option<String> {
    let link = found.links.iter().filter(|(rel, _)| rel.eq_ignore_ascii_case("canonical")).map(|(_, href)| *href);
    link.chain(found.metas("og:url")).filter(|u| !u.trim().is_empty()).filter_map(|u| absolute(base, u)).find(|u| is_credible(u, base))
}

fn is_credible(address: &str, base: Option<&Url>) -> bool {
    let (Some(page), Ok(canonical)) = (base, Url::parse(address)) else { return base.is_none() };
    let is_front = |u: &Url| u.path().trim_matches('/').is_empty() && u.query().is_none();
    same_site(page.host_str().unwrap_or(""), canonical.host_str().unwrap_or("")) && (is_front(page) || !is_front(&canonical))
}

/// The same registrable domain, by the Public Suffix List.
fn same_site(a: &str, b: &str) -> bool {
    let domain = |host: &str| psl::domain_str(host).unwrap_or(host).to_ascii_lowercase();
    domain(a) == domain(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_site_and_the_front_page_are_not_believed() {
        let page = Url::parse("https://m.courier.co.uk/2024/ice?x=1").unwrap();
        for (address, want) in [
            ("https://www.courier.co.uk/2024/ice", true),
            ("https://www.courier.co.uk/", false),
            ("https://www.courier.co.uk", false),
            ("https://www.other.co.uk/2024/ice", false),
            ("https://www.courier.co.uk/?p=12", true),
        ] {
            assert_eq!(is_credible(address, Some(&page)), want, "{address}");
        }
        let front = Url::parse("https://courier.example/").unwrap();
        assert!(is_credible("https://www.courier.example/", Some(&front)));
    }
}
