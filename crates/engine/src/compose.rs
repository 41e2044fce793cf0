//! Words for mails and tickets: an outbox row holds names and numbers only, the text is added at the moment of delivery.

use gehoor_classify::Taxonomy;
use gehoor_domain::alert::{Alert, Level, Subject};
use gehoor_domain::case::{Case, CaseEvent, Pushed, Ticket, TicketState, Voice, What};
use gehoor_domain::effect::{Delivery, EffectKind, OutboxRow, Post, Task, Visibility};
use gehoor_domain::ids::{CaseId, OutletId};
use gehoor_store::Table;
use jiff::Timestamp;

use crate::Engine;
use crate::batch::read;
use crate::error::EngineError;
use crate::shelf::event_key;

/// Posts that go with a ticket: the latest ones.
const POSTS: usize = 10;

impl Engine {
    /// The row with all that its outlet needs; none when there is nothing left to tell.
    pub(crate) fn compose(&self, row: &OutboxRow) -> Result<Option<Delivery>, EngineError> {
        let effect = &row.effect;
        let dutch = self.inner.setup.lang != "en";
        match &effect.kind {
            EffectKind::Ticket { case, reason } => {
                let Some(case) = self.case_record(*case)? else { return Ok(None) };
                let task = self.ticket_task(&case, &effect.outlet);
                let why = queue_words(reason, dutch);
                let mut lines = vec![why.to_owned()];
                lines.extend(self.facts_in_words(&case, dutch));
                let subject = self.case_subject(&case, dutch);
                Ok(Some(self.delivery(row, task, subject, lines, self.posts(&case)?, &case_path(case.id))))
            }
            EffectKind::TicketComment { case, event } => {
                let Some(case) = self.case_record(*case)? else { return Ok(None) };
                let key = event_key(case.id, *event);
                let Some(happened) = read::<CaseEvent>(self.store(), Table::CaseEvent, &key)? else {
                    return Ok(None);
                };
                // Rule 2: what only we may read goes nowhere where customers read.
                let shown = self.outlet_setup(&effect.outlet).is_some_and(|o| o.kind.read_by_customers);
                if shown && matches!(happened.what, What::Noted { .. }) {
                    return Ok(None);
                }
                let Some((line, post)) = self.comment(&case, &happened, dutch)? else { return Ok(None) };
                let ticket = case.ticket_at(&effect.outlet).map(|t| t.id.clone());
                let task = Task::Comment { case: case.id, ticket, visibility: visibility(&happened.what) };
                let subject = self.case_subject(&case, dutch);
                Ok(Some(self.delivery(row, task, subject, vec![line], post, &case_path(case.id))))
            }
            EffectKind::Alert { alert } => {
                let Some(alert) = read::<Alert>(self.store(), Table::Alert, &alert.key())? else {
                    return Ok(None);
                };
                self.alert_delivery(row, &alert, dutch).map(Some)
            }
            EffectKind::AlertOver { alert } => {
                let Some(alert) = read::<Alert>(self.store(), Table::Alert, &alert.key())? else {
                    return Ok(None);
                };
                self.over_delivery(row, &alert, dutch).map(Some)
            }
            EffectKind::Reply { case, .. } => self.reply_delivery(row, *case),
            EffectKind::Digest { digest, date } => self.digest_delivery(row, digest, *date),
            EffectKind::TicketPush { case } => {
                let Some(case) = self.case_record(*case)?.filter(Case::is_open) else { return Ok(None) };
                let works = |t: &&Ticket| matches!(t.state, TicketState::Open | TicketState::Pending);
                let Some(ticket) = case.ticket_at(&effect.outlet).filter(works) else { return Ok(None) };
                // As it stands now: what was decided since then is on its way as well, and says the same.
                let Pushed { priority, due } = Pushed::of(&case);
                let task = Task::Push { case: case.id, ticket: Some(ticket.id.clone()), priority, due };
                let subject = self.case_subject(&case, dutch);
                Ok(Some(self.delivery(row, task, subject, Vec::new(), Vec::new(), &case_path(case.id))))
            }
        }
    }

    fn delivery(
        &self,
        row: &OutboxRow,
        task: Task,
        subject: String,
        lines: Vec<String>,
        posts: Vec<Post>,
        path: &str,
    ) -> Delivery {
        Delivery {
            key: row.effect.key.clone(),
            task,
            subject,
            lines,
            posts,
            url: format!("{}{path}", self.inner.setup.base_url),
            lang: self.inner.setup.lang.clone(),
            at: row.effect.created,
        }
    }

    fn ticket_task(&self, case: &Case, outlet: &OutletId) -> Task {
        let known = case.ticket_at(outlet).map(|t| t.id.clone());
        let Pushed { priority, due } = Pushed::of(case);
        Task::Ticket {
            case: case.id,
            external: format!("gehoor-{}-{}", self.inner.setup.instance, case.id),
            known,
            priority,
            due,
        }
    }

    pub(crate) fn case_subject(&self, case: &Case, dutch: bool) -> String {
        let topic = case.facts.topics.first().map(|t| self.topic_name(t, dutch));
        let place = case.location().and_then(|l| self.inner.setup.locations.get(l)).map(|l| l.name.clone());
        let word = if dutch { "Zaak" } else { "Case" };
        let mut text = format!("{word} {}", case.id);
        for part in [topic, place].into_iter().flatten() {
            text.push_str(" · ");
            text.push_str(&part);
        }
        text
    }

    fn facts_in_words(&self, case: &Case, dutch: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let points = case.priority.total.round();
        lines.push(if dutch { format!("Rang: {points} punten") } else { format!("Rank: {points} points") });
        let parts: Vec<String> = case
            .priority
            .parts
            .iter()
            .filter(|p| p.points >= 1.0)
            .take(6)
            .map(|p| format!("{} {:+.0}", p.kind.replace('_', " "), p.points))
            .collect();
        if !parts.is_empty() {
            lines.push(parts.join(", "));
        }
        if let Some(due) = case.next_red() {
            let at = self.in_words(due);
            lines.push(if dutch { format!("Uiterlijk: {at}") } else { format!("Due: {at}") });
        }
        for promise in case.promises.iter().filter(|p| p.kept_late.is_none()) {
            let due = self.in_words(promise.due);
            lines.push(if dutch {
                format!("Belofte: {} (uiterlijk {due})", promise.what)
            } else {
                format!("Promise: {} (by {due})", promise.what)
            });
        }
        lines
    }

    fn posts(&self, case: &Case) -> Result<Vec<Post>, EngineError> {
        let mut posts = Vec::new();
        let skip = case.mentions.len().saturating_sub(POSTS);
        for mention in case.mentions.iter().skip(skip).filter(|m| m.withdrawn.is_none()) {
            let Some(doc) = self.mention_doc(&mention.id)? else { continue };
            posts.push(Post {
                author: doc.mention.author.name.clone(),
                at: doc.mention.published,
                text: doc.mention.text.clone(),
                permalink: doc.mention.permalink.clone(),
            });
        }
        Ok(posts)
    }

    /// What is added to a ticket for a line of the history; none when the helpdesk need not know.
    fn comment(
        &self,
        case: &Case,
        event: &CaseEvent,
        dutch: bool,
    ) -> Result<Option<(String, Vec<Post>)>, EngineError> {
        let say = |nl: &str, en: &str| if dutch { nl.to_owned() } else { en.to_owned() };
        let mut posts = Vec::new();
        let line = match &event.what {
            What::Joined { mention, voice, .. } => {
                if let Some(doc) = self.mention_doc(mention)? {
                    posts.push(Post {
                        author: doc.mention.author.name.clone(),
                        at: doc.mention.published,
                        text: doc.mention.text.clone(),
                        permalink: doc.mention.permalink.clone(),
                    });
                }
                match voice {
                    Voice::Customer => {
                        say("De klant plaatste een nieuw bericht.", "The customer posted again.")
                    }
                    Voice::Us => say("Er is openbaar geantwoord.", "We answered in public."),
                    Voice::Bystander => say("Iemand anders reageerde.", "Somebody else reacted."),
                }
            }
            What::Replied { text, .. } => {
                let head = say("Ons antwoord:", "Our answer:");
                format!("{head} {text}")
            }
            What::Noted { text } => {
                let head = say("Notitie:", "Note:");
                format!("{head} {text}")
            }
            What::Promised { promise } => {
                let Some(made) = case.promises.iter().find(|p| p.id == *promise) else { return Ok(None) };
                let due = self.in_words(made.due);
                let head = say("Beloofd:", "Promised:");
                format!("{head} {} ({due})", made.what)
            }
            What::PromiseEnded { how, .. } => match how.as_str() {
                "kept" => say("Een belofte is nagekomen.", "A promise was kept."),
                "missed" => say("Een belofte is gemist.", "A promise was missed."),
                _ => say("Een belofte is ingetrokken.", "A promise was withdrawn."),
            },
            What::Closed { outcome, .. } => {
                let head = say("De zaak is afgesloten:", "The case was closed:");
                format!("{head} {}", outcome.as_str().replace('_', " "))
            }
            What::Reopened { .. } => say("De zaak is heropend.", "The case was reopened."),
            What::Withdrawn { .. } => {
                say("Het bericht is verwijderd door de klant.", "The post was taken down.")
            }
            _ => return Ok(None),
        };
        Ok(Some((line, posts)))
    }

    fn alert_delivery(&self, row: &OutboxRow, alert: &Alert, dutch: bool) -> Result<Delivery, EngineError> {
        let finding = &alert.finding;
        let level = match finding.level {
            Level::Urgent => "urgent",
            Level::Warning => "warning",
            Level::Info => "info",
        };
        let (about, posts, path) = match &finding.subject {
            Subject::Case(id) => match self.case_record(*id)? {
                Some(case) => (self.case_subject(&case, dutch), self.posts(&case)?, case_path(*id)),
                None => (id.to_string(), Vec::new(), case_path(*id)),
            },
            Subject::Source(id) => {
                let name = self.source_setup(id).map_or_else(|| id.to_string(), |s| s.name.clone());
                (name, Vec::new(), "/sources".to_owned())
            }
            Subject::Volume(topic) => (topic.clone(), Vec::new(), format!("/alerts/{}", alert.id)),
            Subject::Outlet(id) => {
                let name = self.outlet_setup(id).map_or_else(|| id.to_string(), |o| o.name.clone());
                (name, Vec::new(), "/queue".to_owned())
            }
        };
        let subject = format!("{} · {about}", rule_words(&finding.rule, dutch));
        let mut lines: Vec<String> =
            finding.facts.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        let why = format!("{}/alerts/{}", self.inner.setup.base_url, alert.id);
        lines.push(if dutch {
            format!("Waarom deze melding: {why}")
        } else {
            format!("Why this alert: {why}")
        });
        let task = Task::Alert { alert: alert.id, level: level.to_owned() };
        // An alert shows the latest post only; the rest is one click away.
        let latest = posts.into_iter().last().into_iter().collect();
        Ok(self.delivery(row, task, subject, lines, latest, &path))
    }

    /// That an alert is over: the same words, said to be over, and nobody's text.
    fn over_delivery(&self, row: &OutboxRow, alert: &Alert, dutch: bool) -> Result<Delivery, EngineError> {
        let mut delivery = self.alert_delivery(row, alert, dutch)?;
        let over = if dutch { "Voorbij" } else { "Over" };
        delivery.subject = format!("{over}: {}", delivery.subject);
        delivery.posts.clear();
        delivery.task = Task::Alert { alert: alert.id, level: "resolved".to_owned() };
        if let Some(at) = alert.ended {
            let at = self.in_words(at);
            delivery.lines.insert(
                0,
                if dutch {
                    format!("Dit geldt sinds {at} niet meer.")
                } else {
                    format!("This no longer holds since {at}.")
                },
            );
        }
        Ok(delivery)
    }

    fn topic_name(&self, topic: &gehoor_domain::assessment::Topic, dutch: bool) -> String {
        Taxonomy::built_in().name(topic.as_str(), if dutch { "nl" } else { "en" }).to_owned()
    }

    /// A time in the zone of the first calendar, for people.
    pub(crate) fn in_words(&self, at: Timestamp) -> String {
        let zone = self
            .inner
            .setup
            .policy
            .calendars
            .get("default")
            .and_then(|c| jiff::tz::TimeZone::get(&c.zone).ok())
            .unwrap_or(jiff::tz::TimeZone::UTC);
        at.to_zoned(zone).strftime("%d-%m-%Y %H:%M").to_string()
    }
}

fn case_path(id: CaseId) -> String {
    format!("/cases/{id}")
}

/// Who may read what is added to a ticket: what stands in public anyway is no secret there.
fn visibility(what: &What) -> Visibility {
    match what {
        What::Joined { .. } | What::Replied { .. } => Visibility::Public,
        _ => Visibility::Internal,
    }
}

fn queue_words(reason: &str, dutch: bool) -> &'static str {
    match (reason, dutch) {
        ("unowned", true) => "Nieuwe zaak zonder eigenaar.",
        ("unowned", false) => "New case without an owner.",
        ("clock_ran_out", true) => "Een klok is afgelopen.",
        ("clock_ran_out", false) => "A clock ran out.",
        ("promise_missed", true) => "Een belofte aan de klant is gemist.",
        ("promise_missed", false) => "A promise to the customer was missed.",
        ("hand_over_late", true) => "De verantwoordelijke heeft niet op tijd gehandeld.",
        ("hand_over_late", false) => "The responsible party did not act in time.",
        ("private_silent", true) => "De klant kwam niet naar het privégesprek.",
        ("private_silent", false) => "The customer did not come to talk in private.",
        ("private_open", true) => "Het privégesprek heeft nog geen uitkomst.",
        ("private_open", false) => "The talk in private has no outcome yet.",
        ("not_told", true) => "Het is opgelost, maar de klant is dat openbaar nog niet verteld.",
        ("not_told", false) => "It is solved, and the customer was not told so in public yet.",
        ("regressed", true) => "De klant kwam terug nadat de zaak was afgesloten.",
        ("regressed", false) => "The customer came back after the case was closed.",
        (_, true) => "Terug in de wachtrij.",
        (_, false) => "Back in the queue.",
    }
}

/// The names of the built-in rules; a rule of one's own is shown by its own name.
fn rule_words(rule: &str, dutch: bool) -> &str {
    match (rule, dutch) {
        ("urgent", true) => "Dringende klacht",
        ("urgent", false) => "Urgent complaint",
        ("clock-amber", true) => "Klok loopt bijna af",
        ("clock-amber", false) => "Clock nearly out",
        ("clock-red", true) => "Klok afgelopen",
        ("clock-red", false) => "Clock ran out",
        ("promise-due", true) => "Belofte bijna verlopen",
        ("promise-due", false) => "Promise due soon",
        ("promise-missed", true) => "Belofte gemist",
        ("promise-missed", false) => "Promise missed",
        ("spike", true) => "Piek in klachten",
        ("spike", false) => "Spike in complaints",
        ("source-failing", true) => "Bron geeft fouten",
        ("source-failing", false) => "Source is failing",
        ("source-silent", true) => "Bron is stil",
        ("source-silent", false) => "Source is silent",
        ("source-quiet", true) => "Bron is ongewoon stil",
        ("source-quiet", false) => "Source is unusually quiet",
        ("login-ends", true) => "Login van een bron loopt af",
        ("login-ends", false) => "Login of a source ends",
        ("dead-letter", true) => "Kan niet worden bezorgd",
        ("dead-letter", false) => "Cannot be delivered",
        _ => rule,
    }
}
