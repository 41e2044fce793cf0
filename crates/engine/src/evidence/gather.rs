//! Gathers the evidence of a case, within the reader's scope.

use std::collections::BTreeSet;

use gehoor_domain::case::{Case, CaseEvent, CaseMention, What};
use gehoor_domain::ids::CaseId;
use gehoor_domain::mention::Mention;
use gehoor_store::{Seq, Table};

use super::{Bundle, EventFile, Evidence, Link, PostFile, TextFile, html};
use crate::Engine;
use crate::commands::audit;
use crate::error::EngineError;
use crate::views::Viewer;

/// Lines of a history that are read.
const MANY: usize = 100_000;
/// A post is written down shortly before the case takes note of it: so many entries are looked through.
const BEFORE: u64 = 20_000;
/// Entries read at a time.
const PAGE: usize = 500;

impl Engine {
    /// The evidence file of a case. Asking for it is written into the audit log.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] outside the scope, [`EngineError::BadInput`] when the signing key cannot be used.
    pub async fn evidence(&self, viewer: &Viewer, id: CaseId) -> Result<Bundle, EngineError> {
        let (version, case) = self.visible_case(viewer, id)?;
        let this = self.clone();
        let reader = viewer.clone();
        let gathered = tokio::task::spawn_blocking(move || this.gather(&reader, &case, version));
        let evidence = gathered
            .await
            .map_err(|e| EngineError::Index(format!("the evidence could not be gathered: {e}")))??;
        let json = self.inner.seal.sign(self.inner.parts.tokens.as_deref(), &evidence)?;
        self.work(|batch| audit(batch, viewer, "evidence", format!("case {id}"))).await?;
        Ok(Bundle { html: html(&evidence, &json), json })
    }

    fn gather(&self, viewer: &Viewer, case: &Case, version: Seq) -> Result<Evidence, EngineError> {
        let setup = &self.inner.setup;
        let mut entries = BTreeSet::from([version]);
        let events = self.history(case)?;
        entries.extend(events.iter().map(|e| e.entry));
        let mut posts = Vec::new();
        for part in &case.mentions {
            let post = self.post(part, &events)?;
            entries.extend(post.texts.iter().filter_map(|t| t.entry));
            posts.push(post);
        }
        let store = self.store();
        let journal = entries
            .into_iter()
            .map(|entry| Ok(Link { entry, hash: store.proof(entry)? }))
            .collect::<Result<_, EngineError>>()?;
        let team = setup.policy.teams.iter().find(|t| t.id == case.team);
        Ok(Evidence {
            kind: "gehoor.evidence".to_owned(),
            version: 2,
            case: case.id,
            brand: setup.brand.name.clone(),
            instance: setup.instance.clone(),
            made: self.now(),
            made_by: viewer.user.clone(),
            lang: viewer.lang.clone(),
            zone: self.zone().iana_name().unwrap_or("UTC").to_owned(),
            state: case.state,
            outcome: case.outcome,
            opened: case.opened,
            closed: case.closed,
            place: case.location().map(|l| self.place_name(l)),
            team: team.map_or_else(|| case.team.to_string(), |t| t.name.clone()),
            owner: case.owner.clone(),
            names: self.names_of(viewer, case, &events)?,
            posts,
            events,
            promises: case.promises.clone(),
            clocks: case.clocks.clone(),
            tickets: case.tickets.clone(),
            private_talk: case.private_talk.clone(),
            journal,
        })
    }

    /// The history with the entries that hold it; what is internal keeps its place and loses its text.
    fn history(&self, case: &Case) -> Result<Vec<EventFile>, EngineError> {
        let prefix = format!("{}/", case.id.key());
        let found = gehoor_store::scan_prefix_as::<CaseEvent>(self.store(), Table::CaseEvent, &prefix, MANY)?;
        let line = |(number, (_, mut event, entry)): (u32, (String, CaseEvent, Seq))| {
            match &mut event.what {
                What::Noted { text } => text.clear(),
                What::HandedOver { note, .. } | What::Closed { note, .. } => note.clear(),
                What::Overruled { reason, .. } => reason.clear(),
                _ => {}
            }
            EventFile { number, entry, event }
        };
        Ok((0..).zip(found).map(line).collect())
    }

    /// A post with what it said before, as far as the journal still has it.
    fn post(&self, part: &CaseMention, events: &[EventFile]) -> Result<PostFile, EngineError> {
        let tells = |what: &What| match what {
            What::Opened { mention, .. }
            | What::Joined { mention, .. }
            | What::Revised { mention }
            | What::Withdrawn { mention }
            | What::Replied { mention: Some(mention), .. } => *mention == part.id,
            What::MergedIn { mentions, .. } | What::SplitOff { mentions, .. } => mentions.contains(&part.id),
            _ => false,
        };
        let mut texts: Vec<TextFile> = Vec::new();
        let mut last: Option<Mention> = None;
        let mut lower = 0;
        for event in events.iter().filter(|e| tells(&e.event.what)) {
            for (entry, mention) in
                self.writes_of(part, lower.max(event.entry.saturating_sub(BEFORE)), event.entry)?
            {
                if texts.iter().all(|t| t.revision != mention.revision) {
                    texts.push(said(&mention, Some(entry)));
                }
                last = Some(mention);
            }
            lower = event.entry;
        }
        // As it stands now; a text that was not found in the journal is still shown, without an entry.
        if let Some(doc) = self.mention_doc(&part.id)? {
            if texts.iter().all(|t| t.revision != doc.mention.revision) {
                texts.push(said(&doc.mention, None));
            }
            last = Some(doc.mention);
        }
        texts.sort_by_key(|t| t.revision);
        let source =
            self.source_setup(&part.source).map_or_else(|| part.source.to_string(), |s| s.name.clone());
        Ok(PostFile {
            id: part.id.clone(),
            source,
            voice: part.voice,
            author: last.as_ref().map_or_else(String::new, |m| m.author.name.clone()),
            permalink: last.as_ref().and_then(|m| m.permalink.clone()),
            published: part.at,
            seen: part.seen,
            withdrawn: part.withdrawn,
            texts,
        })
    }

    /// The texts of a post in a stretch of the journal.
    fn writes_of(
        &self,
        part: &CaseMention,
        mut after: Seq,
        until: Seq,
    ) -> Result<Vec<(Seq, Mention)>, EngineError> {
        let mut found = Vec::new();
        while after < until {
            let entries = self.store().follow(after, PAGE)?;
            let Some(latest) = entries.last().map(|e| e.seq) else { break };
            for entry in entries.iter().filter(|e| e.seq <= until) {
                let fits = |w: &&gehoor_store::Write| w.table == Table::Mention && w.key == part.id.as_str();
                for record in entry.writes.iter().filter(fits).filter_map(|w| w.record.as_ref()) {
                    found.push((entry.seq, gehoor_store::decode(Table::Mention, part.id.as_str(), record)?));
                }
            }
            after = latest;
        }
        Ok(found)
    }
}

fn said(mention: &Mention, entry: Option<Seq>) -> TextFile {
    TextFile {
        revision: mention.revision,
        edited: mention.edited,
        title: mention.title.clone(),
        text: mention.text.clone(),
        stars: mention.stars,
        entry,
    }
}
