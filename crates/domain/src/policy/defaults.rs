//! The rules to begin with. All are settings; the figures behind them are Dutch webcare norms of 2013 to 2019
//! (85 % of organisations aimed to react within 4 hours and most to solve within a day; reviewers expect an answer
//! within two days).

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::{Time, time};

use super::{AlertRule, Block, Calendar, Norm, Norms, Policy, PrivateSteps, Team, Trigger, Weights};
use crate::mention::Channel;

/// How long we wait before a case without any other date comes back: three working days of 8:30 hours.
pub(super) fn follow_up() -> SignedDuration {
    SignedDuration::from_mins(3 * 510)
}

/// From when a post counts as found late: two weeks, longer than any norm.
pub(super) fn backlog_after() -> SignedDuration {
    SignedDuration::from_hours(14 * 24)
}

/// What a norm is when a file of one's own does not know it yet: in the hours of the team.
pub(super) fn tell_customer() -> Norm {
    Norm { target: SignedDuration::from_hours(2), norm: SignedDuration::from_hours(4), calendar: None }
}

/// A working day of 8:30 hours to come, and two to solve it.
pub(super) fn private_talk() -> PrivateSteps {
    PrivateSteps { come: SignedDuration::from_mins(510), solve: SignedDuration::from_mins(2 * 510) }
}

/// On unless switched off.
pub(super) fn yes() -> bool {
    true
}

/// How often a case may be handed over before a lead says where it stays.
pub(super) fn ping_pong_after() -> u32 {
    3
}

fn calendar(days: usize, from: Time, until: Time, holidays: bool) -> Calendar {
    let block = Block { from, until };
    Calendar {
        zone: "Europe/Amsterdam".to_owned(),
        week: std::array::from_fn(|day| if day < days { vec![block] } else { Vec::new() }),
        holidays: holidays.then(|| "nl".to_owned()),
        exceptions: BTreeMap::new(),
    }
}

fn norm(target_minutes: i64, norm_minutes: i64, calendar: &str) -> Norm {
    Norm {
        target: SignedDuration::from_mins(target_minutes),
        norm: SignedDuration::from_mins(norm_minutes),
        calendar: Some(calendar.to_owned()),
    }
}

fn norms(response: &Norm) -> Norms {
    Norms {
        first_response: response.clone(),
        next_response: response.clone(),
        resolution: norm(510, 510, "office"),
        tell_customer: norm(120, 240, "office"),
    }
}

fn alert(name: &str, when: Trigger, repeat_hours: i64) -> AlertRule {
    let repeat_after = SignedDuration::from_hours(repeat_hours);
    AlertRule { name: name.to_owned(), when, outlets: Vec::new(), repeat_after }
}

impl Policy {
    /// The rules to begin with in the Netherlands, with one team:
    /// public posts are answered within 1 hour (norm 4) between 08:00 and 22:00 every day, reviews within 24 hours
    /// (norm 48) by the wall clock, complaints are solved within one working day (Monday to Friday, 09:00 to 17:30),
    /// a hand-over returns after 4 opening hours when urgent and 24 otherwise, and a clock is amber after 80 %.
    #[must_use]
    pub fn dutch_defaults(team: Team) -> Self {
        let mut calendars = BTreeMap::new();
        let office = calendar(5, time(9, 0, 0, 0), time(17, 30, 0, 0), true);
        calendars.insert("default".to_owned(), office.clone());
        calendars.insert("office".to_owned(), office);
        calendars.insert("social".to_owned(), calendar(7, time(8, 0, 0, 0), time(22, 0, 0, 0), false));
        calendars.insert("always".to_owned(), calendar(7, Time::midnight(), Time::midnight(), false));

        let social = norms(&norm(60, 240, "social"));
        let review = norms(&norm(24 * 60, 48 * 60, "always"));
        let mail = norms(&norm(510, 510, "office"));
        let mut channel_norms = BTreeMap::new();
        channel_norms.insert(Channel::Review, review.clone());
        channel_norms.insert(Channel::Appstore, review.clone());
        channel_norms.insert(Channel::News, review);
        channel_norms.insert(Channel::Mail, mail.clone());
        channel_norms.insert(Channel::Form, mail);
        Self {
            calendars,
            teams: vec![team],
            norms: social,
            channel_norms,
            amber_share: 0.8,
            hand_over_urgent: SignedDuration::from_hours(4),
            hand_over: SignedDuration::from_hours(24),
            urgent_points: 60.0,
            promise_reminder: SignedDuration::from_hours(2),
            follow_up: follow_up(),
            private_talk: private_talk(),
            backlog_after: backlog_after(),
            no_reaction_tries: 2,
            same_author_within: SignedDuration::from_hours(14 * 24),
            regress_within: SignedDuration::from_hours(30 * 24),
            queue_outlets: Vec::new(),
            weights: Weights::default(),
            alerts: vec![
                alert("urgent", Trigger::Urgent { points: 60.0 }, 4),
                alert("clock-red", Trigger::ClockRed, 24),
                alert("promise-due", Trigger::PromiseDue, 24),
                alert("promise-missed", Trigger::PromiseMissed, 8),
                alert("spike", Trigger::Spike { at_least: 5, deviations: 3.0 }, 4),
                alert("source-failing", Trigger::SourceFailing { failures: 3 }, 12),
                alert("source-silent", Trigger::SourceSilent { after: SignedDuration::from_hours(48) }, 24),
                alert("source-quiet", Trigger::SourceQuiet { one_in: crate::silence::ONE_IN }, 24),
                alert("login-ends", Trigger::LoginEnds { within: SignedDuration::from_hours(14 * 24) }, 72),
                alert("dead-letter", Trigger::DeadLetter, 24),
            ],
            queues: Vec::new(),
            agents: Vec::new(),
            ping_pong_after: ping_pong_after(),
            sign_replies: true,
            replies: super::ReplyRules::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{TeamId, UserId};

    #[test]
    fn the_defaults_are_valid_and_survive_being_written_down() {
        let team = Team {
            id: TeamId::parse("webcare").unwrap(),
            name: "Webcare".into(),
            lead: UserId::parse("lead").unwrap(),
            calendar: "default".into(),
        };
        let policy = Policy::dutch_defaults(team);
        assert_eq!(policy.validate(), Ok(()));
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    }
}
