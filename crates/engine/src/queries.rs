//! What readers ask. Every question takes a [`Viewer`], who carries the scope.

use gehoor_domain::alert::{Alert, Silence, Subject};
use gehoor_domain::case::{Case, CaseEvent};
use gehoor_domain::effect::{EffectKind, EffectState, OutboxRow};
use gehoor_domain::ids::{AlertId, CaseId, MentionId};
use gehoor_domain::scope::Scope;
use gehoor_search::{Bucket, Facets, Filter, Found, MentionDoc, SearchQuery};
use gehoor_store::Table;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::Ordering;

use crate::Engine;
use crate::batch::{read, read_prefix};
use crate::error::{EngineError, Unusable};
use crate::setup::SourceSetup;
use crate::shelf::event_key;
use crate::sources::Seen;
use crate::views::{
    AlertRow, CasePage, CaseRow, HealthPage, Inbox, InboxQuery, ModelsPage, Outbox, SourceRow, TimelineItem,
    Viewer,
};

pub use crate::trends::{Answers, Trends, TrendsQuery};

/// Rows of an inbox page unless asked otherwise, and at most.
const ROWS: usize = 50;
const MOST_ROWS: usize = 200;
/// Alerts shown at most: those that hold, then the latest that ended.
const ALERTS: usize = 500;
/// Alerts and outbox rows read at most.
const MANY: usize = 5_000;
/// Days shown above search results.
const SEARCH_DAYS: i64 = 90;

/// Mentions with their cases, without any counts beside: for programs and files.
#[derive(Debug)]
pub struct Mentions {
    /// The hits.
    pub found: Found,
    /// The case of each hit that has one, within the scope.
    pub cases: Vec<(MentionId, CaseId)>,
}

/// What a search found, with all that the page of it shows.
#[derive(Debug)]
pub struct SearchPage {
    /// The hits.
    pub found: Found,
    /// Counts per label.
    pub facets: Facets,
    /// Mentions per day, with feelings and complaints.
    pub bins: Vec<gehoor_search::Bin>,
    /// The case of each hit that has one, within the scope.
    pub cases: Vec<(MentionId, CaseId)>,
    /// How many copies each hit has that has any, within the scope.
    pub copies: Vec<(MentionId, u64)>,
}

impl Engine {
    /// The inbox, first things first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn inbox(&self, viewer: &Viewer, query: &InboxQuery) -> Result<Inbox, EngineError> {
        let now = self.now();
        let seq = self.head();
        let limit = if query.limit == 0 { ROWS } else { query.limit.min(MOST_ROWS) };
        let (ids, counts, total) = self.pick(viewer, query, query.skip.saturating_add(limit), now);
        let mut rows = Vec::with_capacity(limit);
        for id in ids.into_iter().skip(query.skip) {
            // A case that another reader moved out of the scope in this moment is left out.
            if let Ok((_, case)) = self.visible_case(viewer, id) {
                rows.push(self.show_row(&case, now)?);
            }
        }
        Ok(Inbox { rows, counts, total, seq })
    }

    /// One row of the inbox, for live changes.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn case_row(&self, viewer: &Viewer, id: CaseId) -> Result<CaseRow, EngineError> {
        let (_, case) = self.visible_case(viewer, id)?;
        self.show_row(&case, self.now())
    }

    /// Everything about one case.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn case_page(&self, viewer: &Viewer, id: CaseId) -> Result<CasePage, EngineError> {
        let now = self.now();
        let seq = self.head();
        let (version, case) = self.visible_case(viewer, id)?;
        let setup = &self.inner.setup;
        let mut others = Vec::new();
        for other in self.cases_of_author(&case.author)?.into_iter().chain(case.linked.iter().copied()) {
            let seen = other == id || others.iter().any(|row: &CaseRow| row.case.id == other);
            if let (false, Ok((_, known))) = (seen, self.visible_case(viewer, other)) {
                others.push(self.show_row(&known, now)?);
            }
        }
        let people = self
            .users()?
            .into_iter()
            .filter(|row| row.user.disabled.is_none() && row.user.role.works_cases())
            .filter(|row| self.viewer(&row.user).scope.allows(case.location()))
            .map(|row| (row.user.id, row.user.name))
            .collect();
        let locations = setup
            .locations
            .iter()
            .filter(|l| viewer.scope.allows(Some(&l.id)))
            .map(|l| (l.id.clone(), l.name.clone()))
            .collect();
        Ok(CasePage {
            timeline: self.timeline(&case)?,
            clocks: case.clocks.iter().map(|clock| self.show_clock(clock, now)).collect(),
            promises: self.show_promises(&case, now),
            others,
            teams: setup.policy.teams.iter().map(|t| (t.id.clone(), t.name.clone())).collect(),
            people,
            locations,
            told_broken: self.told_broken(&case)?,
            reply: self.reply_desk(viewer, id)?,
            belongs_to: self.belongs_to(&case, now)?,
            present: self.who(viewer, id)?,
            detection_delay: Self::detection_delay(&case),
            version,
            seq,
            row: self.show_row(&case, now)?,
        })
    }

    /// The team that has to act by what was judged of the case, when that is another one, and the words for it.
    fn belongs_to(
        &self,
        case: &Case,
        now: Timestamp,
    ) -> Result<Option<(gehoor_domain::ids::TeamId, String)>, EngineError> {
        let team = self.context(now).route(case.location(), case.responsible);
        if team == case.team || !case.is_open() || case.hand_over.is_some() {
            return Ok(None);
        }
        let speaks_for = format!("responsible.{}", case.responsible.as_str());
        let mut words = Vec::new();
        for part in &case.mentions {
            let Some(judged) = self.mention_doc(&part.id)?.and_then(|doc| doc.assessment) else { continue };
            words.extend(
                judged
                    .reasons
                    .into_iter()
                    .filter(|r| r.speaks_for == speaks_for || r.speaks_for.starts_with("topic."))
                    .map(|r| r.text),
            );
        }
        words.dedup();
        words.truncate(3);
        Ok(Some((team, words.join(", "))))
    }

    fn timeline(&self, case: &Case) -> Result<Vec<TimelineItem>, EngineError> {
        let mut items = Vec::new();
        for part in &case.mentions {
            let Some(doc) = self.mention_doc(&part.id)? else { continue };
            let source_name =
                self.source_setup(&part.source).map_or_else(|| part.source.to_string(), |s| s.name.clone());
            items.push(TimelineItem::Mention {
                at: part.at,
                mention: Box::new(doc.mention),
                assessment: doc.assessment.map(Box::new),
                voice: part.voice,
                source_name,
            });
        }
        let history =
            read_prefix::<CaseEvent>(self.store(), Table::CaseEvent, &format!("{}/", case.id.key()), MANY)?;
        for (number, (key, event)) in (0..).zip(history) {
            debug_assert_eq!(key, event_key(case.id, number));
            items.push(TimelineItem::Event { at: event.at, number, event: Box::new(event) });
        }
        items.sort_by_key(|item| match item {
            TimelineItem::Mention { at, .. } | TimelineItem::Event { at, .. } => *at,
        });
        Ok(items)
    }

    /// The case with its version, if it is within the reader's scope.
    pub(crate) fn visible_case(&self, viewer: &Viewer, id: CaseId) -> Result<(u64, Case), EngineError> {
        let found = gehoor_store::get_as::<Case>(self.store(), Table::Case, &id.key())?;
        found
            .filter(|(case, _)| viewer.scope.allows(case.location()))
            .map(|(case, version)| (version, case))
            .ok_or_else(|| EngineError::NotFound(format!("case {id}")))
    }

    /// The mention, if it is within the reader's scope.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn mention(&self, viewer: &Viewer, id: &MentionId) -> Result<MentionDoc, EngineError> {
        self.mention_doc(id)?
            .filter(|doc| viewer.scope.allows(doc.location()))
            .ok_or_else(|| EngineError::NotFound(format!("mention {id}")))
    }

    /// The case of a mention, if both are within the reader's scope.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn case_of(&self, viewer: &Viewer, id: &MentionId) -> Result<Option<CaseId>, EngineError> {
        let found = read::<CaseId>(self.store(), Table::CaseOfMention, id.as_str())?;
        Ok(found.filter(|case| self.visible_case(viewer, *case).is_ok()))
    }

    /// Mentions by text and filter, with counts by label and day and the number of their copies.
    ///
    /// # Errors
    /// [`EngineError::Query`] when the text cannot be read.
    pub async fn search(&self, viewer: &Viewer, query: &SearchQuery) -> Result<SearchPage, EngineError> {
        self.aside(viewer, query, Self::search_blocking).await
    }

    /// Mentions by text and filter, a page of them.
    ///
    /// # Errors
    /// [`EngineError::Query`] when the text cannot be read.
    pub async fn mentions(&self, viewer: &Viewer, query: &SearchQuery) -> Result<Mentions, EngineError> {
        self.aside(viewer, query, Self::mentions_blocking).await
    }

    /// Searches away from the threads that serve.
    async fn aside<T: Send + 'static>(
        &self,
        viewer: &Viewer,
        query: &SearchQuery,
        search: fn(&Self, &Viewer, &SearchQuery) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let this = self.clone();
        let (viewer, query) = (viewer.clone(), query.clone());
        tokio::task::spawn_blocking(move || search(&this, &viewer, &query))
            .await
            .map_err(|e| EngineError::Index(format!("a search stopped unexpectedly: {e}")))?
    }

    fn mentions_blocking(&self, viewer: &Viewer, query: &SearchQuery) -> Result<Mentions, EngineError> {
        let found = self.inner.parts.index.search(&viewer.scope, query).map_err(search_failed)?;
        let mut cases = Vec::new();
        for id in found.hits.iter().map(|hit| &hit.doc.mention.id) {
            cases.extend(self.case_of(viewer, id)?.map(|case| (id.clone(), case)));
        }
        Ok(Mentions { found, cases })
    }

    fn search_blocking(&self, viewer: &Viewer, query: &SearchQuery) -> Result<SearchPage, EngineError> {
        let index = &self.inner.parts.index;
        let Mentions { found, cases } = self.mentions_blocking(viewer, query)?;
        let facets =
            index.facets(&viewer.scope, query.text.as_deref(), &query.filter).map_err(search_failed)?;
        let now = self.now();
        let until = query.filter.until.unwrap_or(now);
        let earliest = until.saturating_sub(SignedDuration::from_hours(SEARCH_DAYS * 24)).unwrap_or(until);
        let from = query.filter.from.map_or(earliest, |from| from.max(earliest));
        let filter = Filter { from: Some(from), until: Some(until), ..query.filter.clone() };
        let bins = index
            .histogram(&viewer.scope, query.text.as_deref(), &filter, Bucket::Day, &self.zone())
            .map_err(search_failed)?;
        let mut copies = Vec::new();
        for id in found.hits.iter().map(|hit| &hit.doc.mention.id) {
            let filter = Filter { copies_of: Some(id.clone()), ..Filter::default() };
            let count = SearchQuery { filter, limit: 0, ..SearchQuery::default() };
            let number = index.search(&viewer.scope, &count).map_err(search_failed)?.total;
            if number > 0 {
                copies.push((id.clone(), number));
            }
        }
        Ok(SearchPage { found, facets, bins, cases, copies })
    }

    /// The zone in which days begin: that of the default calendar.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let calendar = self.inner.setup.policy.calendars.get("default");
        calendar.and_then(|c| TimeZone::get(&c.zone).ok()).unwrap_or(TimeZone::UTC)
    }

    /// Alerts, the latest first; those that hold before those that ended.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn alerts(&self, viewer: &Viewer) -> Result<Vec<AlertRow>, EngineError> {
        let silences = self.running_silences()?;
        let all = read_prefix::<Alert>(self.store(), Table::Alert, "", MANY)?;
        let mut visible: Vec<Alert> = all
            .into_iter()
            .map(|(_, alert)| alert)
            .filter(|alert| self.may_see_alert(viewer, alert))
            .collect();
        visible.sort_by_key(|alert| (alert.ended.is_some(), std::cmp::Reverse(alert.last)));
        let rows =
            visible.into_iter().take(ALERTS).map(|alert| self.alert_row(viewer, alert, &silences)).collect();
        Ok(rows)
    }

    /// One alert with why it was or was not sent.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn alert(&self, viewer: &Viewer, id: AlertId) -> Result<AlertRow, EngineError> {
        let alert = read::<Alert>(self.store(), Table::Alert, &id.key())?
            .filter(|alert| self.may_see_alert(viewer, alert))
            .ok_or_else(|| EngineError::NotFound(format!("alert {id}")))?;
        let mut row = self.alert_row(viewer, alert, &self.running_silences()?);
        let prefix = format!("alert-{id}:");
        row.sent = read_prefix::<OutboxRow>(self.store(), Table::Outbox, &prefix, MANY)?
            .into_iter()
            .map(|(_, sent)| sent)
            .collect();
        Ok(row)
    }

    fn may_see_alert(&self, viewer: &Viewer, alert: &Alert) -> bool {
        match &alert.finding.subject {
            // A case may have moved to another shop since the alert: where it is now decides.
            Subject::Case(id) => self.visible_case(viewer, *id).is_ok(),
            _ => viewer.scope.is_all(),
        }
    }

    fn alert_row(&self, viewer: &Viewer, alert: Alert, silences: &[Silence]) -> AlertRow {
        let silence = silences.iter().find(|s| gehoor_domain::alert::silences(s, &alert.finding)).cloned();
        let (case, subject) = match &alert.finding.subject {
            Subject::Case(id) => {
                let name =
                    self.visible_case(viewer, *id).ok().and_then(|(_, case)| self.customer_name(&case));
                (Some(*id), name.unwrap_or_default())
            }
            Subject::Source(id) => {
                (None, self.source_setup(id).map_or_else(|| id.to_string(), |s| s.name.clone()))
            }
            Subject::Outlet(id) => {
                (None, self.outlet_setup(id).map_or_else(|| id.to_string(), |o| o.name.clone()))
            }
            Subject::Volume(topic) => (None, topic.clone()),
        };
        AlertRow { alert, silence, case, subject, sent: Vec::new() }
    }

    fn customer_name(&self, case: &Case) -> Option<String> {
        let first = case.mentions.first()?;
        self.mention_doc(&first.id).ok().flatten().map(|doc| doc.mention.author.name)
    }

    /// Silences, those that hold first.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for a franchisee.
    pub fn silences(&self, viewer: &Viewer) -> Result<Vec<Silence>, EngineError> {
        operations(viewer)?;
        let all = read_prefix::<Silence>(self.store(), Table::Silence, "", MANY)?;
        let mut silences: Vec<Silence> = all.into_iter().map(|(_, silence)| silence).collect();
        silences.sort_by_key(|s| (s.ended.is_some(), std::cmp::Reverse(s.since)));
        Ok(silences)
    }

    /// Sources and how they do.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for a franchisee.
    pub fn sources(&self, viewer: &Viewer) -> Result<Vec<SourceRow>, EngineError> {
        operations(viewer)?;
        let now = self.now();
        let days = self.items_per_day(now)?;
        let used = self.limits_used(now);
        let weekday = now.to_zoned(self.zone()).weekday();
        let sources = self.inner.setup.sources.iter();
        Ok(sources
            .filter_map(|setup| {
                let state = self.inner.sources.get(&setup.id)?;
                let seen = Seen {
                    login_ends: self.login_ends(setup),
                    days: days.of(setup.id.as_str()),
                    oldest: days.first(setup.id.as_str()),
                    limits: state.limits.iter().filter_map(|kept| used.get(&kept.whose).cloned()).collect(),
                    quiet: self.quiet_of(setup, &state, now),
                    usual: self.inner.habits.get(&setup.id).map(|habit| habit.on(weekday)),
                };
                Some(crate::sources::row(setup, &state, seen, now))
            })
            .collect())
    }

    /// When the login of a source ends and a person has to renew it, where that is known.
    pub(crate) fn login_ends(&self, setup: &SourceSetup) -> Option<Timestamp> {
        let credential = setup.credential.as_ref().filter(|_| setup.plug.login().is_some())?;
        self.inner.vault.ends(&crate::vault::name_of_source(&setup.id, credential))
    }

    /// The outbox: what is due, was sent, and could not be delivered. A franchisee sees rows of his own cases.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn outbox(&self, viewer: &Viewer) -> Result<Outbox, EngineError> {
        let mut rows = self.outbox_rows(MANY)?;
        rows.retain(|row| self.may_see_row(viewer, row));
        let in_state =
            |wanted: fn(&EffectState) -> bool| rows.iter().filter(|row| wanted(&row.state)).count();
        let due = in_state(|s| matches!(s, EffectState::Due { .. }));
        let done = in_state(|s| matches!(s, EffectState::Done { .. }));
        let dead = in_state(|s| matches!(s, EffectState::Dead { .. }));
        Ok(Outbox { rows, due, done, dead })
    }

    fn may_see_row(&self, viewer: &Viewer, row: &OutboxRow) -> bool {
        if viewer.scope == Scope::All {
            return true;
        }
        match &row.effect.kind {
            EffectKind::Ticket { case, .. }
            | EffectKind::TicketComment { case, .. }
            | EffectKind::Reply { case, .. }
            | EffectKind::TicketPush { case } => self.visible_case(viewer, *case).is_ok(),
            EffectKind::Alert { .. } | EffectKind::AlertOver { .. } | EffectKind::Digest { .. } => false,
        }
    }

    /// How Gehoor itself does.
    #[must_use]
    pub fn health(&self) -> HealthPage {
        let progress = &self.inner.progress;
        let (outbox_due, outbox_dead) = self.inner.outbox.counts();
        let loops = self.inner.supervisor.state();
        let failing_sources = self
            .inner
            .setup
            .sources
            .iter()
            .filter(|s| {
                self.inner
                    .sources
                    .get(&s.id)
                    .is_some_and(|state| state.poll.failures > 0 || state.stopped.is_some())
            })
            .map(|s| s.name.clone())
            .collect();
        HealthPage {
            ready: progress.caught_up.load(Ordering::Acquire)
                && loops.iter().all(|(_, failure)| failure.is_none()),
            head: self.head(),
            assessed: progress.assessed.load(Ordering::Acquire),
            indexed: progress.indexed.load(Ordering::Acquire),
            loops,
            repaired: self.inner.parts.repaired.clone(),
            outbox_due,
            outbox_dead,
            failing_sources,
        }
    }
}

impl Engine {
    /// Which models judge, and how far they are with judging again.
    #[must_use]
    pub fn models_page(&self) -> ModelsPage {
        let parts = &self.inner.parts;
        ModelsPage {
            quick: parts.classifier.id().to_owned(),
            stronger: parts.stronger.as_ref().map(|model| model.id().to_owned()),
            looks_waiting: self.looks_waiting().unwrap_or(0),
            reassess: self.reassess_state().ok().filter(|state| !state.models.is_empty()),
        }
    }
}

pub(crate) fn search_failed(error: gehoor_search::SearchError) -> EngineError {
    use gehoor_search::SearchError;
    match error {
        SearchError::Query(wrong) => EngineError::Query(wrong),
        SearchError::Cursor => Unusable::PageMark.into(),
        SearchError::TooManyBins { max } => Unusable::LongPeriod { most: max }.into(),
        SearchError::Calendar(_) => Unusable::OutsideCalendar.into(),
        other => EngineError::Index(other.to_string()),
    }
}

pub(crate) fn operations(viewer: &Viewer) -> Result<(), EngineError> {
    if viewer.role.sees_operations() && viewer.scope.is_all() {
        return Ok(());
    }
    Err(EngineError::Forbidden("this page is for head office".into()))
}
