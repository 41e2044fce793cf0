//! Charts as pure functions: numbers in, a `<figure>` out. Thin lines, labels at the line instead of a legend, bars
//! from zero, intervals as bands; a title and a description for readers by ear, and a table of the same numbers.
//! Classes only: colours come from the style sheet, so that a chart is right in light, dark and high contrast.

mod bars;
mod columns;
mod curves;
mod days;
mod figure;
mod scale;

pub(crate) use bars::{Bar, compare};
pub(crate) use columns::{Column, stacked};
pub(crate) use curves::{Point, curve, rating};
pub(crate) use days::days;
pub(crate) use figure::Words;
