//! Figures and bars as lines.

use std::fmt::Display;

#[derive(Clone, Copy)]
pub enum Bar {
    AtLeast(f64),
    AtMost(f64),
}

/// Prints figures as they come and the bars at the end.
#[derive(Default)]
pub struct Report {
    bars: Vec<String>,
    missed: bool,
}

impl Report {
    pub fn line(&mut self, name: &str, value: impl Display) {
        println!("{name} {value}");
    }

    /// A bar that must be met; `aim` is told beside it.
    pub fn bar(&mut self, name: &str, value: f64, bar: Bar, aim: Option<f64>) {
        self.line(name, format!("{value:.3}"));
        let (sign, limit, met) = match bar {
            Bar::AtLeast(limit) => (">=", limit, value >= limit),
            Bar::AtMost(limit) => ("<=", limit, value <= limit),
        };
        self.missed |= !met;
        let aim = aim.map(|a| format!(", aim {a}")).unwrap_or_default();
        self.bars.push(format!("bar {name} {value:.3} {sign} {limit} {}{aim}", if met { "met" } else { "MISSED" }));
    }

    /// Prints the bars and gives the exit status.
    pub fn finish(self) -> i32 {
        self.bars.iter().for_each(|bar| println!("{bar}"));
        i32::from(self.missed)
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

/// Of ascending values.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = ((sorted.len().saturating_sub(1)) as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}
