//! Who posts what and when, for a week: planned beforehand from a seed, with the rhythm of day and night.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rand::rngs::StdRng;

/// A post, with what its author does to it later.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) at: Timestamp,
    pub(crate) edited: Option<Timestamp>,
    pub(crate) deleted: Option<Timestamp>,
}

impl Post {
    pub(crate) fn is_there(&self, now: Timestamp) -> bool {
        self.at <= now && !self.is_deleted(now)
    }

    pub(crate) fn is_deleted(&self, now: Timestamp) -> bool {
        self.deleted.is_some_and(|at| at <= now)
    }

    pub(crate) fn is_edited(&self, now: Timestamp) -> bool {
        self.edited.is_some_and(|at| at <= now)
    }

    /// The words, which name the post.
    pub(crate) fn text(&self, channel: usize, number: usize, now: Timestamp) -> String {
        let more = if self.is_edited(now) { " Aangevuld: nu wel geholpen." } else { "" };
        format!("Bericht c{channel}-p{number}: de keuken kwam te laat.{more}")
    }
}

/// How late an author may still change a post.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// Posts a day.
    pub(crate) a_day: f64,
    /// An edit comes within so many minutes.
    pub(crate) edits_within: i64,
    /// No post after this, and no change after `settled`.
    pub(crate) last: Timestamp,
    pub(crate) settled: Timestamp,
}

/// Posts from a day before `start`, oldest first.
pub(crate) fn plan(rng: &mut StdRng, start: Timestamp, habits: Habits) -> Vec<Post> {
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    let mut posts = Vec::new();
    let mut at = start - SignedDuration::from_hours(24);
    loop {
        // The busiest hour has two and a half times the mean; the others are thinned out of it.
        let wait = -(1.0 - rng.random::<f64>()).ln() / (habits.a_day * 2.5) * 86_400.0;
        at += SignedDuration::from_millis((wait * 1000.0) as i64 + 1);
        if at > habits.last {
            return posts;
        }
        let share = match at.to_zoned(zone.clone()).hour() {
            0..=5 => 0.05,
            6..=8 => 0.4,
            9..=18 => 0.45,
            19..=21 => 1.0,
            _ => 0.3,
        };
        if rng.random::<f64>() > share {
            continue;
        }
        let mut later = |chance: f64, from: i64, to: i64| {
            let wait = SignedDuration::from_secs(60 * rng.random_range(from..to));
            let when = at + wait;
            (rng.random::<f64>() < chance && when < habits.settled).then_some(when)
        };
        let edited = later(0.08, 1, habits.edits_within);
        let deleted = later(0.07, 14 * 60, 40 * 60);
        posts.push(Post { at, edited: edited.filter(|e| deleted.is_none_or(|d| *e < d)), deleted });
    }
}
