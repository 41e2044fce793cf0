//! Writes what a model thinks of mentions that were judged before: the assessment, what that changes in the case, and
//! a line in its history. What a person corrected stays; who changed the text in the meantime is judged anyway.

use std::sync::Arc;

use gehoor_classify::{Classifier, ClassifyError, Doc, second};
use gehoor_domain::assessment::Assessment;
use gehoor_domain::decide::{self, Again};
use gehoor_domain::mention::Mention;
use gehoor_search::MentionDoc;
use gehoor_store::{Seq, Table};
use jiff::Timestamp;

use crate::Engine;
use crate::assess::whole_text;
use crate::batch::{Batch, read};
use crate::error::EngineError;
use crate::shelf::time_key;

/// Entries that the first judgement may be behind before others make room for it.
const BEHIND: Seq = 200;
/// The key of a time counts down, so that the latest comes first.
const LAST_TIME: i64 = 999_999_999_999_999;

/// A mention as it was when it was read, and what is thought of it now.
pub(crate) struct Rejudged {
    pub(crate) doc: MentionDoc,
    pub(crate) assessment: Assessment,
}

/// What came of judging again.
#[derive(Debug, Default)]
pub(crate) struct Filed {
    /// Those that were written, in the order given; the others changed in the meantime.
    pub(crate) written: Vec<bool>,
    /// How many of them say something else than before.
    pub(crate) changed: u64,
}

impl Engine {
    /// Whether new mentions wait for their first judgement: everything else waits for them.
    pub(crate) fn first_is_behind(&self) -> Result<bool, EngineError> {
        let done: Seq = read(self.store(), Table::Offset, crate::assess::OFFSET)?.unwrap_or(0);
        let seen = self.inner.progress.assessed.load(std::sync::atomic::Ordering::Acquire);
        Ok(self.head().saturating_sub(done.max(seen)) > BEHIND)
    }

    /// Lets a model judge away from the threads that serve: it may take as long as it likes.
    pub(crate) async fn think(
        &self,
        model: &Arc<dyn Classifier>,
        docs: Vec<MentionDoc>,
    ) -> Result<(Vec<MentionDoc>, Result<Vec<Assessment>, ClassifyError>), EngineError> {
        let model = Arc::clone(model);
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let texts: Vec<String> = docs.iter().map(|doc| whole_text(&doc.mention)).collect();
            let asked: Vec<Doc<'_>> =
                docs.iter().zip(&texts).map(|(doc, text)| to_judge(&doc.mention, text)).collect();
            let judged = runtime.block_on(model.classify(&asked));
            (docs, judged)
        })
        .await
        .map_err(|e| {
            let why = format!("it stopped unexpectedly: {e}");
            ClassifyError::Model { model: self.models(), why }.into()
        })
    }

    /// Commits what is thought now, together with what `with` writes.
    pub(crate) async fn file_again(
        &self,
        rejudged: &[Rejudged],
        again: Again,
        mut with: impl FnMut(&mut Batch<'_>, &Filed) -> Result<(), EngineError>,
    ) -> Result<Filed, EngineError> {
        // What is checked here must hold until it is committed: nobody else judges meanwhile.
        let _alone = self.inner.filing.lock().await;
        let mut written = Vec::with_capacity(rejudged.len());
        for one in rejudged {
            let now = self.mention_doc(&one.doc.mention.id)?;
            written.push(now.is_some_and(|now| is_the_same(&now, &one.doc)));
        }
        let ((filed, kept), seq) = self
            .work(|batch| {
                let mut filed = Filed { written: written.clone(), changed: 0 };
                let mut kept = Vec::new();
                for one in rejudged.iter().zip(&written).filter(|(_, still)| **still).map(|(one, _)| one) {
                    let assessment = self.with_what_stays(batch, one)?;
                    let before = one.doc.assessment.as_ref();
                    filed.changed += u64::from(before.is_none_or(|b| says_otherwise(b, &assessment)));
                    self.file_one_again(batch, one, &assessment, again)?;
                    kept.push((one.doc.mention.clone(), assessment));
                }
                with(batch, &filed)?;
                Ok((filed, kept))
            })
            .await?;
        for (mention, assessment) in kept {
            self.inner.tail.judged(seq, 0, mention, assessment);
        }
        Ok(filed)
    }

    /// The new judgement with the shop that was found, with what it is a copy of, and with what a person corrected.
    fn with_what_stays(&self, batch: &mut Batch<'_>, one: &Rejudged) -> Result<Assessment, EngineError> {
        let mut assessment = one.assessment.clone();
        let mention = &one.doc.mention;
        let before = one.doc.assessment.as_ref();
        assessment.located = before.and_then(|before| before.located.clone());
        assessment.copy_of = before.and_then(|before| before.copy_of.clone());
        if !mention.own {
            crate::promised::mark_broken(&mut assessment, &whole_text(mention));
        }
        if assessment.located.is_none() {
            assessment.located = self.locate(mention);
        }
        let corrected = batch.get::<Assessment>(Table::Correction, mention.id.as_str())?;
        Ok(match corrected {
            Some(corrected) => decide::keep_corrections(assessment, &corrected),
            None => assessment,
        })
    }

    fn file_one_again(
        &self,
        batch: &mut Batch<'_>,
        one: &Rejudged,
        assessment: &Assessment,
        again: Again,
    ) -> Result<(), EngineError> {
        let mention = &one.doc.mention;
        batch.append(Table::Assessment, mention.id.as_str().to_owned(), assessment)?;
        if again == Again::NewModel {
            self.want_second_look(batch, mention, assessment)?;
        }
        let cx = self.context(batch.at());
        let known = batch.get(Table::CaseOfMention, mention.id.as_str())?;
        let id = match known {
            Some(id) => id,
            None if !decide::may_still_open(mention, again, &cx) => return Ok(()),
            None => {
                // It joins as what it was taken for, so that the history shows what changed.
                let before = one.doc.assessment.clone().unwrap_or_else(|| assessment.clone());
                let before = Assessment {
                    responsible: assessment.responsible,
                    located: assessment.located.clone(),
                    ..before
                };
                let Some(id) = self.place(batch, mention, assessment, Some((&before, again)))? else {
                    return Ok(());
                };
                id
            }
        };
        let Some(case) = self.case_in(batch, id)? else { return Ok(()) };
        let decision = decide::rejudge(&case, mention, assessment, again, &cx);
        // A new model finds nothing urgent in what is long past: alerts are for what happens now.
        let quiet = again == Again::NewModel && !decide::may_still_open(mention, again, &cx);
        self.stage_as(batch, Some(&case), decision, quiet)
    }

    /// Puts a mention on the list of what the stronger model looks at, when there is one and it is worth it.
    pub(crate) fn want_second_look(
        &self,
        batch: &mut Batch<'_>,
        mention: &Mention,
        assessment: &Assessment,
    ) -> Result<(), EngineError> {
        if self.inner.parts.stronger.is_none() || mention.own || mention.withdrawn.is_some() {
            return Ok(());
        }
        let Some(why) = second::wanted(assessment) else { return Ok(()) };
        let old = batch.at().duration_since(mention.published) > self.inner.setup.policy.backlog_after;
        let class = match why {
            _ if old => 2,
            second::Second::Urgent => 0,
            second::Second::Unsure => 1,
        };
        let latest_first = LAST_TIME.saturating_sub(mention.published.as_millisecond()).max(0);
        let latest_first = time_key(Timestamp::from_millisecond(latest_first).unwrap_or(Timestamp::MAX));
        batch.mark(Table::SecondLook, format!("{class}/{latest_first}/{}", mention.id))?;
        Ok(())
    }

    /// Names the models that judge here, quick and stronger.
    pub(crate) fn models(&self) -> String {
        let quick = self.inner.parts.classifier.id();
        match &self.inner.parts.stronger {
            Some(stronger) => format!("{quick} + {}", stronger.id()),
            None => quick.to_owned(),
        }
    }
}

/// A mention as a model wants it.
pub(crate) fn to_judge<'a>(mention: &'a Mention, text: &'a str) -> Doc<'a> {
    Doc {
        text,
        lang: mention.lang.as_deref(),
        stars: mention.stars.and_then(gehoor_domain::mention::Stars::out_of_five),
        channel: Some(mention.channel),
    }
}

/// Neither its words nor what is thought of it changed.
fn is_the_same(now: &MentionDoc, then: &MentionDoc) -> bool {
    let model = |doc: &MentionDoc| doc.assessment.as_ref().map(|a| a.model.clone());
    now.mention.text == then.mention.text
        && now.mention.title == then.mention.title
        && now.mention.stars == then.mention.stars
        && now.mention.withdrawn == then.mention.withdrawn
        && model(now) == model(then)
}

fn says_otherwise(before: &Assessment, now: &Assessment) -> bool {
    before.intent.label != now.intent.label
        || before.severity.label != now.severity.label
        || before.sentiment.label != now.sentiment.label
}
