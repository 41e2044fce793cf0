#![doc = include_str!("../README.md")]

pub mod app_store;
pub mod app_store_connect;
pub mod bluesky;
pub mod declarative;
pub mod discourse;
pub mod discourse_webhook;
pub mod email;
pub mod facebook;
pub mod facebook_webhook;
pub mod feed;
pub mod feedback_company;
#[cfg(test)]
mod fixture;
pub mod google_business;
pub mod google_play;
pub mod hacker_news;
pub mod import;
pub mod instagram;
pub mod instagram_webhook;
mod item;
pub mod jetstream;
pub mod kiyoh;
pub mod lemmy;
pub mod limits;
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

pub use limits::{LIMITS, Limit};
pub use plug::{
    Back, BadConfig, Bound, By, Context, Cursor, Hints, Kind, Known, Next, Page, ParseError, PlanError,
    Refusal, Source, Vouched, Warning,
};
pub use registry::{FORBIDDEN, KINDS, build, forbidden, kind};
