//! The check of a reply before it is sent: gathers what it needs to know of the case, the customer and our other replies.

use gehoor_domain::assessment::Lang;
use gehoor_domain::case::{Case, CaseEvent, Voice};
use gehoor_domain::event::What;
use gehoor_domain::ids::{CaseId, MentionId};
use gehoor_domain::many::{self, Held};
use gehoor_domain::mention::Channel;
use gehoor_domain::reply::{Measure, unfilled};
use gehoor_store::{StoreError, Table};
use gehoor_text::language::Language;
use gehoor_text::reply::{Checked, check, length};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::Engine;
use crate::batch::{Batch, read_prefix};
use crate::error::EngineError;
use crate::presence::Doing;
use crate::shelf::time_key;
use crate::views::Viewer;

/// How far back and how many of our replies are looked at for the same opening.
const EARLIER: SignedDuration = SignedDuration::from_hours(30 * 24);
const MOST_EARLIER: usize = 500;
/// From which probability on the language of a post is believed.
const SURE: f32 = 0.8;

/// Something that the check found in a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundInReply {
    /// What, as [`gehoor_text::reply::Kind::as_str`].
    pub kind: &'static str,
    /// It holds the reply up; else it goes after a tick.
    pub blocks: bool,
    /// The words that it rests on. May repeat a question of the customer: hostile text.
    pub words: String,
    /// How many: letters too many, or replies with the same opening.
    pub count: usize,
}

impl Engine {
    /// Checks a reply as it would be sent.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] outside the reader's scope.
    pub fn check_reply(
        &self,
        viewer: &Viewer,
        id: CaseId,
        to: Option<&MentionId>,
        typed: &str,
    ) -> Result<Vec<FoundInReply>, EngineError> {
        self.check_reply_among(viewer, id, to, typed, &[])
    }

    /// As [`Engine::check_reply`], with the openings of others that go at the same time.
    pub(crate) fn check_reply_among(
        &self,
        viewer: &Viewer,
        id: CaseId,
        to: Option<&MentionId>,
        typed: &str,
        openings: &[String],
    ) -> Result<Vec<FoundInReply>, EngineError> {
        let (_, case) = self.visible_case(viewer, id)?;
        let text = self.written(viewer, &case, typed);
        let mut earlier = self.earlier_openings()?;
        earlier.extend_from_slice(openings);
        let to = to.or_else(|| case.to_answer()).cloned();
        let doc = to.as_ref().map(|to| self.mention_doc(to)).transpose()?.flatten();
        let lang = doc.as_ref().and_then(|doc| {
            let judged = &doc.assessment.as_ref()?.lang;
            (judged.p >= SURE).then(|| language(judged.label))
        });
        let author = doc.as_ref().map(|doc| &doc.mention.author);
        let mut customer: Vec<String> = author.map(|a| a.name.clone()).into_iter().collect();
        customer.extend(author.and_then(|a| a.handle.clone()));
        let history =
            read_prefix::<CaseEvent>(self.store(), Table::CaseEvent, &format!("{}/", id.key()), 5_000)?;
        let notes: Vec<String> = history
            .iter()
            .filter_map(|(_, event)| match &event.what {
                What::Noted { text } => Some(text.clone()),
                _ => None,
            })
            .collect();
        let answered = history
            .iter()
            .rev()
            .find_map(|(_, event)| matches!(event.what, What::Replied { .. }).then_some(event.at));
        let rules = &self.inner.setup.policy.replies;
        let limit = self.length_for(&case, to.as_ref());
        let handle = author.and_then(|author| author.handle.as_deref());
        let findings = check(&Checked {
            length: (counted(&text, limit.by, handle), limit.most),
            text: &text,
            lang,
            customer: &customer,
            asked: &self.asked_since(&case, answered)?,
            notes: &notes,
            contacts: &rules.contacts,
            typing: &self.others_typing(viewer, id)?,
            earlier: &earlier,
            robot_after: usize::try_from(rules.robot_after).unwrap_or(0),
            unfilled: &unfilled(&text),
            review: matches!(case.channel, Channel::Review | Channel::Appstore),
        });
        Ok(findings
            .into_iter()
            .map(|f| FoundInReply {
                kind: f.kind.as_str(),
                blocks: f.kind.blocks(),
                words: f.words,
                count: f.count,
            })
            .collect())
    }

    /// What the customer wrote after our last answer.
    fn asked_since(&self, case: &Case, answered: Option<Timestamp>) -> Result<Vec<String>, EngineError> {
        let mut texts = Vec::new();
        for post in case.mentions.iter().rev().take(10) {
            let since = answered.is_none_or(|at| post.at > at);
            if post.voice != Voice::Customer || post.withdrawn.is_some() || !since {
                continue;
            }
            texts.extend(self.mention_doc(&post.id)?.map(|doc| doc.mention.text));
        }
        Ok(texts)
    }

    fn others_typing(&self, viewer: &Viewer, id: CaseId) -> Result<Vec<String>, EngineError> {
        let people = self.who(viewer, id)?.into_iter();
        Ok(people.filter(|p| p.doing == Doing::Typing && p.user != viewer.user).map(|p| p.name).collect())
    }

    fn earlier_openings(&self) -> Result<Vec<String>, EngineError> {
        let from = time_key(self.now().saturating_sub(EARLIER).unwrap_or(Timestamp::UNIX_EPOCH));
        let found = self.store().scan(Table::ReplySaid, &from, None, MOST_EARLIER)?;
        let mut openings = Vec::new();
        for (key, found) in found {
            openings.push(gehoor_store::decode::<String>(Table::ReplySaid, &key, &found.record)?);
        }
        Ok(openings)
    }
}

/// Why the check holds a reply up; none when it may go.
pub(crate) fn held(findings: &[FoundInReply], ticked: &[String]) -> Option<String> {
    let found: Vec<many::Finding<'_>> =
        findings.iter().map(|f| many::Finding { kind: f.kind, blocks: f.blocks }).collect();
    match many::may_go(&found, ticked).err()? {
        Held::Blocked(kind) => Some(format!("the check holds this reply up: {kind}")),
        Held::NotTicked(_) => {
            Some("the check warns of this reply: tick what may stand, or change it".to_owned())
        }
    }
}

/// Keeps how a reply of ours began, for the check of later ones.
pub(crate) fn note_opening(
    batch: &mut Batch<'_>,
    case: CaseId,
    number: u32,
    event: &CaseEvent,
) -> Result<(), StoreError> {
    let What::Replied { text, .. } = &event.what else { return Ok(()) };
    let opening = gehoor_text::reply::opening(text);
    if opening.is_empty() {
        return Ok(());
    }
    let key = format!("{}/{}/{number:06}", time_key(event.at), case.key());
    batch.append(Table::ReplySaid, key, &opening)
}

fn language(lang: Lang) -> Language {
    match lang {
        Lang::Nl => Language::Nl,
        Lang::En => Language::En,
        Lang::De => Language::De,
        Lang::Fr => Language::Fr,
        Lang::Other => Language::Other,
    }
}

/// How long it is by that rule. On Mastodon the customer is called by the handle, which the channel puts first.
fn counted(text: &str, by: Measure, handle: Option<&str>) -> usize {
    let called = handle.filter(|handle| by == Measure::Mastodon && !text.contains(&format!("@{handle}")));
    if let Some(handle) = called {
        return length::mastodon(&format!("@{handle} {text}"));
    }
    match by {
        Measure::Letters => length::letters(text),
        Measure::Mastodon => length::mastodon(text),
        Measure::Graphemes => length::graphemes(text),
        Measure::X => length::x(text),
        Measure::Bytes => text.len(),
    }
}
