//! Finds every mistake in the rules at once, each named by its key, before anything runs by them.

use jiff::SignedDuration;
use jiff::civil::Time;

use super::{Block, Calendar, Norm, Norms, Policy, Trigger};
use crate::holidays;

impl Policy {
    /// Checks all rules.
    ///
    /// # Errors
    /// One message for each wrong key, such as ``calendars.default.zone: unknown time zone `Europe/Amsterdm` ``.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        let mut bad = Vec::new();
        if !self.calendars.contains_key("default") {
            bad.push(
                "calendars.default: missing, and it is the one that is used where none is named".to_owned(),
            );
        }
        for (name, calendar) in &self.calendars {
            check_calendar(&format!("calendars.{name}"), calendar, &mut bad);
        }
        self.check_teams(&mut bad);
        self.check_norms("norms", &self.norms, &mut bad);
        for (channel, norms) in &self.channel_norms {
            self.check_norms(&format!("channel_norms.{}", channel.as_str()), norms, &mut bad);
        }
        self.check_numbers(&mut bad);
        self.check_alerts(&mut bad);
        self.replies.check(&mut bad);
        if bad.is_empty() { Ok(()) } else { Err(bad) }
    }

    fn check_teams(&self, bad: &mut Vec<String>) {
        if self.teams.is_empty() {
            bad.push("teams: there has to be at least one, for what belongs to nobody else".to_owned());
        }
        for (at, team) in self.teams.iter().enumerate() {
            if self.teams.iter().take(at).any(|t| t.id == team.id) {
                bad.push(format!("teams.{}: configured twice, give each its own id", team.id));
            }
            self.check_calendar_name(&format!("teams.{}.calendar", team.id), &team.calendar, bad);
        }
        for (at, queue) in self.queues.iter().enumerate() {
            if self.queues.iter().take(at).any(|q| q.id == queue.id) {
                bad.push(format!("queue.{}: configured twice, give each its own id", queue.id));
            }
            if let Some(name) = &queue.calendar {
                self.check_calendar_name(&format!("queue.{}.calendar", queue.id), name, bad);
            }
            for team in queue.teams.iter().filter(|t| !self.teams.iter().any(|known| known.id == **t)) {
                bad.push(format!(
                    "queue.{}.teams: there is no team `{team}`, choose a configured one",
                    queue.id
                ));
            }
        }
        for agent in &self.agents {
            for name in agent.queues.iter().filter(|name| !self.queues.iter().any(|q| q.id == **name)) {
                bad.push(format!(
                    "agent.{}.queues: there is no queue `{name}`, configure it as [[queue]]",
                    agent.user
                ));
            }
        }
    }

    fn check_norms(&self, key: &str, norms: &Norms, bad: &mut Vec<String>) {
        let all = [
            ("first_response", &norms.first_response),
            ("next_response", &norms.next_response),
            ("resolution", &norms.resolution),
            ("tell_customer", &norms.tell_customer),
        ];
        for (clock, norm) in all {
            self.check_norm(&format!("{key}.{clock}"), norm, bad);
        }
    }

    fn check_norm(&self, key: &str, norm: &Norm, bad: &mut Vec<String>) {
        positive(&format!("{key}.target"), norm.target, bad);
        positive(&format!("{key}.norm"), norm.norm, bad);
        if norm.target > norm.norm {
            bad.push(format!("{key}.target: longer than the norm, swap them"));
        }
        if let Some(name) = &norm.calendar {
            self.check_calendar_name(&format!("{key}.calendar"), name, bad);
        }
    }

    fn check_calendar_name(&self, key: &str, name: &str, bad: &mut Vec<String>) {
        if !self.calendars.contains_key(name) {
            let known: Vec<&str> = self.calendars.keys().map(String::as_str).collect();
            bad.push(format!("{key}: there is no calendar `{name}`, choose one of {}", known.join(", ")));
        }
    }

    fn check_numbers(&self, bad: &mut Vec<String>) {
        if !(self.amber_share > 0.0 && self.amber_share < 1.0) {
            bad.push("amber_share: has to lie between 0 and 1, such as 0.8".to_owned());
        }
        positive("hand_over_urgent", self.hand_over_urgent, bad);
        positive("hand_over", self.hand_over, bad);
        positive("follow_up", self.follow_up, bad);
        positive("private_come", self.private_talk.come, bad);
        positive("private_solve", self.private_talk.solve, bad);
        not_negative("promise_reminder", self.promise_reminder, bad);
        not_negative("same_author_within", self.same_author_within, bad);
        not_negative("regress_within", self.regress_within, bad);
        if self.no_reaction_tries == 0 {
            bad.push("no_reaction_tries: at least 1, or customers are given up unanswered".to_owned());
        }
        if self.ping_pong_after == 0 {
            bad.push("ping_pong_after: at least 1, or nothing can be handed over".to_owned());
        }
        finite("urgent_points", self.urgent_points, bad);
        for (name, points) in self.weights.named() {
            finite(&format!("weights.{name}"), points, bad);
        }
        for (at, outlet) in self.queue_outlets.iter().enumerate() {
            finite(&format!("queue_outlets.{at}.from_points"), outlet.from_points, bad);
            if self.queue_outlets.iter().take(at).any(|o| o.outlet == outlet.outlet) {
                bad.push(format!(
                    "queue_outlets.{at}.outlet: `{}` is named twice, join the two",
                    outlet.outlet
                ));
            }
        }
    }

    fn check_alerts(&self, bad: &mut Vec<String>) {
        for (at, rule) in self.alerts.iter().enumerate() {
            let key =
                if rule.name.is_empty() { format!("alerts.{at}") } else { format!("alerts.{}", rule.name) };
            if rule.name.is_empty() || rule.name.contains('/') {
                bad.push(format!("{key}.name: has to be a name without `/`"));
            }
            if self.alerts.iter().take(at).any(|r| r.name == rule.name) {
                bad.push(format!("{key}.name: used twice, give each rule its own"));
            }
            positive(&format!("{key}.repeat_after"), rule.repeat_after, bad);
            match rule.when {
                Trigger::Urgent { points } => finite(&format!("{key}.when.points"), points, bad),
                Trigger::Spike { deviations, .. } => {
                    finite(&format!("{key}.when.deviations"), deviations, bad);
                    if deviations <= 0.0 {
                        bad.push(format!("{key}.when.deviations: has to be more than 0, such as 3"));
                    }
                }
                Trigger::SourceFailing { failures: 0 } => {
                    bad.push(format!("{key}.when.failures: at least 1"));
                }
                Trigger::SourceSilent { after } => positive(&format!("{key}.when.after"), after, bad),
                Trigger::LoginEnds { within } => positive(&format!("{key}.when.within"), within, bad),
                Trigger::SourceQuiet { one_in: 0..=9 } => {
                    bad.push(format!("{key}.when.one_in: at least 10, such as 1000"));
                }
                Trigger::SourceQuiet { .. }
                | Trigger::SourceFailing { .. }
                | Trigger::ClockAmber
                | Trigger::ClockRed
                | Trigger::PromiseDue
                | Trigger::PromiseMissed
                | Trigger::DeadLetter => {}
            }
        }
    }
}

fn check_calendar(key: &str, calendar: &Calendar, bad: &mut Vec<String>) {
    if let Err(unknown) = calendar.zone() {
        bad.push(format!("{key}.zone: {unknown}"));
    }
    if let Some(set) = calendar.holidays.as_deref().filter(|s| !holidays::SETS.contains(s)) {
        bad.push(format!(
            "{key}.holidays: there is no set `{set}`, choose one of {}",
            holidays::SETS.join(", ")
        ));
    }
    if calendar.week.iter().all(Vec::is_empty) {
        bad.push(format!("{key}.week: it never opens, so no clock in it would ever run out"));
    }
    for (day, blocks) in calendar.week.iter().enumerate() {
        let name = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        check_blocks(&format!("{key}.week.{}", name.get(day).unwrap_or(&"?")), blocks, bad);
    }
    for (day, blocks) in &calendar.exceptions {
        check_blocks(&format!("{key}.exceptions.{day}"), blocks, bad);
    }
}

fn check_blocks(key: &str, blocks: &[Block], bad: &mut Vec<String>) {
    let mut sorted = blocks.to_vec();
    sorted.sort_by_key(|b| b.from);
    let mut before: Option<Block> = None;
    for block in sorted {
        let to_midnight = block.until == Time::midnight();
        if block.until <= block.from && !to_midnight {
            bad.push(format!(
                "{key}: {} to {} ends before it begins, split it over two days",
                block.from.strftime("%H:%M"),
                block.until.strftime("%H:%M")
            ));
        }
        if before.is_some_and(|b| b.until == Time::midnight() || b.until > block.from) {
            bad.push(format!("{key}: two blocks overlap at {}", block.from.strftime("%H:%M")));
        }
        before = Some(block);
    }
}

fn positive(key: &str, span: SignedDuration, bad: &mut Vec<String>) {
    if span <= SignedDuration::ZERO {
        bad.push(format!("{key}: has to be longer than nothing, such as `4h`"));
    }
}

fn not_negative(key: &str, span: SignedDuration, bad: &mut Vec<String>) {
    if span < SignedDuration::ZERO {
        bad.push(format!("{key}: cannot be negative"));
    }
}

fn finite(key: &str, value: f32, bad: &mut Vec<String>) {
    if !value.is_finite() {
        bad.push(format!("{key}: has to be a number"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{mins, policy};

    fn problems(change: impl FnOnce(&mut Policy)) -> Vec<String> {
        let mut changed = policy();
        change(&mut changed);
        changed.validate().err().unwrap_or_default()
    }

    fn names(key: &str, change: impl FnOnce(&mut Policy)) {
        let found = problems(change);
        assert!(found.iter().any(|p| p.starts_with(key)), "{key}: {found:?}");
    }

    fn office(policy: &mut Policy) -> &mut Calendar {
        policy.calendars.get_mut("office").unwrap()
    }

    #[test]
    fn each_wrong_key_is_named() {
        names("calendars.default", |p| drop(p.calendars.remove("default")));
        names("calendars.office.zone", |p| office(p).zone = "Europe/Amsterdm".into());
        names("calendars.office.holidays", |p| office(p).holidays = Some("xx".into()));
        names("calendars.office.week", |p| office(p).week.iter_mut().for_each(Vec::clear));
        names("calendars.office.week.tuesday", |p| {
            let block = office(p).week[1][0];
            office(p).week[1].push(block);
        });
        names("calendars.office.week.monday", |p| {
            let block = &mut office(p).week[0][0];
            std::mem::swap(&mut block.from, &mut block.until);
        });
        names("teams", |p| p.teams.clear());
        names("teams.webcare", |p| p.teams.push(p.teams[0].clone()));
        names("teams.shop.calendar", |p| p.teams[1].calendar = "moon".into());
        names("norms.resolution.target", |p| p.norms.resolution.target = mins(9999));
        names("norms.first_response.norm", |p| p.norms.first_response.norm = mins(0));
        names("channel_norms.review.next_response.calendar", |p| {
            let review = p.channel_norms.get_mut(&crate::mention::Channel::Review).unwrap();
            review.next_response.calendar = Some("moon".into());
        });
        names("amber_share", |p| p.amber_share = f64::NAN);
        names("hand_over", |p| p.hand_over = mins(-1));
        names("no_reaction_tries", |p| p.no_reaction_tries = 0);
        names("urgent_points", |p| p.urgent_points = f32::INFINITY);
        names("weights.severity_2", |p| p.weights.severity[2] = f32::NAN);
        names("alerts.urgent.name", |p| p.alerts[1].name = "urgent".into());
        names("alerts.spike.when.deviations", |p| {
            let spike = p.alerts.iter_mut().find(|r| r.name == "spike").unwrap();
            spike.when = Trigger::Spike { at_least: 5, deviations: 0.0 };
        });
        names("alerts.urgent.repeat_after", |p| p.alerts[0].repeat_after = mins(0));
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let found = problems(|p| {
            p.amber_share = 2.0;
            p.no_reaction_tries = 0;
            office(p).zone = "x".into();
        });
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
