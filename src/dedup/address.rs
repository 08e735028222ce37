//! A key per address, by table-driven normalisation.
//!
//! The key is for comparing, not for fetching: all spellings under which a site hands out one article become one string, and its hash is
//! the key. Two articles must never share one, so what is not known to be meaningless stays.

mod table;

use crate::article::envelope::AddressKey;
use std::borrow::Cow;
use table::{
    AMP_SEGMENTS, AMP_SUFFIXES, CACHES, INDEX_FILES, NO_CANONICAL, Omit, PARAMETER_PREFIXES, PARAMETERS, PATH_SESSIONS, TWIN_LABELS,
};
use url::{Host, Url};
use xxhash_rust::xxh3::xxh3_128;

/// Key of an address, or `None` when it is no http(s) URL with a host.
pub fn key(url: &str) -> Option<AddressKey> {
    normalized(url).map(|n| AddressKey(xxh3_128(n.as_bytes())))
}

/// The string that the key is the hash of: `host[:port]/path[?query][#!route]`.
pub fn normalized(url: &str) -> Option<String> {
    Parts::of(url).map(|p| p.joined())
}

/// Whether the canonical address that the page names may stand for `asked`.
///
/// Sites name their front page, a section, the first page of several or a template's placeholder as canonical of every article: believing
/// those would make one article of many.
pub fn credible_canonical(asked: &str, canonical: &str) -> bool {
    let (Some(asked), Some(canonical)) = (Parts::of(asked), Parts::of(canonical)) else {
        return false;
    };
    if site(asked.host_name()) != site(canonical.host_name()) {
        return false;
    }
    if asked.path == canonical.path && (asked.query == canonical.query || asked.query.is_empty()) {
        return true;
    }
    let last = canonical.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let front = canonical.path == "/" && canonical.query.is_empty();
    // Story to section, page 2 to page 1, one of many query-chosen articles to the script that shows them all.
    let above = canonical.query.is_empty()
        && (asked.path == canonical.path || asked.path.strip_prefix(&canonical.path).is_some_and(|rest| rest.starts_with('/')));
    !front && !above && !NO_CANONICAL.contains(&last.as_str()) && !canonical.path.contains("%7B")
}

/// The registrable domain of a host (`bbc.co.uk` of `www.bbc.co.uk`), or the host itself for IP addresses and bare names.
pub fn site(host: &str) -> &str {
    if host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

/// The normalized parts of an address.
struct Parts {
    /// With the port, when that is not the default one.
    host: String,
    /// Begins with `/`, ends with it only when that is all.
    path: String,
    /// Sorted, without `?`.
    query: String,
    /// Without `#`; only routes of pages that are chosen by the fragment.
    route: String,
}

impl Parts {
    fn of(url: &str) -> Option<Parts> {
        let mut url = Url::parse(url.trim()).ok()?;
        // A cache may hold a page of another cache; more than twice is no address but an attack.
        for _ in 0..2 {
            match cached(&url) {
                Some(inner) => url = inner,
                None => break,
            }
        }
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let host = host(&url)?;
        let query = query(url.query().unwrap_or_default());
        let path = path(url.path());
        let route = url.fragment().filter(|f| f.starts_with('!') && f.len() > 2).unwrap_or_default().to_owned();
        Some(Parts { host, path, query, route })
    }

    fn host_name(&self) -> &str {
        if self.host.starts_with('[') { &self.host } else { self.host.split(':').next().unwrap_or_default() }
    }

    fn joined(&self) -> String {
        let mut all = String::with_capacity(self.host.len() + self.path.len() + self.query.len() + self.route.len() + 2);
        all.push_str(&self.host);
        all.push_str(&self.path);
        if !self.query.is_empty() {
            all.push('?');
            all.push_str(&self.query);
        }
        if !self.route.is_empty() {
            all.push('#');
            all.push_str(&self.route);
        }
        all
    }
}

/// The address of the page that a cache shows.
fn cached(url: &Url) -> Option<Url> {
    let domain = site(url.host_str()?);
    let (_, prefixes) = CACHES.iter().find(|(d, _)| *d == domain)?;
    let inner = prefixes.iter().find_map(|p| url.path().strip_prefix(p))?;
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let inner = Url::parse(&format!("https://{inner}{query}")).ok()?;
    inner.host_str().is_some_and(|h| h.contains('.')).then_some(inner)
}

fn host(url: &Url) -> Option<String> {
    let name = match url.host()? {
        Host::Domain(d) => {
            let d = d.trim_end_matches('.');
            let domain = psl::domain_str(d).unwrap_or(d);
            let before = d.strip_suffix(domain).unwrap_or_default().trim_end_matches('.');
            let mut name: String = String::with_capacity(d.len());
            for label in before.split('.').filter(|l| !l.is_empty() && !TWIN_LABELS.contains(l)) {
                name.push_str(label);
                name.push('.');
            }
            name.push_str(domain);
            name
        }
        other => other.to_string(),
    };
    if name.is_empty() {
        return None;
    }
    // The scheme is folded, so both default ports are none: `http://h:443/` only ever is a mangled `https://h/`.
    Some(match url.port() {
        None | Some(80 | 443) => name,
        Some(port) => format!("{name}:{port}"),
    })
}

fn path(raw: &str) -> String {
    let spelt = percent(raw);
    let mut segments: Vec<Cow<'_, str>> = spelt.split('/').map(without_session).filter(|s| !s.is_empty()).collect();
    if segments.last().is_some_and(|s| INDEX_FILES.contains(&s.to_ascii_lowercase().as_str())) {
        segments.pop();
    }
    let amp_last = segments.last().is_some_and(|s| AMP_SEGMENTS.contains(&s.to_ascii_lowercase().as_str()));
    if amp_last && segments.len() >= 2 {
        // `/gear/amp` may be about amplifiers: what stands before must look like an article.
        let before = &segments[segments.len() - 2];
        if segments.len() >= 3 || before.contains(['-', '_', '.']) || before.bytes().any(|b| b.is_ascii_digit()) {
            segments.pop();
        }
    } else if segments.len() >= 2 && segments[0] == "amp" {
        segments.remove(0);
    }
    if let Some(last) = segments.last_mut()
        && let Some((suffix, own)) = AMP_SUFFIXES.iter().find(|(suffix, _)| last.len() > suffix.len() && last.ends_with(suffix))
    {
        *last = Cow::Owned(format!("{}{own}", &last[..last.len() - suffix.len()]));
    }
    let mut path = String::with_capacity(spelt.len() + 1);
    for segment in &segments {
        path.push('/');
        path.push_str(segment);
    }
    if path.is_empty() {
        path.push('/');
    }
    path
}

/// A segment without `;jsessionid=...`.
fn without_session(segment: &str) -> Cow<'_, str> {
    let Some((name, parameters)) = segment.split_once(';') else {
        return Cow::Borrowed(segment);
    };
    let mut kept = name.to_owned();
    for p in parameters.split(';') {
        let key = p.split('=').next().unwrap_or_default().to_ascii_lowercase();
        if !PATH_SESSIONS.contains(&key.as_str()) {
            kept.push(';');
            kept.push_str(p);
        }
    }
    Cow::Owned(kept)
}

fn query(raw: &str) -> String {
    let mut pairs: Vec<(String, String)> = raw
        .split('&')
        .filter(|p| !p.is_empty())
        .map(|p| {
            let (name, value) = p.split_once('=').unwrap_or((p, ""));
            (percent(&name.replace('+', "%20")), percent(&value.replace('+', "%20")))
        })
        .filter(|(name, value)| chooses_content(name, value))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut query = String::with_capacity(raw.len());
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&name);
        if !value.is_empty() {
            query.push('=');
            query.push_str(&value);
        }
    }
    query
}

fn chooses_content(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // `?amp;utm_source=x`: the entity of a link that was escaped twice.
    let name = name.strip_prefix("amp;").unwrap_or(&name);
    if PARAMETER_PREFIXES.iter().any(|p| name.starts_with(p)) {
        return false;
    }
    let number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    !PARAMETERS.iter().filter(|(n, _)| *n == name).any(|(_, rule)| match rule {
        Omit::Always => true,
        Omit::UnlessNumber => !number,
        Omit::Value(v) => value.eq_ignore_ascii_case(v),
    })
}

/// One spelling of percent-encoding: unreserved characters plain (RFC 3986, 2.3), hexadecimal digits in upper case.
fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut plain = 0;
    let mut i = 0;
    while i < bytes.len() {
        let decoded = match (bytes[i], bytes.get(i + 1).copied().and_then(hex), bytes.get(i + 2).copied().and_then(hex)) {
            (b'%', Some(high), Some(low)) => high * 16 + low,
            _ => {
                i += 1;
                continue;
            }
        };
        out.push_str(&text[plain..i]);
        if decoded.is_ascii_alphanumeric() || b"-._~".contains(&decoded) {
            out.push(decoded as char);
        } else {
            out.push('%');
            for digit in [decoded >> 4, decoded & 15] {
                out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
        i += 3;
        plain = i;
    }
    out.push_str(&text[plain..]);
    out
}

fn hex(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|d| d as u8)
}

#[cfg(test)]
mod tests;
