//! Makes up weeks of history: texts that were written for this project, dealt out over days, shops and channels by a
//! fixed rule, and a team that answers most of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use anyhow::Result;
use gehoor_domain::case::{Case, Outcome, PromiseKind};
use gehoor_domain::decide::Command;
use gehoor_domain::ids::{CaseId, PromiseId, SourceId};
use gehoor_domain::mention::{Channel, Draft, PlaceHint, Reach, Stars};
use gehoor_engine::Engine;
use gehoor_engine::clock::{Clock, SystemClock};
use gehoor_engine::views::Viewer;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::answers;
use super::time::HandClock;
use crate::assemble::{self, Data, engine_with};
use crate::config::Config;
use crate::progress;

/// The texts: written by hand for this project (CC0), see models/corpus.
const TEXTS: [&str; 6] = [
    include_str!("../../../../models/corpus/nl-a.jsonl"),
    include_str!("../../../../models/corpus/nl-d.jsonl"),
    include_str!("../../../../models/corpus/nl-i.jsonl"),
    include_str!("../../../../models/corpus/en-a.jsonl"),
    include_str!("../../../../models/corpus/de-a.jsonl"),
    include_str!("../../../../models/corpus/fr-a.jsonl"),
];
const SHOPS: [&str; 4] = ["zwolle", "hoogeveen", "amersfoort", "gouda"];
const NAMES: [&str; 16] = [
    "Anneke", "Bram", "Chantal", "Dirk-Jan", "Esra", "Floor", "Gerrit", "Hanneke", "Ilse", "Jeroen", "Karin",
    "Lotte", "Mo", "Nienke", "Otto", "Pien",
];
/// Mentions taken in at a time.
const CHUNK: usize = 8;

/// One line of the corpus, as far as it is used here: the labels are the model's business.
#[derive(Deserialize)]
struct Line {
    text: String,
    lang: String,
    channel: String,
    #[serde(default)]
    stars: Option<f64>,
}

/// Dice that always fall the same way.
struct Dice(u64);

impl Dice {
    /// A number below `sides` (a linear congruential generator, constants of Knuth's MMIX).
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.roll(u64::try_from(from.len()).unwrap_or(1));
        from.get(usize::try_from(at).unwrap_or(0))
    }
}

/// What the team does, later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Answer,
    Promise,
    Keep,
    Close(u8),
}

/// Makes the history.
pub(super) async fn make(
    config: &Config,
    data: &Data,
    days: u16,
    quiet: bool,
    stop: &CancellationToken,
) -> Result<()> {
    let now = SystemClock.now();
    let begin = now.saturating_sub(SignedDuration::from_hours(i64::from(days) * 24))?;
    let clock = Arc::new(HandClock::at(begin));
    // History sends nothing: no outlets, and nobody is told.
    let mut setup = assemble::setup(config)?;
    setup.outlets.clear();
    setup.policy.queue_outlets.clear();
    setup.policy.alerts.clear();
    // One person did it all, whatever she can.
    setup.policy.queues.clear();
    let engine = engine_with(setup, config, data, Arc::clone(&clock) as Arc<dyn Clock>)?;
    let posts = posts(begin, now);
    let bar = progress::bar(u64::try_from(posts.len()).unwrap_or(0), "making up history", quiet);
    let mut team = Team { viewer: super::eva()?, known: 0, plan: BinaryHeap::new(), dice: Dice(7) };
    for chunk in posts.chunks(CHUNK) {
        if stop.is_cancelled() {
            break;
        }
        let Some((at, ..)) = chunk.last() else { continue };
        team.work_until(&engine, &clock, *at).await?;
        clock.set(*at);
        for source in ["mastodon", "reviews", "forum"] {
            let id = SourceId::parse(source)?;
            let drafts: Vec<Draft> =
                chunk.iter().filter(|(_, of, _)| *of == source).map(|(_, _, draft)| draft.clone()).collect();
            if !drafts.is_empty() {
                engine.import(&id, drafts).await?;
            }
        }
        while engine.assess_some().await? {}
        team.plan_new(&engine).await?;
        bar.inc(u64::try_from(chunk.len()).unwrap_or(0));
    }
    team.work_until(&engine, &clock, now).await?;
    while engine.index_some().await? {}
    bar.finish_and_clear();
    Ok(())
}

/// Posts over the whole period, oldest first: when, from which source, what.
fn posts(begin: Timestamp, now: Timestamp) -> Vec<(Timestamp, &'static str, Draft)> {
    let lines: Vec<Line> = TEXTS
        .iter()
        .flat_map(|file| file.lines())
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
        // Posts that address another made-up company by name would puzzle the reader.
        .filter(|line| !line.text.contains('@') || line.text.contains("@bouwhoek"))
        // As much as a chain of four shops hears.
        .step_by(3)
        .collect();
    let span = now.duration_since(begin).as_secs().max(1).unsigned_abs();
    let mut dice = Dice(42);
    let mut posts: Vec<_> = lines
        .into_iter()
        .enumerate()
        .filter_map(|(number, line)| {
            let at = now
                .saturating_sub(SignedDuration::from_secs(i64::try_from(600 + dice.roll(span)).ok()?))
                .ok()?;
            let (source, draft) = dress(number, line, at.max(begin), &mut dice);
            Some((at.max(begin), source, draft))
        })
        .collect();
    posts.sort_by_key(|(at, ..)| *at);
    posts
}

fn dress(number: usize, line: Line, at: Timestamp, dice: &mut Dice) -> (&'static str, Draft) {
    let channel = Channel::parse(&line.channel).unwrap_or(Channel::Microblog);
    let source = match channel {
        Channel::Review | Channel::Appstore => "reviews",
        Channel::Forum | Channel::VideoComment => "forum",
        _ => "mastodon",
    };
    let name = dice.pick(&NAMES).copied().unwrap_or("Klant");
    let author = format!("{}{}", name.to_lowercase(), dice.roll(900));
    // Reviews say which shop they are about; of other posts one in four does.
    let told = channel == Channel::Review || dice.roll(4) == 0;
    let shop = dice.pick(&SHOPS).copied().filter(|_| told);
    let draft = Draft {
        external_id: format!("demo-{number}"),
        permalink: Some(format!("https://platform.example/p/{number}")),
        author_id: Some(author.clone()),
        author_name: Some(name.to_owned()),
        author_handle: Some(author),
        channel: Some(channel),
        text: line.text,
        lang: Some(line.lang),
        published: Some(at),
        stars: line.stars.map(|value| Stars { value, best: 5.0, worst: 1.0 }),
        reach: Reach {
            followers: dice.roll(900),
            likes: dice.roll(12),
            shares: dice.roll(4),
            replies: dice.roll(3),
        },
        place: shop.map(|id| PlaceHint { id: Some(format!("demo:{id}")), name: None }),
        ..Draft::default()
    };
    (source, draft)
}

/// Answers most cases, keeps most promises, and closes most.
struct Team {
    viewer: Viewer,
    known: u64,
    plan: BinaryHeap<Reverse<(Timestamp, CaseId, Deed)>>,
    dice: Dice,
}

impl Team {
    /// Plans what will be done about new cases.
    async fn plan_new(&mut self, engine: &Engine) -> Result<()> {
        // Cases are numbered without gaps: the next number that is not there is the end.
        let mut fresh: Vec<Case> = Vec::new();
        while let Ok(row) = engine.case_row(&self.viewer, CaseId(self.known + 1)).await {
            self.known += 1;
            fresh.push(row.case);
        }
        for case in fresh {
            if self.dice.roll(12) == 0 {
                continue; // One in twelve is never answered.
            }
            let wait = i64::try_from(20 + self.dice.roll(500)).unwrap_or(60);
            let answer = later(case.opened, wait);
            self.plan.push(Reverse((answer, case.id, Deed::Answer)));
            let mut end = later(answer, i64::try_from(600 + self.dice.roll(3_000)).unwrap_or(900));
            if self.dice.roll(5) == 0 {
                self.plan.push(Reverse((later(answer, 1), case.id, Deed::Promise)));
                if self.dice.roll(5) > 0 {
                    self.plan.push(Reverse((later(answer, 1_200), case.id, Deed::Keep)));
                }
                end = later(end, 1_500);
            }
            let how = u8::try_from(self.dice.roll(10)).unwrap_or(0);
            self.plan.push(Reverse((end, case.id, Deed::Close(how))));
        }
        Ok(())
    }

    /// Does what is planned until then.
    async fn work_until(&mut self, engine: &Engine, clock: &HandClock, until: Timestamp) -> Result<()> {
        while let Some(Reverse((at, ..))) = self.plan.peek() {
            if *at > until {
                break;
            }
            let Some(Reverse((at, case, deed))) = self.plan.pop() else { break };
            clock.set(at);
            while engine.tick().await? {}
            if deed == Deed::Answer
                && let Err(error) = self.answer(engine, case).await
            {
                tracing::debug!(case.id = %case, reason = %error, "history: not answered");
            }
            for command in self.commands(at, &deed) {
                // A refusal is part of the game: the customer may have taken the post away, or nothing is left to keep.
                if let Err(error) = engine.execute(&self.viewer, case, command, None).await {
                    tracing::debug!(case.id = %case, reason = %error, "history: refused");
                }
            }
        }
        clock.set(until);
        while engine.tick().await? {}
        Ok(())
    }

    async fn answer(&self, engine: &Engine, case: CaseId) -> Result<()> {
        let lang = engine.case_row(&self.viewer, case).await?.case.facts.lang;
        answers::answer(engine, &self.viewer, case, answers::text(lang, case.0)).await
    }

    fn commands(&self, at: Timestamp, deed: &Deed) -> Vec<Command> {
        match deed {
            Deed::Answer => vec![Command::Assign { to: Some(self.viewer.user.clone()) }],
            Deed::Promise => vec![Command::Promise {
                kind: PromiseKind::CallBack,
                what: "we bellen je morgen terug".into(),
                due: later(at, 1_440),
            }],
            Deed::Keep => {
                vec![Command::KeepPromise { promise: PromiseId(1), proof: "gebeld, afspraak gemaakt".into() }]
            }
            Deed::Close(how) => {
                let outcome = match how {
                    0..=4 => Outcome::Solved,
                    5 | 6 => Outcome::Explained,
                    7 => Outcome::Compensated,
                    _ => Outcome::NotOurs,
                };
                vec![Command::Close { outcome, note: String::new() }]
            }
        }
    }
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(at)
}
