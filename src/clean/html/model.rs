//! How likely a block belongs to the article.

use super::feature::Row;

/// 0-1.
pub fn chance(row: &Row) -> f32 {
    let words = row[0];
    if words >= 8.0 && row[2] < 0.4 { 0.8 } else { 0.1 }
}
