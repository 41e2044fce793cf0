//! People know better: rank, location, who has to act, and what was judged.

use super::Refused;
use super::command::person;
use super::refused::{optional, text};
use super::work::Work;
use crate::assessment::{
    Assessment, Intent, Judged, Located, Responsible, Sentiment, Severity, Signal, Topic,
};
use crate::case::Voice;
use crate::event::{Actor, What};
use crate::facts::Facts;
use crate::ids::{LocationId, MentionId};
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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correction {
    /// Of which mention; none for all of the case so far.
    pub mention: Option<MentionId>,
    /// What the customer does with the text.
    pub intent: Option<Intent>,
    /// How bad it is.
    pub severity: Option<Severity>,
    /// The customer's feeling.
    pub sentiment: Option<Sentiment>,
    /// All topics.
    pub topics: Option<Vec<Topic>>,
    /// All signals.
    pub signals: Option<Vec<Signal>>,
}

impl Correction {
    /// The names of the fields that are given, as kept in [`Assessment::corrected`].
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let given = [
            ("intent", self.intent.is_some()),
            ("severity", self.severity.is_some()),
            ("sentiment", self.sentiment.is_some()),
            ("topics", self.topics.is_some()),
            ("signals", self.signals.is_some()),
        ];
        given.into_iter().filter(|g| g.1).map(|g| g.0.to_owned()).collect()
    }
}

/// The judgement of one mention, corrected: what a person set is certain. This is what teaches.
#[must_use]
pub fn correct(mut assessment: Assessment, right: &Correction) -> Assessment {
    if let Some(label) = right.intent {
        assessment.intent = Judged { label, p: 1.0 };
        assessment.intent_p = certain(Intent::ALL, &label);
    }
    if let Some(label) = right.severity {
        assessment.severity = Judged { label, p: 1.0 };
        assessment.severity_p = certain(&[0, 1, 2, 3], &label.level());
    }
    if let Some(label) = right.sentiment {
        assessment.sentiment = Judged { label, p: 1.0 };
        assessment.sentiment_p = certain(Sentiment::ALL, &label);
    }
    if let Some(topics) = &right.topics {
        assessment.topics = topics.iter().map(|t| Judged { label: t.clone(), p: 1.0 }).collect();
    }
    if let Some(signals) = &right.signals {
        assessment.signals = signals.iter().map(|s| Judged { label: *s, p: 1.0 }).collect();
    }
    for field in right.fields() {
        if !assessment.corrected.contains(&field) {
            assessment.corrected.push(field);
        }
    }
    assessment
}

/// A new judgement of the same mention, in which what a person set in `corrected` stays.
#[must_use]
pub fn keep_corrections(new: Assessment, corrected: &Assessment) -> Assessment {
    let set = |field: &str| corrected.corrected.iter().any(|f| f == field);
    let right = Correction {
        mention: None,
        intent: set("intent").then_some(corrected.intent.label),
        severity: set("severity").then_some(corrected.severity.label),
        sentiment: set("sentiment").then_some(corrected.sentiment.label),
        topics: set("topics").then(|| corrected.topics.iter().map(|t| t.label.clone()).collect()),
        signals: set("signals").then(|| corrected.signals.iter().map(|s| s.label).collect()),
    };
    correct(new, &right)
}

fn certain<T: PartialEq>(all: &[T], label: &T) -> Vec<f32> {
    all.iter().map(|l| if l == label { 1.0 } else { 0.0 }).collect()
}

/// Corrects what one mention, or all mentions of the customer so far, say, so that a later one can still raise it.
pub(super) fn correct_case(work: &mut Work<'_>, right: &Correction, by: &Actor) -> Result<(), Refused> {
    work.must_not_be_merged()?;
    let fields = right.fields();
    if fields.is_empty() {
        return Err(Refused::NothingToCorrect);
    }
    if let Some(id) = &right.mention
        && work.case.mention(id).is_none_or(|m| m.voice == Voice::Us)
    {
        return Err(Refused::NoMention(id.clone()));
    }
    let meant = |id: &MentionId| right.mention.as_ref().is_none_or(|only| only == id);
    for mention in work.case.mentions.iter_mut().filter(|m| meant(&m.id)) {
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

fn apply(facts: &mut Facts, right: &Correction) {
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
    if let Some(topics) = &right.topics {
        facts.topics.clone_from(topics);
    }
    if let Some(signals) = &right.signals {
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
pub(super) fn keep_in_facts(new: &mut Facts, old: &Facts, corrected: &[String]) {
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
