//! When somebody listened to a source, and when not: "no complaints" is only said of the time in which one was heard.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many gaps are kept per source, the latest ones.
const GAPS: usize = 50;

/// Why a source was not heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "because")]
pub enum Deaf {
    /// Nobody asked it: the program did not run, or had no time for it.
    NotAsked,
    /// The server or our own limit made it wait.
    Waited,
    /// Asking it failed.
    Failed {
        /// Why, in words for people.
        why: String,
    },
}

/// A stretch of time in which a source was not heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// From the last time that it was heard.
    pub from: Timestamp,
    /// Until it was heard again; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why.
    #[serde(flatten)]
    pub why: Deaf,
}

impl Gap {
    /// Whether it touches this stretch of time.
    #[must_use]
    pub fn touches(&self, from: Timestamp, until: Timestamp) -> bool {
        self.from < until && self.until.is_none_or(|end| end > from)
    }
}

/// When a source was listened to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Liveness {
    /// Since when it is listened to; none when it was never heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When it was not, oldest first.
    pub gaps: Vec<Gap>,
}

impl Liveness {
    /// It was heard now; `last` is when it was heard before. What is within `grace` is the pace and no gap.
    pub fn heard(&mut self, last: Option<Timestamp>, grace: SignedDuration, waited: bool, now: Timestamp) {
        self.since.get_or_insert(now);
        match self.gaps.pop_if(|gap| gap.until.is_none()) {
            Some(gap) if now.duration_since(gap.from) > grace => self.push(Gap { until: Some(now), ..gap }),
            Some(_) => {}
            None => {
                if let Some(from) = last.filter(|at| now.duration_since(*at) > grace) {
                    self.push(Gap { from, until: Some(now), why: of(waited) });
                }
            }
        }
    }

    /// Asking it failed; it was heard `last`.
    pub fn failed(&mut self, last: Option<Timestamp>, why: &str, now: Timestamp) {
        let why = Deaf::Failed { why: why.to_owned() };
        match self.gaps.last_mut().filter(|gap| gap.until.is_none()) {
            Some(open) => open.why = why,
            None => self.push(Gap { from: last.unwrap_or(now), until: None, why }),
        }
    }

    /// All gaps as they stand now, with the one that has begun though nothing was written down about it yet.
    #[must_use]
    pub fn gaps_now(
        &self,
        last: Option<Timestamp>,
        grace: SignedDuration,
        waits: bool,
        now: Timestamp,
    ) -> Vec<Gap> {
        let long = |from: Timestamp| now.duration_since(from) > grace;
        let mut gaps: Vec<Gap> =
            self.gaps.iter().filter(|gap| gap.until.is_some() || long(gap.from)).cloned().collect();
        let open = self.gaps.last().is_some_and(|gap| gap.until.is_none());
        if let (false, Some(from)) = (open, last.filter(|at| long(*at))) {
            gaps.push(Gap { from, until: None, why: of(waits) });
        }
        gaps
    }

    fn push(&mut self, gap: Gap) {
        self.gaps.push(gap);
        let over = self.gaps.len().saturating_sub(GAPS);
        self.gaps.drain(..over);
    }
}

/// The parts of a stretch of time that lie in no gap.
#[must_use]
pub fn heard_within(gaps: &[Gap], from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut parts = Vec::new();
    let mut at = from;
    let mut touching: Vec<&Gap> = gaps.iter().filter(|gap| gap.touches(from, until)).collect();
    touching.sort_by_key(|gap| gap.from);
    for gap in touching {
        if gap.from > at {
            parts.push((at, gap.from));
        }
        at = at.max(gap.until.unwrap_or(until));
    }
    if at < until {
        parts.push((at, until));
    }
    parts
}

fn of(waited: bool) -> Deaf {
    if waited { Deaf::Waited } else { Deaf::NotAsked }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{mins, t};

    const GRACE: SignedDuration = SignedDuration::from_mins(30);

    #[test]
    fn the_pace_is_no_gap_and_a_night_without_the_program_is() {
        let mut live = Liveness::default();
        live.heard(None, GRACE, false, t("2026-06-05 10:00"));
        live.heard(Some(t("2026-06-05 10:00")), GRACE, false, t("2026-06-05 10:30"));
        assert_eq!((live.since, live.gaps.len()), (Some(t("2026-06-05 10:00")), 0));
        live.heard(Some(t("2026-06-05 10:30")), GRACE, false, t("2026-06-06 08:00"));
        let gap = &live.gaps[0];
        assert_eq!((gap.from, gap.until), (t("2026-06-05 10:30"), Some(t("2026-06-06 08:00"))));
        assert_eq!(gap.why, Deaf::NotAsked);
    }

    #[test]
    fn a_failure_opens_a_gap_since_it_was_last_heard_and_success_closes_it() {
        let mut live = Liveness::default();
        let last = Some(t("2026-06-05 10:00"));
        live.failed(last, "503", t("2026-06-05 10:05"));
        assert!(live.gaps_now(last, GRACE, false, t("2026-06-05 10:06")).is_empty(), "not long yet");
        live.failed(last, "timeout", t("2026-06-05 12:00"));
        let open = live.gaps_now(last, GRACE, false, t("2026-06-05 12:00"));
        assert_eq!(open[0].why, Deaf::Failed { why: "timeout".into() });
        live.heard(last, GRACE, false, t("2026-06-05 13:00"));
        assert_eq!(live.gaps[0].until, Some(t("2026-06-05 13:00")));
        live.failed(Some(t("2026-06-05 13:00")), "503", t("2026-06-05 13:05"));
        live.heard(Some(t("2026-06-05 13:00")), GRACE, false, t("2026-06-05 13:10"));
        assert_eq!(live.gaps.len(), 1, "a hiccup is forgotten");
    }

    #[test]
    fn what_lasts_is_told_before_it_is_written_down() {
        let live = Liveness { since: Some(t("2026-06-01 10:00")), gaps: Vec::new() };
        let gaps = live.gaps_now(Some(t("2026-06-05 10:00")), GRACE, true, t("2026-06-05 14:00"));
        assert_eq!(gaps, [Gap { from: t("2026-06-05 10:00"), until: None, why: Deaf::Waited }]);
    }

    #[test]
    fn gaps_are_cut_out_of_the_time_that_was_heard() {
        let gap = |from, until: Option<&str>| Gap { from: t(from), until: until.map(t), why: Deaf::Waited };
        let gaps = [gap("2026-06-05 10:00", Some("2026-06-05 11:00")), gap("2026-06-05 15:00", None)];
        assert_eq!(
            heard_within(&gaps, t("2026-06-05 09:00"), t("2026-06-05 18:00")),
            [(t("2026-06-05 09:00"), t("2026-06-05 10:00")), (t("2026-06-05 11:00"), t("2026-06-05 15:00"))]
        );
        assert!(heard_within(&gaps, t("2026-06-05 16:00"), t("2026-06-05 18:00")).is_empty());
    }

    #[test]
    fn the_list_of_gaps_is_bounded_and_survives_being_written_down() {
        let mut live = Liveness::default();
        let mut now = t("2026-06-05 10:00");
        for _ in 0..80 {
            let last = Some(now);
            now += mins(60);
            live.heard(last, GRACE, false, now);
        }
        live.failed(Some(now), "503", now + mins(40));
        assert_eq!(live.gaps.len(), GAPS);
        let text = serde_json::to_string(&live).unwrap();
        assert_eq!(serde_json::from_str::<Liveness>(&text).unwrap(), live);
        assert_eq!(serde_json::from_str::<Liveness>("{}").unwrap(), Liveness::default());
    }
}
