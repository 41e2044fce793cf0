//! People know better: rank, location, who has to act, and what was judged.

use super::Refused;
use super::command::person;
use super::refused::{optional, text};
use super::work::Work;
use crate::assessment::{Intent, Located, Responsible, Sentiment, Severity, Signal, Topic};
use crate::event::{Actor, What};
use crate::facts::Facts;
use crate::ids::LocationId;
use crate::rank::Overrule;

pub(super) fn overrule(
    work: &mut Work<'_>,
    points: Option<f32>,
    reason: &str,
    by: &Actor,
) -> Result<(), Refused> {
    work.must_be_open()?;
    let user = person(by, "overrule the rank")?;
    let reason = if points.is_some() { text("the reason", reason)? } else { optional("the reason", reason)? };
    if points.is_some_and(|p| !(-1000.0..=1000.0).contains(&p)) {
        return Err(Refused::BadPoints);
    }
    let now = work.cx.now;
    work.case.priority.overruled =
        points.map(|points| Overrule { points, by: user, reason: reason.clone(), at: now });
    work.note(now, by, What::Overruled { points, reason });
    Ok(())
}

pub(super) fn set_location(
    work: &mut Work<'_>,
    location: Option<&LocationId>,
    by: &Actor,
) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    if let Some(shop) = location.filter(|l| work.cx.locations.get(l).is_none()) {
        return Err(Refused::NoLocation(shop.clone()));
    }
    work.case.located = location.map(|location| Located {
        location: location.clone(),
        p: 1.0,
        by: "manual".to_owned(),
        words: None,
    });
    work.note(work.cx.now, by, What::Located { location: location.cloned() });
    work.route_anew();
    Ok(())
}

pub(super) fn set_responsible(
    work: &mut Work<'_>,
    responsible: Responsible,
    by: &Actor,
) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    work.case.responsible = responsible;
    work.note(work.cx.now, by, What::ResponsibleSet { responsible });
    work.route_anew();
    Ok(())
}

/// What is right; what is not given stays.
pub(super) struct Right<'a> {
    pub(super) intent: Option<Intent>,
    pub(super) severity: Option<Severity>,
    pub(super) sentiment: Option<Sentiment>,
    pub(super) topics: Option<&'a [Topic]>,
    pub(super) signals: Option<&'a [Signal]>,
}

/// Corrects what all mentions of the customer so far say, so that a later one can still raise it.
pub(super) fn correct(work: &mut Work<'_>, right: &Right<'_>, by: &Actor) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    let mut fields = Vec::new();
    let given = [
        ("intent", right.intent.is_some()),
        ("severity", right.severity.is_some()),
        ("sentiment", right.sentiment.is_some()),
        ("topics", right.topics.is_some()),
        ("signals", right.signals.is_some()),
    ];
    fields.extend(given.into_iter().filter(|g| g.1).map(|g| g.0.to_owned()));
    if fields.is_empty() {
        return Err(Refused::NothingToCorrect);
    }
    for mention in &mut work.case.mentions {
        let Some(facts) = &mut mention.facts else { continue };
        apply(facts, right);
        for field in &fields {
            if !mention.corrected.contains(field) {
                mention.corrected.push(field.clone());
            }
        }
    }
    work.refold();
    work.note(work.cx.now, by, What::Corrected { fields });
    Ok(())
}

fn apply(facts: &mut Facts, right: &Right<'_>) {
    if let Some(intent) = right.intent {
        facts.intent = intent;
        facts.complaint_p = if intent == Intent::Complaint { 1.0 } else { 0.0 };
    }
    if let Some(severity) = right.severity {
        facts.severity = severity;
        facts.severity_p = (0..=3).map(|l| if l == severity.level() { 1.0 } else { 0.0 }).collect();
    }
    if let Some(sentiment) = right.sentiment {
        facts.sentiment = sentiment;
    }
    if let Some(topics) = right.topics {
        facts.topics = topics.to_vec();
    }
    if let Some(signals) = right.signals {
        let gone: Vec<Signal> = facts.signals.iter().map(|s| s.0).filter(|s| !signals.contains(s)).collect();
        for signal in gone {
            facts.drop_signal(signal);
        }
        for signal in signals {
            facts.add_signal(*signal, "", 1.0);
        }
    }
}

/// Takes over what a person set when the machine judges the text again.
pub(super) fn keep_corrections(new: &mut Facts, old: &Facts, corrected: &[String]) {
    for field in corrected {
        match field.as_str() {
            "intent" => {
                new.intent = old.intent;
                new.complaint_p = old.complaint_p;
            }
            "severity" => {
                new.severity = old.severity;
                new.severity_p.clone_from(&old.severity_p);
            }
            "sentiment" => new.sentiment = old.sentiment,
            "topics" => new.topics.clone_from(&old.topics),
            "signals" => {
                new.signals.clone_from(&old.signals);
                new.signal_p.clone_from(&old.signal_p);
            }
            _ => {}
        }
    }
}

impl Work<'_> {
    /// What nobody works on yet goes to the team that answers for it; what somebody owns, or was handed over, stays.
    pub(super) fn route_anew(&mut self) {
        let case = &self.case;
        if !case.is_open() || case.owner.is_some() || case.hand_over.is_some() {
            return;
        }
        let team = self.cx.route(case.location(), case.responsible);
        self.move_to_team(&team, self.cx.now);
    }
}
