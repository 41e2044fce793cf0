//! Follows the journal: judges each new mention, finds its shop, and decides which case it opens or joins.
//!
//! One commit holds the assessments, the cases, what goes out and how far we came; when anything it read has changed in
//! the meantime, the whole is decided again.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use gehoor_classify::Doc;
use gehoor_domain::assessment::{Assessment, Located};
use gehoor_domain::decide::{self, Again};
use gehoor_domain::group::{Join, answered_first, join};
use gehoor_domain::ids::{CaseId, LocationId, MentionId};
use gehoor_domain::mention::Mention;
use gehoor_store::{Entry, Seq, Table, decode};

use crate::Engine;
use crate::batch::{Batch, read};
use crate::error::EngineError;
use crate::rejudge::to_judge;

/// Entries looked at in one round.
const ENTRIES: usize = 200;
/// Mentions judged in one round, more or less: an entry is never cut.
const MENTIONS: usize = 1_000;
/// The name under which we write down how far we came.
pub(crate) const OFFSET: &str = "assess";

/// Mentions, each with the entry of the journal that holds it, and the last entry that was looked at.
type Read = (Vec<(Seq, Mention)>, Seq);

/// A mention with its assessment, to be decided upon.
struct Judged {
    /// The entry of the journal that holds its text.
    text: Seq,
    mention: Mention,
    assessment: Assessment,
    /// When it is gone: the copy that counts in its stead.
    heir: Option<MentionId>,
}

impl Engine {
    /// Judges and files the next mentions. `true` when there may be more.
    ///
    /// # Errors
    /// [`EngineError`] when the journal, the model or the store fails; the same mentions are tried again.
    pub async fn assess_some(&self) -> Result<bool, EngineError> {
        let done: Seq = read(self.store(), Table::Offset, OFFSET)?.unwrap_or(0);
        let from = done.max(self.inner.progress.assessed.load(Ordering::Acquire));
        let entries = self.store().follow(from, ENTRIES)?;
        let Some((mentions, last)) = mentions_of(&entries)? else { return Ok(false) };
        if mentions.is_empty() {
            self.inner.progress.assessed.store(last, Ordering::Release);
            return Ok(true);
        }
        let judged = self.judge(mentions).await?;
        // Whoever judges again must not write what it thinks of an older text over this.
        let filing = self.inner.filing.lock().await;
        let (_, seq) = self
            .work(|batch| {
                for one in &judged {
                    self.file(batch, one)?;
                }
                batch.put(Table::Offset, OFFSET, &last).map_err(EngineError::from)
            })
            .await?;
        metrics::counter!("gehoor_assessed_total").increment(u64::try_from(judged.len()).unwrap_or(0));
        for one in judged {
            self.inner.tail.judged(seq, one.text, one.mention, one.assessment);
        }
        drop(filing);
        self.inner.progress.assessed.store(last, Ordering::Release);
        Ok(true)
    }

    async fn judge(&self, mentions: Vec<(Seq, Mention)>) -> Result<Vec<Judged>, EngineError> {
        let classifier = Arc::clone(&self.inner.parts.classifier);
        let texts: Vec<String> = mentions.iter().map(|(_, mention)| whole_text(mention)).collect();
        let docs: Vec<Doc<'_>> =
            mentions.iter().zip(&texts).map(|((_, mention), text)| to_judge(mention, text)).collect();
        let assessments = classifier.classify(&docs).await?;
        let mut judged = Vec::with_capacity(mentions.len());
        for ((text, mention), mut assessment) in mentions.into_iter().zip(assessments) {
            if !mention.own {
                crate::promised::mark_broken(&mut assessment, &whole_text(&mention));
            }
            assessment.located = self.locate(&mention);
            if let Some(corrected) = read::<Assessment>(self.store(), Table::Correction, mention.id.as_str())?
            {
                assessment = decide::keep_corrections(assessment, &corrected);
            }
            judged.push(Judged { text, mention, assessment, heir: None });
        }
        let mut judged = in_order(judged);
        self.mark_copies(judged.iter_mut().map(|one| (&one.mention, &mut one.assessment))).await?;
        for one in judged.iter_mut().filter(|one| one.mention.withdrawn.is_some()) {
            one.heir = self.heir_of(&one.mention.id).await;
        }
        Ok(judged)
    }

    /// The shop a mention is about: what the source was configured for, then what the text says.
    pub(crate) fn locate(&self, mention: &Mention) -> Option<Located> {
        let configured =
            mention.place.as_ref().and_then(|place| place.id.as_deref()?.strip_prefix("location:"));
        let known = configured.and_then(|id| LocationId::parse(id).ok());
        if let Some(location) = known.filter(|id| self.inner.setup.locations.get(id).is_some()) {
            return Some(Located { location, p: 1.0, by: "id".into(), words: None });
        }
        self.inner.locator.locate(mention)
    }

    /// Decides what becomes of one mention and writes it into the batch.
    fn file(&self, batch: &mut Batch<'_>, one: &Judged) -> Result<(), EngineError> {
        let Judged { mention, assessment, heir, .. } = one;
        batch.append(Table::Assessment, mention.id.as_str().to_owned(), assessment)?;
        if let Some(heir) = heir {
            self.no_copy_any_more(batch, heir)?;
        }
        self.want_second_look(batch, mention, assessment)?;
        let cx = self.context(batch.at());
        let known = batch.get::<CaseId>(Table::CaseOfMention, mention.id.as_str())?;
        if let Some(id) = known {
            let Some(case) = self.case_in(batch, id)? else { return Ok(()) };
            let decision = if mention.withdrawn.is_some() {
                decide::withdraw(&case, &mention.id, &cx)
            } else {
                decide::revise(&case, mention, assessment, &cx)
            };
            return self.stage(batch, Some(&case), decision);
        }
        if mention.withdrawn.is_none() {
            self.place(batch, mention, assessment, None)?;
        }
        Ok(())
    }

    /// Opens or joins the case that the assessment asks for, and gives its number. When the mention is judged again it
    /// goes in as what it was taken for before, and why it is judged again decides how.
    pub(crate) fn place(
        &self,
        batch: &mut Batch<'_>,
        mention: &Mention,
        assessment: &Assessment,
        again: Option<(&Assessment, Again)>,
    ) -> Result<Option<CaseId>, EngineError> {
        let cx = self.context(batch.at());
        let candidates = self.candidates(batch, mention, assessment)?;
        let where_to = join(mention, assessment, &candidates, &cx);
        let said = again.map_or(assessment, |(before, _)| before);
        let late = again.is_some_and(|(_, again)| again == Again::NewModel);
        let (before, new_id, linked) = match &where_to {
            Join::Nothing => {
                self.keep_early_answer(batch, mention)?;
                return Ok(None);
            }
            // What is closed stays closed.
            Join::Reopen { .. } | Join::Attach { .. } if late => return Ok(None),
            Join::New { linked } => (None, CaseId(batch.next_number("case")?), linked.clone()),
            Join::Into { case, .. } | Join::Reopen { case, .. } | Join::Attach { case, .. } => {
                (Some(*case), *case, Vec::new())
            }
        };
        let decision = if late && before.is_none() {
            Some(decide::open_late(new_id, mention, said, &linked, &cx))
        } else {
            decide::take_in(&where_to, &candidates, new_id, mention, said, &cx)
        };
        let Some(decision) = decision else { return Ok(None) };
        let decision = crate::promised::with_own_post(decision, mention, &cx);
        let before = before.and_then(|id| candidates.iter().find(|case| case.id == id)).map(|case| &**case);
        self.stage(batch, before, decision)?;
        self.link_back(batch, new_id, &linked)?;
        if !mention.own {
            self.take_early_answers(batch, mention)?;
        }
        Ok(Some(new_id))
    }

    /// A copy whose original is gone counts from now on.
    fn no_copy_any_more(&self, batch: &mut Batch<'_>, id: &MentionId) -> Result<(), EngineError> {
        let known = self.mention_doc(id)?.and_then(|doc| doc.assessment);
        if let Some(assessment) = known.filter(|a| a.copy_of.is_some()) {
            let assessment = Assessment { copy_of: None, ..assessment };
            batch.append(Table::Assessment, id.as_str().to_owned(), &assessment)?;
        }
        Ok(())
    }

    /// Links go both ways.
    fn link_back(&self, batch: &mut Batch<'_>, id: CaseId, linked: &[CaseId]) -> Result<(), EngineError> {
        for other in linked {
            let Some(case) = self.case_in(batch, *other)? else { continue };
            if !case.linked.contains(&id) {
                let mut case = (*case).clone();
                case.linked.push(id);
                batch.put_case(case)?;
            }
        }
        Ok(())
    }
}

/// What is answered before its answers, else oldest first.
fn in_order(judged: Vec<Judged>) -> Vec<Judged> {
    let order = answered_first(&judged.iter().map(|one| &one.mention).collect::<Vec<_>>());
    let mut judged: Vec<Option<Judged>> = judged.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| judged.get_mut(at)?.take()).collect()
}

/// Title and text, as the author wrote them.
pub(crate) fn whole_text(mention: &Mention) -> String {
    match &mention.title {
        Some(title) if !title.is_empty() && !mention.text.starts_with(title.as_str()) => {
            format!("{title}\n{}", mention.text)
        }
        _ => mention.text.clone(),
    }
}

/// The mentions of some entries and the number of the last entry looked at; none when there are no entries.
fn mentions_of(entries: &[Arc<Entry>]) -> Result<Option<Read>, EngineError> {
    let mut found: HashMap<String, usize> = HashMap::new();
    let mut mentions: Vec<(Seq, Mention)> = Vec::new();
    let mut last = None;
    for entry in entries {
        for write in entry.writes.iter().filter(|w| w.table == Table::Mention) {
            let Some(record) = &write.record else { continue };
            let mention: Mention = decode(write.table, &write.key, record)?;
            // Of two texts of the same mention only the later counts.
            match found.get(&write.key).and_then(|at| mentions.get_mut(*at)) {
                Some(earlier) => *earlier = (entry.seq, mention),
                None => {
                    found.insert(write.key.clone(), mentions.len());
                    mentions.push((entry.seq, mention));
                }
            }
        }
        last = Some(entry.seq);
        if mentions.len() >= MENTIONS {
            break;
        }
    }
    Ok(last.map(|last| (mentions, last)))
}
