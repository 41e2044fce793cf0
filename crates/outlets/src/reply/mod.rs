//! Public replies: one file a channel, used with the source whose posts it answers.
//!
//! A channel is an outlet that customers read, so nothing but [`gehoor_domain::effect::Task::Reply`] ever goes through it (rule 2): whatever else
//! is handed to one is refused before anything is sent. Each conversation begins by looking whether the reply stands
//! there already, because the answer to an earlier try may have got lost.

mod app_store_connect;
mod bluesky;
mod discourse;
mod email;
mod google;
mod google_business;
mod google_play;
mod kiyoh;
mod lemmy;
mod mastodon;
mod meta;
mod reddit;
mod review;
mod talk;
mod trustpilot;
mod youtube;

use gehoor_domain::reply::{Length, Measure};

use crate::plug::{BadConfig, Kind, Outlet};

/// What a channel is built of.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The own keys of the source, which were checked when it was built.
    pub source: &'a toml::Table,
    /// The own keys of its `reply`.
    pub own: &'a toml::Table,
}

/// A channel for replies to posts of one kind of source.
pub struct Channel {
    /// As an outlet. Its name is that of the kind of source with `-reply` behind it; it stands in no registry of outlets.
    pub kind: Kind,
    /// The kind of source.
    pub source: &'static str,
    /// How long a reply may be, unless the instance says otherwise.
    pub length: Length,
    /// Builds it.
    pub build: fn(&Settings<'_>) -> Result<Box<dyn Outlet>, BadConfig>,
}

/// Every channel that this program knows.
pub const CHANNELS: &[&Channel] = &[
    &app_store_connect::CHANNEL,
    &bluesky::CHANNEL,
    &discourse::CHANNEL,
    &email::CHANNEL,
    &google_business::CHANNEL,
    &google_play::CHANNEL,
    &kiyoh::CHANNEL,
    &lemmy::CHANNEL,
    &mastodon::CHANNEL,
    &meta::FACEBOOK,
    &meta::INSTAGRAM,
    &reddit::CHANNEL,
    &trustpilot::CHANNEL,
    &youtube::CHANNEL,
];

/// The channel for posts of that kind of source; none where people post by hand.
#[must_use]
pub fn channel(source_kind: &str) -> Option<&'static Channel> {
    CHANNELS.iter().copied().find(|c| c.source == source_kind)
}

/// How long a reply to a post of that kind of source may be, also where it is posted by hand; none where no limit is
/// known.
#[must_use]
pub fn length(source_kind: &str) -> Option<Length> {
    let of = |by, most| Some(Length { by, most });
    match source_kind {
        "jetstream" => of(Measure::Graphemes, 300),
        "x" => of(Measure::X, 280),
        // What is pushed is answered at the same place as what is asked for.
        other => channel(other.strip_suffix("-webhook").unwrap_or(other)).map(|c| c.length),
    }
}

/// The kind of a channel: no ticket, no alert, read by customers.
const fn kind(
    name: &'static str,
    about: &'static str,
    credential: &'static str,
    example: &'static str,
) -> Kind {
    Kind {
        name,
        about,
        tickets: false,
        alerts: false,
        read_by_customers: true,
        credential,
        example,
        build: |_| {
            Err(BadConfig("a channel for replies is configured at its source, with `reply`".to_owned()))
        },
    }
}
