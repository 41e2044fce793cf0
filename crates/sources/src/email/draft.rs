//! From a mail to a draft: whose it is, and whether it is any of our business.

use gehoor_domain::mention::{Draft, PlaceHint};

use super::letter::{Letter, Person, Robot};
use super::pattern::Pattern;
use super::{Email, trim};
use crate::plug::Warning;
use crate::raw::{self, words};

/// How many mails were left out, and why.
#[derive(Default)]
pub(super) struct LeftOut {
    ours: u32,
    replies: u32,
    programs: u32,
    unknown: u32,
}

impl LeftOut {
    /// Says it, where there is something to say.
    pub(super) fn warn(&self, warnings: &mut Vec<Warning>) {
        for (count, what) in [
            (self.replies, "automatic replies and bounces"),
            (self.programs, "newsletters and mails of lists and programs"),
            (self.ours, "mails of our own addresses that answer nothing"),
            (self.unknown, "mails from the senders of a pattern that fit none"),
        ] {
            if count > 0 {
                let problem = format!("{what}: {count} left out");
                warnings.push(Warning { item: "the mailbox".to_owned(), problem });
            }
        }
    }
}

impl Email {
    /// One mail into a draft. None when it is none of our business, which may be counted.
    pub(super) fn draft(&self, letter: &Letter, out: &mut LeftOut) -> Option<Draft> {
        let wanted = self.from.is_empty() || self.from.have(&letter.from.address);
        let subject = letter.subject.as_deref().unwrap_or_default().to_lowercase();
        if !wanted
            || !self.subject_contains.is_empty() && !self.subject_contains.iter().any(|w| subject.contains(w))
        {
            return None;
        }
        if letter.robot == Robot::Reply {
            out.replies += 1;
            return None;
        }
        let mut draft = self.as_mail(letter, self.author(letter));
        let platforms: Vec<&Pattern> =
            self.patterns.iter().filter(|pattern| pattern.from.have(&letter.from.address)).collect();
        if !platforms.is_empty() {
            let found =
                platforms.iter().filter(|p| p.is_about(letter)).find_map(|p| Some((p, p.read(letter)?)));
            let Some((pattern, found)) = found else {
                out.unknown += 1;
                return None;
            };
            pattern.fill(&mut draft, found);
            return Some(draft);
        }
        if self.own.have(&self.author(letter).address) {
            // What we answer is kept as our answer; what else we send is no reaction to anybody.
            if letter.answers.is_some() && letter.robot != Robot::Program {
                return Some(Draft { own: true, ..draft });
            }
            out.ours += 1;
            return None;
        }
        // A form on our own site is a program, and passes on what a person wrote.
        let is_form = self.own.have(&letter.from.address);
        if letter.robot == Robot::Program && !is_form {
            out.programs += 1;
            return None;
        }
        Some(draft)
    }

    /// Whoever is to be answered: a form on our own site writes in our name.
    fn author<'l>(&self, letter: &'l Letter) -> &'l Person {
        let other = letter.reply_to.as_ref().filter(|other| !self.own.have(&other.address));
        match other {
            Some(other) if self.own.have(&letter.from.address) => other,
            _ => &letter.from,
        }
    }

    fn as_mail(&self, letter: &Letter, author: &Person) -> Draft {
        let text = match letter.plain.trim().is_empty() {
            true => trim::own_words(&letter.from_html),
            false => trim::own_words(&letter.plain),
        };
        let text = words::tidy(&text);
        let subject = letter.subject.clone();
        let external_id = letter.id.clone().unwrap_or_else(|| {
            let at = letter.sent.map(|at| at.to_string()).unwrap_or_default();
            raw::digest([author.address.as_str(), &at, subject.as_deref().unwrap_or_default(), &text])
        });
        let place = match (self.place_by_recipient, letter.to.iter().find(|to| self.own.have(to))) {
            (true, Some(to)) => Some(PlaceHint { id: Some(format!("email:{to}")), name: None }),
            _ => None,
        };
        Draft {
            thread: Some(letter.first.clone().unwrap_or_else(|| external_id.clone())),
            in_reply_to: letter.answers.clone(),
            external_id,
            author_id: Some(author.address.clone()),
            author_handle: Some(author.address.clone()),
            author_name: author.name.clone().or_else(|| author.address.split('@').next().map(str::to_owned)),
            title: subject,
            text,
            lang: letter.lang.clone(),
            published: letter.sent,
            place,
            ..Draft::default()
        }
    }
}
