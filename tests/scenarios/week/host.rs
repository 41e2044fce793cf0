//! One server: its limit, which it counts for itself, its bad hours, and what it remembers of who asked when.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// At most so many requests in any stretch of this length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) requests: usize,
    pub(crate) per: SignedDuration,
}

/// How a server is out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No connection.
    Down,
    /// 500 without a word.
    Broken,
    /// 503, and when to come back.
    Overloaded,
}

/// A bad hour, or several.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outage {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) how: Trouble,
}

/// What it says before it looks at what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Well { left: usize },
    TooMany { wait: SignedDuration },
    Ill(Trouble),
}

/// How long an overloaded server asks for.
pub(crate) const OVERLOADED: SignedDuration = SignedDuration::from_mins(25);

pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) limit: Limit,
    /// Whether we were told of the limit, so that it never has to refuse us.
    pub(crate) is_known: bool,
    pub(crate) outages: Vec<Outage>,
    pub(crate) crawl_delay: Option<u32>,
    /// Every request that arrived.
    pub(crate) asked: Vec<Timestamp>,
    window: VecDeque<Timestamp>,
    pub(crate) refused: Vec<Timestamp>,
    not_before: Option<Timestamp>,
    /// Requests that came before the moment that it had named.
    pub(crate) too_early: Vec<Timestamp>,
}

impl Host {
    pub(crate) fn new(name: &str, limit: Limit, is_known: bool) -> Self {
        Self {
            name: name.to_owned(),
            limit,
            is_known,
            outages: Vec::new(),
            crawl_delay: None,
            asked: Vec::new(),
            window: VecDeque::new(),
            refused: Vec::new(),
            not_before: None,
            too_early: Vec::new(),
        }
    }

    /// A request arrives.
    pub(crate) fn arrives(&mut self, now: Timestamp) -> Mood {
        self.asked.push(now);
        if self.not_before.is_some_and(|until| now < until) {
            self.too_early.push(now);
        }
        while self.window.front().is_some_and(|at| now.duration_since(*at) >= self.limit.per) {
            self.window.pop_front();
        }
        if self.window.len() >= self.limit.requests {
            self.refused.push(now);
            let free = *self.window.front().unwrap() + self.limit.per;
            // In whole seconds, rounded up, as the header has it.
            let wait = SignedDuration::from_secs(free.duration_since(now).as_secs() + 1);
            self.not_before = Some(now + wait);
            return Mood::TooMany { wait };
        }
        self.window.push_back(now);
        if let Some(outage) = self.outages.iter().find(|o| o.from <= now && now < o.until) {
            if outage.how == Trouble::Overloaded {
                self.not_before = Some(now + OVERLOADED);
            }
            return Mood::Ill(outage.how);
        }
        Mood::Well { left: self.limit.requests - self.window.len() }
    }

    /// Most requests in any stretch of its limit, counted anew over all that arrived.
    pub(crate) fn most(&self) -> usize {
        let mut first = 0;
        let mut most = 0;
        for (last, at) in self.asked.iter().enumerate() {
            while at.duration_since(self.asked[first]) >= self.limit.per {
                first += 1;
            }
            most = most.max(last - first + 1);
        }
        most
    }
}
