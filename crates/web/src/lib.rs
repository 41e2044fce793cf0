#![doc = include_str!("../README.md")]

mod access;
mod api;
mod assets;
mod chart;
#[cfg(test)]
mod contrast_tests;
mod error;
pub mod export;
mod fields;
mod headers;
mod html;
mod live;
mod locale;
mod names;
mod options;
#[cfg(test)]
mod page_tests;
mod pages;
mod params;
mod routes;
#[cfg(test)]
mod samples;
mod serve;
mod times;
mod ui;
mod view;

pub use options::{DemoLogin, Options};
pub use routes::router;
pub use serve::serve;

pub use options::Web;
