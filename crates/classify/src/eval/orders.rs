//! How early the acute texts stand in the order of the model, beside orders that need no model.

use gehoor_domain::assessment::{Assessment, Sentiment};
use serde::Serialize;

use super::urgency;
use crate::labelled::Labelled;
use crate::measure::{hits, ties};

/// Stars of a text that has none, when texts are put in the order of their stars.
const MIDDLE: f64 = 3.0;

/// One order, and how many acute texts stand in its first places. Among texts of equal rank, what is expected counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Order {
    /// By what the texts are put in order.
    pub by: &'static str,
    /// Acute texts in the first 10 places.
    pub first_10: f64,
    /// In the first 50.
    pub first_50: f64,
    /// In the first tenth of all.
    pub first_tenth: f64,
}

/// The orders side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Orders {
    /// Texts of severity 3.
    pub acute: usize,
    /// Texts with a severity.
    pub among: usize,
    /// The model's first.
    pub orders: Vec<Order>,
}

/// Compares the order of the model with chance, stars (where given) and sentiment. `None` without an acute text.
#[must_use]
pub fn orders(judged: &[(&Labelled, Assessment)]) -> Option<Orders> {
    let rows: Vec<(&Labelled, &Assessment, bool)> =
        judged.iter().filter_map(|(row, a)| Some((*row, a, row.labels.severity? == 3))).collect();
    let acute = rows.iter().filter(|row| row.2).count();
    if acute == 0 {
        return None;
    }
    let order = |by: &'static str, score: &dyn Fn(&Labelled, &Assessment) -> f32| {
        let scored: Vec<(f32, bool)> = rows.iter().map(|(row, a, acute)| (score(row, a), *acute)).collect();
        let falling = ties(&scored);
        Order {
            by,
            first_10: hits(&falling, 10),
            first_50: hits(&falling, 50),
            first_tenth: hits(&falling, rows.len().div_ceil(10)),
        }
    };
    let mut out = vec![order("model", &|_, a| urgency(a)), order("chance", &|_, _| 0.0)];
    if rows.iter().any(|(row, ..)| row.stars.is_some()) {
        out.push(order("stars", &|row, _| -row.stars.unwrap_or(MIDDLE) as f32));
    }
    let negative = Sentiment::ALL.iter().position(|s| *s == Sentiment::Negative).unwrap_or_default();
    out.push(order("sentiment", &|_, a| a.sentiment_p.get(negative).copied().unwrap_or_default()));
    Some(Orders { acute, among: rows.len(), orders: out })
}
