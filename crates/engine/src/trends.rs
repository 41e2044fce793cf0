//! How we stand: volume, feelings, stars and topics over time, compared with the period before, and how complaints were
//! answered with the never answered included.

use std::collections::HashSet;

use gehoor_domain::case::Voice;
use gehoor_domain::ids::{CaseId, MentionId};
use gehoor_domain::scope::Scope;
use gehoor_search::{Bin, Bucket, By, Filter, Row};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::board::Card;
use crate::error::EngineError;
use crate::queries::search_failed;
use crate::views::Viewer;

/// The period shown when none is asked for.
const DAYS: i64 = 30;

/// What is asked of the trends page.
#[derive(Debug, Clone, Default)]
pub struct TrendsQuery {
    /// Search text; none for all.
    pub text: Option<String>,
    /// Filters; `from` and `until` are the period.
    pub filter: Filter,
    /// Width of a bin.
    pub bucket: Bucket,
}

/// The period and the one before it, of the same length.
#[derive(Debug)]
pub struct Trends {
    /// First moment.
    pub from: Timestamp,
    /// Moment after the last.
    pub until: Timestamp,
    /// Volume, feelings and stars over time.
    pub bins: Vec<Bin>,
    /// The same for the period before.
    pub before: Vec<Bin>,
    /// Since when there is anything at all of these sources and channels, where that is so late that the period before
    /// is not whole: a comparison would tell when we began to listen and not what changed.
    pub since: Option<Timestamp>,
    /// Per topic, most complaints first.
    pub topics: Vec<Row>,
    /// Per topic in the period before.
    pub topics_before: Vec<Row>,
    /// Per location, within the scope. What head office, a carrier or a supplier has to solve is not in the row of a
    /// shop.
    pub locations: Vec<Row>,
    /// Per shop, what others have to solve and is therefore not in `locations`.
    pub locations_elsewhere: Vec<Row>,
    /// Per channel.
    pub channels: Vec<Row>,
    /// Per language.
    pub langs: Vec<Row>,
    /// How the cases of the period were answered.
    pub answers: Answers,
}

/// How cases were answered, the never answered included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// Cases that began in the period, with a post of the customer that the filter finds.
    pub cases: usize,
    /// Of these, answered.
    pub answered: usize,
    /// Of these, answered within the norm.
    pub within_norm: usize,
    /// Promises made in these cases that have ended or passed.
    pub promises: usize,
    /// Of these, kept in time.
    pub promises_kept: usize,
    /// Of these cases, those that were closed at least once: only they could come back.
    #[serde(default)]
    pub closed: usize,
    /// Of these, reopened by the customer.
    pub reopened: usize,
    /// Where the numbers are those of shops: cases of theirs that head office, a carrier or a supplier has to solve. They
    /// are in none of the numbers above.
    #[serde(default)]
    pub elsewhere: usize,
}

impl Engine {
    /// Volume, feelings, stars and topics over time.
    ///
    /// # Errors
    /// [`EngineError::Query`] when the text cannot be read.
    pub async fn trends(&self, viewer: &Viewer, query: &TrendsQuery) -> Result<Trends, EngineError> {
        let this = self.clone();
        let (viewer, query) = (viewer.clone(), query.clone());
        tokio::task::spawn_blocking(move || this.trends_blocking(&viewer, &query))
            .await
            .map_err(|e| EngineError::Index(format!("trends stopped unexpectedly: {e}")))?
    }

    fn trends_blocking(&self, viewer: &Viewer, query: &TrendsQuery) -> Result<Trends, EngineError> {
        // What was published this very second belongs to the period.
        let now = self.now();
        let until = query
            .filter
            .until
            .unwrap_or_else(|| now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now));
        let usual = until.saturating_sub(SignedDuration::from_hours(DAYS * 24)).unwrap_or(until);
        let from = query.filter.from.unwrap_or(usual).min(until);
        let earlier = from.saturating_sub(until.duration_since(from)).unwrap_or(from);
        // Our own posts say nothing about how customers feel.
        let own = query.filter.own.or(Some(false));
        let period = Filter { from: Some(from), until: Some(until), own, ..query.filter.clone() };
        let before = Filter { from: Some(earlier), until: Some(from), own, ..query.filter.clone() };
        let index = &self.inner.parts.index;
        let (scope, text, zone) = (&viewer.scope, query.text.as_deref(), self.zone());
        let bins = |filter: &Filter| {
            index.histogram(scope, text, filter, query.bucket, &zone).map_err(search_failed)
        };
        let table = |filter: &Filter, by| index.table(scope, text, filter, by).map_err(search_failed);
        let (locations, locations_elsewhere) = self.of_shops(viewer, text, &period)?;
        Ok(Trends {
            from,
            until,
            bins: bins(&period)?,
            before: bins(&before)?,
            since: self.listens_since(viewer, &period, earlier)?,
            topics: table(&period, By::Topic)?,
            topics_before: table(&before, By::Topic)?,
            locations,
            locations_elsewhere,
            channels: table(&period, By::Channel)?,
            langs: table(&period, By::Lang)?,
            answers: self.answers(viewer, text, &period)?,
        })
    }

    /// When the first post came, if we did not listen yet at the beginning of the period before. What is asked beside
    /// sources and channels says nothing about that: of a rare topic there may be nothing for months.
    fn listens_since(
        &self,
        viewer: &Viewer,
        period: &Filter,
        earlier: Timestamp,
    ) -> Result<Option<Timestamp>, EngineError> {
        let heard = Filter {
            sources: period.sources.clone(),
            channels: period.channels.clone(),
            from: Some(earlier),
            until: period.until,
            own: Some(false),
            include_withdrawn: true,
            include_copies: true,
            ..Filter::default()
        };
        let extent = self.inner.parts.index.extent(&viewer.scope, None, &heard).map_err(search_failed)?;
        let first = extent.and_then(|(first, _)| Timestamp::from_millisecond(first).ok());
        let from = period.from.unwrap_or(earlier);
        Ok(first.filter(|first| too_late(*first, earlier, from)))
    }

    /// What each shop answers for itself, and what others have to solve.
    fn of_shops(
        &self,
        viewer: &Viewer,
        text: Option<&str>,
        period: &Filter,
    ) -> Result<(Vec<Row>, Vec<Row>), EngineError> {
        let index = &self.inner.parts.index;
        let table =
            |filter: &Filter| index.table(&viewer.scope, text, filter, By::Location).map_err(search_failed);
        let mut rows = table(period)?;
        let only = self.to_solve_elsewhere(viewer, period)?;
        if only.is_empty() {
            return Ok((rows, Vec::new()));
        }
        let mut elsewhere = table(&Filter { only, ..period.clone() })?;
        elsewhere.retain(|row| !row.key.is_empty() && row.key != "hq");
        for row in &mut rows {
            if let Some(part) = elsewhere.iter().find(|part| part.key == row.key) {
                row.tally = row.tally.without(&part.tally);
            }
        }
        Ok((rows, elsewhere))
    }

    /// What customers said in cases that head office, a carrier or a supplier has to solve, in a period.
    fn to_solve_elsewhere(&self, viewer: &Viewer, period: &Filter) -> Result<Vec<MentionId>, EngineError> {
        let cases = self.inner.board.pick(|card| {
            let may = card.elsewhere && viewer.scope.allows(card.location());
            // A post is never older than the case that it began.
            (may && period.until.is_none_or(|until| card.began < until)).then_some(card.id)
        });
        let mut said = Vec::new();
        for id in cases {
            let Some(case) = self.case_record(id)? else { continue };
            let theirs = case.mentions.iter().filter(|m| m.voice == Voice::Customer);
            let within = theirs.filter(|m| period.from.is_none_or(|from| m.at >= from));
            said.extend(within.map(|m| m.id.clone()));
        }
        Ok(said)
    }

    /// The same filter without what others than the shop have to solve: what the row of a shop in the trends counts.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn without_elsewhere(&self, viewer: &Viewer, filter: Filter) -> Result<Filter, EngineError> {
        let this = self.clone();
        let (viewer, period) = (viewer.clone(), filter.clone());
        let except = tokio::task::spawn_blocking(move || this.to_solve_elsewhere(&viewer, &period))
            .await
            .map_err(|e| EngineError::Index(format!("a search stopped unexpectedly: {e}")))??;
        Ok(Filter { except, ..filter })
    }

    /// How cases were answered that began in the period; with words or a filter that says more than shop and channel,
    /// only those in which it finds a post of the customer.
    fn answers(&self, viewer: &Viewer, text: Option<&str>, period: &Filter) -> Result<Answers, EngineError> {
        let within =
            |at: Timestamp| period.from.is_none_or(|f| at >= f) && period.until.is_none_or(|u| at < u);
        let anywhere = period.locations.is_empty() && !period.unlocated;
        let wanted = |card: &Card| {
            viewer.scope.allows(card.location())
                && within(card.began)
                && (anywhere || card.location().map_or(period.unlocated, |l| period.locations.contains(l)))
                && (period.channels.is_empty() || period.channels.contains(&card.channel))
        };
        let found = self.found_in(text, period, &wanted)?;
        let now = self.now();
        let mut answers = Answers::default();
        let of_shops = !period.locations.is_empty() || !viewer.scope.is_all();
        self.inner.board.for_each(|card| {
            if !wanted(card) || found.as_ref().is_some_and(|cases| !cases.contains(&card.id)) {
                return;
            }
            if of_shops && card.elsewhere {
                answers.elsewhere += 1;
            } else {
                add_case(&mut answers, card, now);
            }
        });
        Ok(answers)
    }

    /// Those of the wanted cases in which words and filter find a post of the customer; `None` when every case is meant.
    fn found_in(
        &self,
        text: Option<&str>,
        period: &Filter,
        wanted: &impl Fn(&Card) -> bool,
    ) -> Result<Option<HashSet<CaseId>>, EngineError> {
        // Shop and channel are asked of the case: a post may have named no shop. The case counts although a post of it
        // has gone, or is a copy.
        let asked = Filter {
            locations: Vec::new(),
            unlocated: false,
            channels: Vec::new(),
            own: None,
            include_withdrawn: true,
            include_copies: true,
            ..period.clone()
        };
        let everything = Filter {
            from: asked.from,
            until: asked.until,
            include_withdrawn: true,
            include_copies: true,
            ..Filter::default()
        };
        if text.is_none() && asked == everything {
            return Ok(None);
        }
        let mut said: Vec<(MentionId, CaseId)> = Vec::new();
        for id in self.inner.board.pick(|card| wanted(card).then_some(card.id)) {
            let Some(case) = self.case_record(id)? else { continue };
            let theirs = case.mentions.iter().filter(|m| m.voice == Voice::Customer);
            said.extend(theirs.map(|m| (m.id.clone(), id)));
        }
        let ids: Vec<MentionId> = said.iter().map(|(id, _)| id.clone()).collect();
        let index = &self.inner.parts.index;
        // The cases are within the scope of the reader, and with them all that was said in them.
        let matching = index.matching(&Scope::All, text, &asked, &ids).map_err(search_failed)?;
        Ok(Some(said.into_iter().filter(|(id, _)| matching.contains(id)).map(|(_, case)| case).collect()))
    }
}

/// Whether the period before is not whole when the first post came then: a day, or a tenth of a longer one, may be quiet.
fn too_late(first: Timestamp, earlier: Timestamp, from: Timestamp) -> bool {
    let tenth = from.duration_since(earlier) / 10;
    first.duration_since(earlier) > tenth.max(SignedDuration::from_hours(24))
}

fn add_case(answers: &mut Answers, card: &Card, now: Timestamp) {
    answers.cases += 1;
    answers.answered += usize::from(card.answered.is_some());
    answers.within_norm += usize::from(card.answered == Some(true));
    let overdue = card.promises_due.iter().filter(|due| **due <= now).count();
    answers.promises += usize::from(card.promises_ended) + overdue;
    answers.promises_kept += usize::from(card.promises_kept);
    // What came back was closed once.
    answers.closed += usize::from(!card.is_open() || card.regressed);
    answers.reopened += usize::from(card.regressed);
}
