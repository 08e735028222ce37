//! The date in an address: `/2014/07/06/`, `/20140706/`, `/2014-07-06-title`, `/2014/jul/06/`.

use super::months;
use jiff::civil::Date;

/// A date and how it stands in the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InAddress {
    pub date: Date,
    pub raw: String,
}

/// The date in the path of `url`; queries and hosts are not looked at.
pub fn in_address(url: &str) -> Option<InAddress> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map(|i| &rest[i..])?;
    let path = path.split(['?', '#']).next()?;
    // Numbers and words with what stands between them; an address has few.
    let parts: Vec<(usize, &str)> = split_alphanumeric(path).take(200).collect();
    parts.windows(3).find_map(|w| separated(path, w)).or_else(|| parts.iter().find_map(|part| compact(path, *part)))
}

fn split_alphanumeric(path: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = path.as_ptr() as usize;
    path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()).map(move |p| (p.as_ptr() as usize - base, p))
}

/// Year, month, day with one mark between them.
fn separated(path: &str, parts: &[(usize, &str)]) -> Option<InAddress> {
    let [(start, year), (m_at, month), (d_at, day)] = *parts else { return None };
    if year.len() != 4 || m_at != start + 5 || d_at != m_at + month.len() + 1 || day.len() > 2 {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let month = match month.parse::<i8>() {
        Ok(m) if month.len() <= 2 => m,
        Ok(_) => return None,
        Err(_) => months::named(month)?,
    };
    found(path, start, d_at + day.len(), year, month, day.parse().ok()?)
}

/// Eight digits that are a day: 20140706. Longer numbers are article ids.
fn compact(path: &str, (start, part): (usize, &str)) -> Option<InAddress> {
    if part.len() != 8 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (part[..4].parse().ok()?, part[4..6].parse().ok()?, part[6..].parse().ok()?);
    found(path, start, start + 8, year, month, day)
}

fn found(path: &str, start: usize, end: usize, year: i16, month: i8, day: i8) -> Option<InAddress> {
    let date = Date::new(year, month, day).ok()?;
    (1990..2100).contains(&year).then(|| InAddress { date, raw: path[start..end].to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_addresses() {
        let at = |url: &str| in_address(url).map(|a| (a.date.to_string(), a.raw));
        let day = |raw: &str| Some(("2014-07-06".to_owned(), raw.to_owned()));
        assert_eq!(at("https://news.example/international/20140706/ukraine"), day("20140706"));
        assert_eq!(at("https://news.example/2014/07/06/ukraine.html?d=2020-01-01"), day("2014/07/06"));
        assert_eq!(at("https://news.example/world/2014/jul/06/ukraine"), day("2014/jul/06"));
        assert_eq!(at("https://news.example/a-2014-7-6-b"), day("2014-7-6"));
        assert_eq!(at("https://news.example/id/99999999"), None);
        assert_eq!(at("https://2014-07-06.example/x"), None);
        assert_eq!(at("https://news.example/2014/13/06/"), None);
        assert_eq!(at("nonsense"), None);
    }
}
