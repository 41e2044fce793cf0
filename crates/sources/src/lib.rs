#![doc = include_str!("../README.md")]

pub mod app_store;
pub mod app_store_connect;
pub mod bluesky;
pub mod declarative;
pub mod discourse;
pub mod email;
pub mod facebook;
pub mod feed;
pub mod feedback_company;
#[cfg(test)]
mod fixture;
pub mod google_business;
pub mod google_play;
pub mod hacker_news;
pub mod import;
pub mod instagram;
mod item;
pub mod jetstream;
pub mod kiyoh;
pub mod lemmy;
pub mod mastodon;
mod meta;
pub mod plug;
mod raw;
pub mod reddit;
pub mod registry;
pub mod schema_org;
pub mod stack_exchange;
pub mod trustpilot;
pub mod webhook;
pub mod webwinkelkeur;
pub mod x;
pub mod youtube;

pub use plug::{
    BadConfig, Context, Cursor, Hints, Kind, Known, Next, Page, ParseError, PlanError, Refusal, Source,
    Vouched, Warning,
};
pub use registry::{FORBIDDEN, KINDS, build, forbidden, kind};
