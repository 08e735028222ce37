//! Lines of `name value`, and the bars.

use std::fmt::Display;

pub struct Report {
    bench: &'static str,
    missed: usize,
}

/// On which side of its limit a value must be.
#[derive(Clone, Copy)]
pub enum Bar {
    AtMost(f64),
    AtLeast(f64),
}

impl Report {
    pub fn new(bench: &'static str) -> Self {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        println!("bench {bench}");
        println!("cores {cores}");
        println!("load_before {}", load.split(' ').next().unwrap_or_default());
        Report { bench, missed: 0 }
    }

    pub fn line(&mut self, name: &str, value: impl Display) {
        println!("{name} {value}");
    }

    /// A bar that must be met, and what is aimed at beyond it.
    pub fn bar(&mut self, name: &str, value: f64, must: Bar, aim: Option<f64>) {
        let (sign, limit, met) = match must {
            Bar::AtMost(limit) => ("<=", limit, value <= limit),
            Bar::AtLeast(limit) => (">=", limit, value >= limit),
        };
        let aimed = aim.map_or_else(String::new, |aim| {
            let met = if matches!(must, Bar::AtMost(_)) { value <= aim } else { value >= aim };
            format!(", aim {sign} {aim} {}", if met { "met" } else { "not met" })
        });
        println!("bar {name} {} {sign} {limit} {}{aimed}", rounded(value), if met { "met" } else { "MISSED" });
        self.missed += usize::from(!met);
    }

    pub fn missed(&self) -> bool {
        self.missed > 0
    }

    /// The exit status.
    pub fn finish(self) -> i32 {
        println!("{} {}", self.bench, if self.missed() { "MISSED" } else { "met" });
        i32::from(self.missed())
    }
}

pub fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The middle one; of an even number the lower.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}
