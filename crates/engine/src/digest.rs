//! The digest: what stands open within somebody's scope, in a few lines, without a word of a customer.

use gehoor_domain::case::{Case, CaseState};
use gehoor_domain::digest::Digest;
use gehoor_domain::effect::{Delivery, OutboxRow, Task};
use gehoor_domain::user::Role;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::Engine;
use crate::error::EngineError;
use crate::views::Viewer;

/// Cases named under one heading.
const NAMED: usize = 10;

impl Engine {
    /// Puts digests that are due into the outbox, each once.
    ///
    /// # Errors
    /// [`EngineError`] when the store fails.
    pub async fn watch_digests(&self) -> Result<(), EngineError> {
        let now = self.now();
        for digest in &self.inner.setup.digests {
            let Some(date) = digest.due(now) else { continue };
            let effect = digest.effect(date, now);
            self.work(|batch| Ok(self.queue_effect(batch, effect.clone())?)).await?;
        }
        Ok(())
    }

    /// The mail of a digest as of now; none when nobody is there to read it any more.
    pub(crate) fn digest_delivery(
        &self,
        row: &OutboxRow,
        id: &str,
        date: Date,
    ) -> Result<Option<Delivery>, EngineError> {
        let Some(digest) = self.inner.setup.digests.iter().find(|d| d.id == id) else { return Ok(None) };
        let users = self.users()?;
        let reads = users.iter().find(|u| u.user.id == digest.user && u.user.disabled.is_none());
        let Some(user) = reads else {
            tracing::warn!(digest.id = id, "the user of a digest is not there: it is not sent");
            return Ok(None);
        };
        let viewer = self.viewer(&user.user);
        let dutch = viewer.lang != "en";
        let lines = self.digest_lines(digest, &viewer, dutch)?;
        let subject = if dutch { format!("Overzicht van {date}") } else { format!("Overview of {date}") };
        Ok(Some(Delivery {
            key: row.effect.key.clone(),
            task: Task::Digest { to: digest.to.clone() },
            subject,
            lines,
            posts: Vec::new(),
            url: format!("{}/inbox", self.inner.setup.base_url),
            lang: viewer.lang,
            at: row.effect.created,
        }))
    }

    fn digest_lines(
        &self,
        digest: &Digest,
        viewer: &Viewer,
        dutch: bool,
    ) -> Result<Vec<String>, EngineError> {
        let now = self.now();
        let say = |nl: &str, en: &str| if dutch { nl.to_owned() } else { en.to_owned() };
        let zone = TimeZone::get(&digest.zone).unwrap_or(TimeZone::UTC);
        let tonight = tonight(now, &zone);
        let mine = self.inner.board.pick(|card| {
            let theirs = card.is_open()
                && viewer.scope.allows(card.location())
                && digest.team.as_ref().is_none_or(|team| *team == *card.team);
            theirs.then_some(card.id)
        });
        let mut cases: Vec<Case> = Vec::with_capacity(mine.len());
        for id in mine {
            cases.extend(self.case_record(id)?);
        }
        cases.sort_by_cached_key(|case| {
            let points = self.rank_now(case, now).total;
            (std::cmp::Reverse(ordered(points)), case.id)
        });
        let late: Vec<&Case> = cases.iter().filter(|c| c.next_red().is_some_and(|red| red <= now)).collect();
        let missed: Vec<&Case> = cases
            .iter()
            .filter(|c| c.promises.iter().any(|p| p.is_missed() && p.kept_late.is_none()))
            .collect();
        let today: Vec<&Case> = cases
            .iter()
            .filter(|c| {
                let promise = c.promises.iter().filter(|p| p.is_open()).map(|p| p.due);
                c.next_red().into_iter().chain(promise).any(|due| due > now && due <= tonight)
            })
            .collect();
        let unowned = cases.iter().filter(|c| c.owner.is_none()).count();
        let waiting = cases.iter().filter(|c| c.state == CaseState::Waiting).count();
        let mut lines = vec![format!(
            "{}: {} · {}: {} · {}: {} · {}: {}",
            say("Open zaken", "Open cases"),
            cases.len(),
            say("te laat", "late"),
            late.len(),
            say("zonder eigenaar", "without an owner"),
            unowned,
            say("wacht op de klant", "waiting for the customer"),
            waiting
        )];
        for (title, some) in [
            (say("Te laat", "Late"), &late),
            (say("Gemiste beloften", "Missed promises"), &missed),
            (say("Vandaag", "Due today"), &today),
        ] {
            if !some.is_empty() {
                lines.push(self.named(&title, some, &zone, dutch));
            }
        }
        // Sources are for those who see all of them.
        if viewer.role.sees_operations() && viewer.scope.is_all() && viewer.role != Role::Franchisee {
            let silent = self.silent_sources()?;
            if !silent.is_empty() {
                lines.push(format!(
                    "{}: {}",
                    say("Stille of falende bronnen", "Silent or failing sources"),
                    silent.join(", ")
                ));
            }
        }
        // "Nobody" is only said of a day that was heard.
        let yesterday = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now);
        let heard = self.listening(viewer, yesterday, now);
        if heard.deaf > 0 {
            lines.push(format!(
                "{} {} {} {}",
                heard.deaf,
                say("van", "of"),
                heard.sources,
                say(
                    "bronnen zijn het laatste etmaal niet helemaal gehoord: er kunnen klachten zijn die hier niet staan.",
                    "sources were not heard all day: there may be complaints that are not listed here.",
                )
            ));
        }
        match (cases.is_empty(), heard.deaf) {
            (true, 0) => lines.push(say("Er wacht niemand op antwoord.", "Nobody waits for an answer.")),
            (true, _) => lines.push(say(
                "Van wie gehoord zijn, wacht niemand op antwoord.",
                "Of those who were heard, nobody waits for an answer.",
            )),
            (false, _) => {}
        }
        Ok(lines)
    }

    /// Cases by their subject, with when they are due.
    fn named(&self, title: &str, cases: &[&Case], zone: &TimeZone, dutch: bool) -> String {
        let mut text = format!("{title} ({}):", cases.len());
        for case in cases.iter().take(NAMED) {
            let due = case.next_red().map(|at| at.to_zoned(zone.clone()).strftime("%d-%m %H:%M").to_string());
            let due = due.map(|at| format!(" · {at}")).unwrap_or_default();
            text.push_str(&format!(
                "\n- {}{due}\n  {}/cases/{}",
                self.case_subject(case, dutch),
                self.inner.setup.base_url,
                case.id
            ));
        }
        if cases.len() > NAMED {
            text.push_str(&format!("\n- … +{}", cases.len() - NAMED));
        }
        text
    }

    /// The names of the sources about which an alert stands.
    fn silent_sources(&self) -> Result<Vec<String>, EngineError> {
        use gehoor_domain::alert::{Alert, Subject};
        let alerts =
            crate::batch::read_prefix::<Alert>(self.store(), gehoor_store::Table::Alert, "", 10_000)?;
        let mut names: Vec<String> = alerts
            .into_iter()
            .filter(|(_, alert)| alert.ended.is_none())
            .filter_map(|(_, alert)| match alert.finding.subject {
                Subject::Source(id) => {
                    Some(self.source_setup(&id).map_or_else(|| id.to_string(), |s| s.name.clone()))
                }
                _ => None,
            })
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// The end of the day in a zone.
fn tonight(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let tomorrow = now.to_zoned(zone.clone()).date().checked_add(1.day());
    tomorrow.ok().and_then(|d| d.to_zoned(zone.clone()).ok()).map_or(now, |at| at.timestamp())
}

/// Points as a whole number that can be sorted by.
#[expect(clippy::cast_possible_truncation, reason = "points are small; what is not stops at the ends")]
fn ordered(points: f32) -> i64 {
    (f64::from(points) * 100.0) as i64
}
