//! robots.txt (RFC 9309): what a site wants left alone.
//!
//! What counts for us is read in `robots_file`, patterns are matched by a library; fetching is the client's. What the RFC asks: a site without the file (4xx)
//! may be read; one whose file cannot be reached may not, unless an older copy is known; a copy is used for at
//! most a day. `Crawl-delay` is no part of it but honoured.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use texting_robots::Robot;
use url::{Position, Url};

use crate::robots_file::{address, for_us};

/// Bytes of the file that are read; the rest is cut off. The RFC asks for at least this much.
pub(crate) const SIZE_CAP: usize = 500 * 1024;
/// Longest use of a copy.
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// Shortest use of a copy, and the pause after a failure.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);
/// After so long without reaching the file the old copy is no longer trusted.
const STALE: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Longest `Crawl-delay` that is honoured.
const LONGEST_DELAY: f32 = 300.0;
/// More sites are not remembered.
const MOST_SITES: usize = 2048;
/// Patterns with `$` become regular expressions, which take room: a file with more of them is not read at all.
const MOST_ANCHORS: usize = 500;

/// What one site allows.
#[derive(Debug)]
pub(crate) enum Rules {
    /// Everything: there is no file.
    Everything,
    /// Nothing: there is a file, and it cannot be read.
    Nothing(&'static str),
    /// What the file says to us.
    File(Box<Robot>),
}

impl Rules {
    /// Reads the file for the crawler of this name.
    pub(crate) fn read(agent: &str, file: &[u8]) -> Self {
        let file = for_us(agent, file.get(..SIZE_CAP).unwrap_or(file));
        if file.iter().filter(|byte| **byte == b'$').count() > MOST_ANCHORS {
            return Rules::Nothing("is too complicated to be read");
        }
        match Robot::new("*", &file) {
            Ok(robot) => Rules::File(Box::new(robot)),
            Err(_) => Rules::Nothing("cannot be read"),
        }
    }

    /// Whether the path may be fetched; else why not, to go after "robots.txt of x".
    pub(crate) fn allow(&self, url: &Url) -> Result<(), &'static str> {
        match self {
            Rules::Everything => Ok(()),
            Rules::Nothing(why) => Err(why),
            Rules::File(robot) => {
                let path = address(url[Position::BeforePath..Position::AfterQuery].as_bytes());
                if robot.allowed(&String::from_utf8_lossy(&path)) { Ok(()) } else { Err("does not allow it") }
            }
        }
    }

    /// The spacing it asks for.
    pub(crate) fn delay(&self) -> Duration {
        let Rules::File(robot) = self else { return Duration::ZERO };
        let seconds = robot.delay.filter(|delay| delay.is_finite()).unwrap_or(0.0);
        Duration::from_secs_f32(seconds.clamp(0.0, LONGEST_DELAY))
    }
}

/// How a fetch of the file ended.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// There are rules (or, for 4xx, none); with the freshness that the server gave.
    Rules(Rules, Option<Timestamp>),
    /// 5xx or no answer.
    Unreachable(String),
}

/// What is remembered of one site.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    rules: Option<Arc<Rules>>,
    read_at: Option<Timestamp>,
    ask_again: Option<Timestamp>,
    trouble: String,
}

impl Entry {
    /// Whether the file has to be fetched.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.ask_again.is_none_or(|again| again <= now)
    }

    /// Takes in the end of a fetch.
    pub(crate) fn learn(&mut self, fetched: Fetched, now: Timestamp) {
        match fetched {
            Fetched::Rules(rules, fresh_until) => {
                let again = fresh_until.unwrap_or_else(|| later(now, FRESH));
                self.ask_again = Some(again.clamp(later(now, AGAIN), later(now, FRESH)));
                self.rules = Some(Arc::new(rules));
                self.read_at = Some(now);
            }
            Fetched::Unreachable(why) => {
                self.ask_again = Some(later(now, AGAIN));
                self.trouble = why;
                if self.read_at.is_some_and(|read| now.duration_since(read) > STALE) {
                    self.rules = None;
                }
            }
        }
    }

    /// The rules, of an older copy if need be.
    ///
    /// # Errors
    /// Why the file cannot be reached, when no copy is known.
    pub(crate) fn rules(&self) -> Result<Arc<Rules>, &str> {
        self.rules.clone().ok_or(&self.trouble)
    }
}

/// The entry of one site, locked while its file is fetched so that it is fetched once.
pub(crate) type Shared = Arc<tokio::sync::Mutex<Entry>>;

/// What is remembered of all sites, by scheme, host and port.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<HashMap<String, (Shared, Timestamp)>>);

impl Memory {
    /// The entry of the site that a URL is on.
    pub(crate) fn entry(&self, url: &Url, now: Timestamp) -> Shared {
        let site = url.origin().ascii_serialization();
        let mut sites = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !sites.contains_key(&site) && sites.len() >= MOST_SITES {
            let oldest = sites.iter().min_by_key(|(_, (_, used))| *used).map(|(site, _)| site.clone());
            if let Some(oldest) = oldest {
                sites.remove(&oldest);
            }
        }
        let (entry, used) = sites.entry(site).or_insert_with(|| (Shared::default(), now));
        *used = now;
        entry.clone()
    }
}

fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "robots_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "robots_cases.rs"]
mod cases;

#[cfg(test)]
#[path = "robots_google.rs"]
mod google;
