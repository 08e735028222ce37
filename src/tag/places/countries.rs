//! Which countries an article is about: not all that it mentions. Where it was written, its title and its beginning count for more, and one
//! mention at the end for little.

use super::gazetteer::{GAZETTEER, Kind};
use super::{Given, Input, Judged, mention, resolve, weights};
use crate::article::{Country, thousandths};
use crate::tag::fold;

/// Weight of a mention by what it is.
const OF_COUNTRY: f64 = 1.0;
const OF_PLACE: f64 = 0.8;
const OF_PEOPLE: f64 = 0.8;
const IN_TITLE: f64 = 3.0;
const IN_DATELINE: f64 = 1.5;
const DECLARED: f64 = 1.5;
/// Code points of the beginning, and what a mention there counts more.
const BEGINNING: u32 = 600;
const AT_BEGINNING: f64 = 2.0;
/// Of all: less is an aside.
const LEAST: f64 = 0.04;

/// By weight, then code; the weights add up to about 1.
pub fn weigh(input: &Input<'_>, judged: &mut [Judged], given: &Given) -> Vec<Country> {
    let mut sums = vec![0f64; GAZETTEER.countries.len()];
    let mut add = |row: usize, weight: f64| {
        let country = GAZETTEER.rows[row].country as usize;
        if country != 0 {
            sums[country] += weight;
        }
    };
    for j in judged.iter().filter(|j| j.score >= weights::THRESHOLD) {
        let Some(row) = j.row else { continue };
        let kind = match GAZETTEER.rows[row].kind {
            _ if j.mention.demonym => OF_PEOPLE,
            Kind::Country => OF_COUNTRY,
            _ => OF_PLACE,
        };
        add(row, kind * if j.mention.at < BEGINNING { AT_BEGINNING } else { 1.0 });
    }
    if let Some(row) = given.dateline {
        add(row, IN_DATELINE);
    }
    given.declared.iter().for_each(|(_, row)| add(*row, DECLARED));
    if let Some(title) = input.title {
        let words = fold::words(title);
        let setting = super::setting(judged, &Default::default(), |j| if j.score >= weights::THRESHOLD { 1.0 } else { 0.0 });
        for m in mention::find(title, &words, false) {
            // A title's capitals say nothing of names: countries, peoples, and what the text has found as well.
            let Some(row) = resolve::best(&m, &words, None, &setting, None) else { continue };
            let known = judged.iter().any(|j| j.row == Some(row) && j.score >= weights::THRESHOLD);
            if known || m.demonym || GAZETTEER.rows[row].kind == Kind::Country {
                add(row, IN_TITLE);
            }
        }
    }
    let total: f64 = sums.iter().sum();
    let mut out: Vec<Country> = sums
        .iter()
        .zip(&GAZETTEER.countries)
        .filter(|(sum, _)| **sum > 0.0)
        .map(|(sum, code)| (thousandths(sum / total.max(1e-9)), code))
        .filter(|(weight, _)| *weight >= LEAST)
        .map(|(weight, code)| Country { code: code.clone(), weight })
        .collect();
    out.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.code.cmp(&b.code)));
    out
}
