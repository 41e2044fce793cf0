//! A summary by mail, at a time of the reader's own zone: when it is due, and under which name it goes out.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::effect::{Effect, EffectKind};
use crate::ids::{EffectKey, OutletId, TeamId, UserId};

/// One that was missed by more than this (a day without the program) is left out: the next one says what counts.
const GRACE: SignedDuration = SignedDuration::from_hours(6);

/// How often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Each day.
    #[default]
    Daily,
    /// Monday to Friday.
    Workdays,
    /// On one day of the week.
    Weekly,
}

/// A configured digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// Its name in keys, such as `lead-daily`.
    pub id: String,
    /// Who reads it: whose scope, language and role it has.
    pub user: UserId,
    /// Where it is sent.
    pub to: Vec<String>,
    /// Through which outlet: one of the kind `email`.
    pub outlet: OutletId,
    /// How often.
    #[serde(default)]
    pub every: Every,
    /// At what time of the day.
    pub at: Time,
    /// On which day of the week, for a weekly one: `mon` to `sun`.
    #[serde(default = "monday", with = "day")]
    pub weekday: Weekday,
    /// In which zone, such as `Europe/Amsterdam`.
    pub zone: String,
    /// Only cases of this team.
    #[serde(default)]
    pub team: Option<TeamId>,
}

fn monday() -> Weekday {
    Weekday::Monday
}

mod day {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serializer};

    const DAYS: [(&str, Weekday); 7] = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
    pub(super) fn serialize<S: Serializer>(day: &Weekday, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(DAYS.iter().find(|(_, d)| d == day).map_or("mon", |(name, _)| name))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Weekday, D::Error> {
        let text = String::deserialize(d)?;
        let found = DAYS.iter().find(|(name, _)| *name == text).map(|(_, day)| *day);
        found.ok_or_else(|| serde::de::Error::custom("a weekday is mon, tue, wed, thu, fri, sat or sun"))
    }
}

impl Digest {
    /// What is wrong with it, for people; empty when it can be used.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut bad = Vec::new();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || self.id.len() > 40 || !self.id.chars().all(plain) {
            bad.push("id: 1 to 40 small letters, digits and `-`".to_owned());
        }
        if TimeZone::get(&self.zone).is_err() {
            bad.push(format!("zone: `{}` is no zone, write one such as Europe/Amsterdam", self.zone));
        }
        if self.to.is_empty() {
            bad.push("to: a list of mail addresses".to_owned());
        }
        bad
    }

    /// The day for which one is due now; none when there is none, or the latest one was missed by far.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<Date> {
        let zone = TimeZone::get(&self.zone).ok()?;
        let today = now.to_zoned(zone.clone()).date();
        // Yesterday's may still be within the grace when it is set to the evening.
        let days = [Some(today), today.checked_sub(1.day()).ok()];
        days.into_iter().flatten().find(|date| {
            // An hour that does not exist on that day is the one after it.
            let planned = date.to_datetime(self.at).to_zoned(zone.clone()).map(|at| at.timestamp());
            let late = planned.map(|at| now.duration_since(at));
            self.falls_on(*date) && late.is_ok_and(|late| !late.is_negative() && late <= GRACE)
        })
    }

    fn falls_on(&self, date: Date) -> bool {
        let day = date.weekday();
        match self.every {
            Every::Daily => true,
            Every::Workdays => !matches!(day, Weekday::Saturday | Weekday::Sunday),
            Every::Weekly => day == self.weekday,
        }
    }

    /// What goes out for that day: one a day and person, however often this is asked.
    #[must_use]
    pub fn effect(&self, date: Date, now: Timestamp) -> Effect {
        Effect {
            key: EffectKey::of_digest(&self.id, &self.user, date, &self.outlet),
            outlet: self.outlet.clone(),
            kind: EffectKind::Digest { digest: self.id.clone(), date },
            created: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(every: Every, at: &str) -> Digest {
        Digest {
            id: "lead".into(),
            user: UserId::parse("sam").unwrap(),
            to: vec!["sam@example.org".into()],
            outlet: OutletId::parse("mail").unwrap(),
            every,
            at: at.parse().unwrap(),
            weekday: Weekday::Monday,
            zone: "Europe/Amsterdam".into(),
            team: None,
        }
    }

    fn due(digest: &Digest, now: &str) -> Option<String> {
        digest.due(now.parse().unwrap()).map(|date| date.to_string())
    }

    #[test]
    fn it_is_due_at_its_time_in_its_zone_in_summer_and_in_winter() {
        let daily = digest(Every::Daily, "07:30");
        assert_eq!(due(&daily, "2026-07-01T05:29:59Z"), None);
        assert_eq!(due(&daily, "2026-07-01T05:30:00Z").as_deref(), Some("2026-07-01"));
        assert_eq!(due(&daily, "2026-12-01T06:29:59Z"), None);
        assert_eq!(due(&daily, "2026-12-01T06:30:00Z").as_deref(), Some("2026-12-01"));
    }

    #[test]
    fn an_hour_that_the_clocks_skip_or_repeat_gives_one_and_only_one() {
        // 2026-03-29: from 02:00 to 03:00. 2026-10-25: 02:30 comes twice.
        let night = digest(Every::Daily, "02:30");
        assert_eq!(due(&night, "2026-03-29T01:30:00Z").as_deref(), Some("2026-03-29"));
        let twice: Vec<_> = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]
            .map(|now| night.effect(night.due(now.parse().unwrap()).unwrap(), now.parse().unwrap()).key)
            .into();
        assert_eq!(twice[0], twice[1]);
        assert_eq!(twice[0].as_str(), "digest-lead:sam-2026-10-25:mail");
    }

    #[test]
    fn what_was_missed_by_a_day_is_left_out_and_by_an_hour_is_not() {
        let evening = digest(Every::Daily, "23:00");
        // Midnight has passed, and it is still that of yesterday.
        assert_eq!(due(&evening, "2026-12-02T00:30:00Z").as_deref(), Some("2026-12-01"));
        assert_eq!(due(&evening, "2026-12-02T09:00:00Z"), None);
    }

    #[test]
    fn a_weekly_one_falls_on_its_day_and_workdays_leave_out_the_weekend() {
        let weekly = digest(Every::Weekly, "07:30");
        assert_eq!(due(&weekly, "2026-11-30T07:00:00Z").as_deref(), Some("2026-11-30"));
        assert_eq!(due(&weekly, "2026-12-01T07:00:00Z"), None);
        let workdays = digest(Every::Workdays, "07:30");
        assert_eq!(due(&workdays, "2026-11-28T07:00:00Z"), None, "a Saturday");
        assert!(due(&workdays, "2026-11-27T07:00:00Z").is_some());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let bad =
            Digest { id: "A b".into(), zone: "Mars".into(), to: Vec::new(), ..digest(Every::Daily, "07:30") };
        let problems = bad.problems();
        assert!(
            ["id", "zone", "to"].iter().all(|key| problems.iter().any(|p| p.starts_with(key))),
            "{problems:?}"
        );
        assert!(digest(Every::Daily, "07:30").problems().is_empty());
    }
}
