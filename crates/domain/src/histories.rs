//! Random histories of several cases: whatever comes in, whatever people do and however time passes, the invariants
//! hold, and the law of [`crate::advance`] with them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;

use crate::advance::advance;
use crate::assessment::{Assessment, Intent};
use crate::case::{Case, Outcome, TicketState};
use crate::context::Context;
use crate::decide::{
    Command, Decision, PrivateStep, Refused, ReplyCommand, command, merge, propose, reply, revise, split,
    take_in, withdraw,
};
use crate::event::{Actor, CaseEvent, What};
use crate::group::{join, thread_keys};
use crate::ids::{CaseId, EffectKey, LocationId, MentionId, OutletId, PromiseId, TeamId};
use crate::invariant::{check_case, check_cases, check_effects};
use crate::mention::Mention;
use crate::policy::{Policy, QueueOutlet};
use crate::promise::PromiseKind;
use crate::promised::{Day, Found, Named};
use crate::rank::Priority;
use crate::reply::ReplyState;
use crate::testing::{
    LOCATIONS, agent, assessment, at_shop, complaint, mention_at, mins, policy, question, t, thanks, user,
};
use crate::user::Role;

/// A helpdesk that hears everything, and a resolution clock in the hours of the team.
static RULES: LazyLock<Policy> = LazyLock::new(|| {
    let mut rules = policy();
    rules.norms.resolution.calendar = None;
    rules.queue_outlets.push(QueueOutlet {
        outlet: helpdesk(),
        reasons: Vec::new(),
        from_points: 0.0,
        notes: true,
    });
    rules
});

fn helpdesk() -> OutletId {
    OutletId::parse("helpdesk").unwrap()
}

#[derive(Debug, Clone)]
enum Op {
    /// Somebody posts: who, in which thread, what, about what, how long before we see it.
    Say {
        author: usize,
        thread: u8,
        what: u8,
        ago: i64,
        answers: bool,
    },
    /// Somebody does something to a case.
    Act {
        case: usize,
        what: u8,
        arg: i64,
    },
    /// Time passes, and somebody looks.
    Pass(i64),
    /// A post changes, or goes.
    Change {
        case: usize,
        what: u8,
    },
    Split {
        case: usize,
    },
    Merge {
        into: usize,
        from: usize,
    },
}

fn some_op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..4_usize, 0..3_u8, 0..6_u8, 0..600_i64, any::<bool>())
            .prop_map(|(author, thread, what, ago, answers)| Op::Say { author, thread, what, ago, answers }),
        7 => (0..8_usize, 0..31_u8, 1..6_000_i64).prop_map(|(case, what, arg)| Op::Act { case, what, arg }),
        3 => (1..4_000_i64).prop_map(Op::Pass),
        1 => (0..8_usize, 0..4_u8).prop_map(|(case, what)| Op::Change { case, what }),
        1 => (0..8_usize).prop_map(|case| Op::Split { case }),
        1 => (0..8_usize, 0..8_usize).prop_map(|(into, from)| Op::Merge { into, from }),
    ]
}

enum Asked {
    Command(Command, Actor),
    Reply(ReplyCommand),
}

impl Asked {
    fn of(&self, case: &Case, cx: &Context<'_>) -> Result<Decision, Refused> {
        match self {
            Asked::Command(what, by) => command(case, what, by, Role::Lead, cx),
            Asked::Reply(what) => reply(case, what, &agent(), Role::Lead, cx),
        }
    }
}

struct World {
    now: Timestamp,
    cases: BTreeMap<CaseId, Case>,
    posts: Vec<Mention>,
    history: BTreeMap<CaseId, Vec<CaseEvent>>,
    keys: Vec<EffectKey>,
}

impl World {
    fn new() -> Self {
        // A Thursday, so that runs cross a weekend.
        let now = t("2026-10-22 09:00");
        Self { now, cases: BTreeMap::new(), posts: Vec::new(), history: BTreeMap::new(), keys: Vec::new() }
    }

    fn cx(&self) -> Context<'static> {
        Context { policy: &RULES, locations: &LOCATIONS, now: self.now }
    }

    fn nth(&self, n: usize) -> Option<Case> {
        (!self.cases.is_empty()).then(|| self.cases.values().nth(n % self.cases.len()).unwrap().clone())
    }

    fn new_id(&self) -> CaseId {
        CaseId(self.cases.len() as u64 + 1)
    }

    fn keep(&mut self, decision: Decision) {
        let id = decision.case.id;
        let history = self.history.entry(id).or_default();
        assert_eq!(
            history.len() + decision.events.len(),
            decision.case.events as usize,
            "lines are numbered"
        );
        assert!(
            decision.numbered().map(|(n, _)| n as usize).eq(history.len()..decision.case.events as usize)
        );
        history.extend(decision.events);
        self.keys.extend(decision.effects.into_iter().map(|e| e.key));
        self.cases.insert(id, decision.case);
    }

    fn run(&mut self, op: &Op) {
        self.now += mins(1);
        match op {
            Op::Say { author, thread, what, ago, answers } => {
                self.say(*author, *thread, *what, *ago, *answers)
            }
            Op::Act { case, what, arg } => {
                let Some(case) = self.nth(*case) else { return };
                // Our words hold a promise, with or without a time.
                if *what == 30 {
                    let named = (arg % 3 != 0).then(|| Named { day: Day::In((arg % 5) as u16), until: None });
                    let words =
                        ["we bellen u morgen", "wij zoeken het uit"][usize::from(arg % 2 == 0)].to_owned();
                    let found = Found { kind: PromiseKind::CallBack, words, named };
                    self.keep(propose(&case, &[found], self.now, None, &self.cx()));
                    return;
                }
                if let Ok(decision) = self.asked(&case, *what, *arg).of(&case, &self.cx()) {
                    self.keep(decision);
                }
            }
            Op::Pass(minutes) => {
                self.now += mins(*minutes);
                for case in self.cases.clone().values() {
                    if let Some(decision) = advance(case, &self.cx()) {
                        self.keep(decision);
                    }
                }
            }
            Op::Change { case, what } => self.change(*case, *what),
            Op::Split { case } => {
                let Some(case) = self.nth(*case) else { return };
                let Some(last) = case.mentions.last() else { return };
                let (last, new) = (last.id.clone(), self.new_id());
                if let Ok((old, new)) = split(&case, &[last], new, &agent(), &self.cx()) {
                    self.keep(old);
                    self.keep(new);
                }
            }
            Op::Merge { into, from } => {
                let (Some(into), Some(from)) = (self.nth(*into), self.nth(*from)) else { return };
                if let Ok((into, from)) = merge(&into, &from, &agent(), &self.cx()) {
                    self.keep(into);
                    self.keep(from);
                }
            }
        }
    }

    fn say(&mut self, author: usize, thread: u8, what: u8, ago: i64, answers: bool) {
        let author = ["anna", "carl", "anna", "us"][author];
        let mut m = mention_at(&format!("p{}", self.posts.len()), author, self.now - mins(ago));
        m.seen = self.now;
        m.thread = Some(format!("t{thread}"));
        let before = self.posts.iter().rev().find(|p| p.thread == m.thread);
        m.in_reply_to = before.filter(|_| answers).map(|p| p.external_id.clone());
        let judged: Assessment = match what {
            0 => complaint(1, "delivery.late"),
            1 => at_shop(complaint(3, "product.safety"), "breda"),
            2 => question("delivery.late"),
            3 => thanks(),
            4 => assessment(Intent::Remark),
            _ => complaint(2, "staff.attitude"),
        };
        let keys = thread_keys(&m);
        let near = |c: &&Case| c.is_of(&m.author.key) || c.threads.iter().any(|t| keys.contains(t));
        let candidates: Vec<Case> = self.cases.values().filter(near).cloned().collect();
        let to = join(&m, &judged, &candidates, &self.cx());
        if let Some(decision) = take_in(&to, &candidates, self.new_id(), &m, &judged, &self.cx()) {
            self.keep(decision);
        }
        self.posts.push(m);
    }

    fn change(&mut self, case: usize, what: u8) {
        let Some(case) = self.nth(case) else { return };
        let Some(id) = case.mentions.first().map(|m: &crate::case::CaseMention| m.id.clone()) else { return };
        let post = self.posts.iter().find(|p| p.id == id).unwrap().clone();
        let decision = match what {
            0 => withdraw(&case, &id, &self.cx()),
            1 => revise(&case, &post, &thanks(), &self.cx()),
            _ => revise(&case, &post, &complaint(3, "delivery.late"), &self.cx()),
        };
        self.keep(decision);
    }

    /// What is asked of a case: of its replies, or of itself.
    fn asked(&self, case: &Case, what: u8, arg: i64) -> Asked {
        if !matches!(what, 4..=6) {
            let (command, by) = self.command(case, what, arg);
            return Asked::Command(command, by);
        }
        // One that waits to be posted mostly is.
        let waits = case.replies.iter().find(|r| matches!(r.state, ReplyState::ByHand { .. }));
        Asked::Reply(match waits.map(|r| r.id) {
            Some(reply) if arg % 5 > 0 => ReplyCommand::Confirm { reply, url: None },
            Some(reply) => ReplyCommand::Drop { reply },
            None => {
                let outlet = (arg % 4 == 0).then(helpdesk);
                let text = format!("something {arg}");
                ReplyCommand::Offer { instead: None, to: None, text, outlet, ticked: Vec::new() }
            }
        })
    }

    fn command(&self, case: &Case, what: u8, arg: i64) -> (Command, Actor) {
        let text = || "something".to_owned();
        let promise = PromiseId(arg.unsigned_abs() % 3 + 1);
        let ticket = Actor::Outlet(helpdesk());
        let opened = || Command::TicketOpened { outlet: helpdesk(), ticket: "9".to_owned(), url: None };
        let by_person = match what {
            0 | 1 => Command::Assign { to: Some(user("bo")) },
            2 => Command::Assign { to: None },
            3 => Command::Note { text: text() },
            7 => Command::AskPrivate,
            8 => Command::PrivateStep {
                step: [PrivateStep::Came, PrivateStep::Solved, PrivateStep::ClosedInPublic]
                    [arg.unsigned_abs() as usize % 3],
            },
            9..=11 => Command::WaitForCustomer,
            12 | 13 => Command::Promise { kind: PromiseKind::Other, what: text(), due: self.now + mins(arg) },
            14 => Command::KeepPromise { promise, proof: text() },
            15 => Command::WithdrawPromise { promise, reason: text() },
            16 | 17 => {
                let shop = ["shop", "webcare"][usize::from(case.team.as_str() == "shop")];
                let location = (arg % 3 == 0).then(|| LocationId::parse("ede").unwrap());
                let urgent = (arg % 2 == 0).then_some(true);
                Command::HandOver { to: TeamId::parse(shop).unwrap(), location, note: text(), urgent }
            }
            18 => Command::GiveBack { note: text() },
            19 => Command::Close {
                outcome: Outcome::CHOICES[arg.unsigned_abs() as usize % 6],
                note: String::new(),
            },
            20 => Command::Reopen { note: String::new() },
            21 => Command::SetLocation { location: Some(LocationId::parse("breda").unwrap()) },
            22 => return (opened(), ticket),
            24 | 25 => Command::Snooze { until: self.now + mins(arg), reason: text() },
            26 => Command::Wake,
            27 => {
                Command::RecordCall { answered: arg % 3 != 0, seconds: 9, reference: text(), promise: None }
            }
            28 => Command::AcceptProposal {
                proposal: arg.unsigned_abs() as u32 % 3 + 1,
                promise: (arg % 2 == 0).then_some(PromiseKind::CallBack),
                what: String::new(),
                due: (arg % 5 == 0).then(|| self.now + mins(arg)),
            },
            29 => Command::DismissProposal { proposal: arg.unsigned_abs() as u32 % 3 + 1 },
            _ => {
                let state = [TicketState::Pending, TicketState::Resolved, TicketState::Open]
                    [arg.unsigned_abs() as usize % 3];
                return (
                    Command::TicketChanged { outlet: helpdesk(), ticket: "9".to_owned(), state },
                    ticket,
                );
            }
        };
        (by_person, agent())
    }

    fn check(&self) {
        for case in self.cases.values() {
            assert_eq!(check_case(case, &RULES), [], "{case:#?}");
            self.stages_fired_once(case);
        }
        assert_eq!(check_cases(self.cases.values()), []);
        assert_eq!(check_effects(&self.keys), []);
        self.each_post_is_somewhere_once();
    }

    /// SL-1 in the history: no clock has more lines than it has stages.
    fn stages_fired_once(&self, case: &Case) {
        let history = &self.history[&case.id];
        let lines = |wanted: &dyn Fn(&What) -> bool| history.iter().filter(|e| wanted(&e.what)).count();
        let red = lines(&|w| matches!(w, What::ClockRed { .. }));
        let amber = lines(&|w| matches!(w, What::ClockAmber { .. }));
        // A clock that a merge replaced by an older one takes its line along.
        let merged = lines(&|w| matches!(w, What::MergedIn { .. }));
        assert!(red <= case.clocks.iter().filter(|c| c.red_fired.is_some()).count() + merged);
        assert!(amber <= case.clocks.iter().filter(|c| c.amber_fired.is_some()).count() + merged);
        let queued = lines(&|w| matches!(w, What::Queued { .. }));
        assert_eq!(queued, case.queue_count as usize);
    }

    /// Rule 2: splitting and merging lose no post.
    fn each_post_is_somewhere_once(&self) {
        let mut homes: BTreeMap<&MentionId, usize> = BTreeMap::new();
        for case in self.cases.values().filter(|c| c.merged_into.is_none()) {
            for mention in &case.mentions {
                *homes.entry(&mention.id).or_default() += 1;
            }
        }
        assert!(homes.values().all(|n| *n == 1), "{homes:?}");
        for case in self.cases.values().filter(|c| c.merged_into.is_some()) {
            assert!(case.mentions.iter().all(|m| homes.contains_key(&m.id)));
        }
    }
}

/// What does not depend on when somebody looked: all but the rank, whose clock part does, and what of it was pushed to
/// tickets.
fn lasting(case: &Case) -> Case {
    let mut case = Case { priority: Priority::default(), ..case.clone() };
    for ticket in &mut case.tickets {
        (ticket.pushed, ticket.pushes) = (None, 0);
    }
    case
}

fn pass(case: &Case, now: Timestamp) -> (Case, Vec<CaseEvent>) {
    let cx = Context { policy: &RULES, locations: &LOCATIONS, now };
    advance(case, &cx).map_or_else(|| (case.clone(), Vec::new()), |d| (d.case, d.events))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_happens_the_invariants_hold(ops in proptest::collection::vec(some_op(), 1..40)) {
        let mut world = World::new();
        for op in &ops {
            world.run(op);
            world.check();
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn it_makes_no_difference_how_often_somebody_looks(
        ops in proptest::collection::vec(some_op(), 3..25), a in 1..9_000_i64, b in 1..9_000_i64,
    ) {
        let mut world = World::new();
        for op in &ops {
            world.run(op);
        }
        for case in world.cases.values() {
            let (t1, t2) = (world.now + mins(a), world.now + mins(a + b));
            let (once, all) = pass(case, t2);
            let (half, mut events) = pass(case, t1);
            let (twice, rest) = pass(&half, t2);
            events.extend(rest);
            prop_assert_eq!(lasting(&twice), lasting(&once));
            prop_assert_eq!(events, all);
            // And looking again at the same moment finds nothing.
            prop_assert_eq!(pass(&twice, t2).1, []);
        }
    }

    #[test]
    fn a_command_finds_time_passed_whether_or_not_somebody_looked(
        ops in proptest::collection::vec(some_op(), 3..25), wait in 1..9_000_i64, what in 0..31_u8, arg in 1..6_000_i64,
    ) {
        let mut world = World::new();
        for op in &ops {
            world.run(op);
        }
        let early = world.now + mins(wait / 2);
        world.now += mins(wait);
        for case in world.cases.values() {
            let asked = world.asked(case, what, arg);
            let seen = pass(case, early).0;
            let unseen = asked.of(case, &world.cx()).map(|d| lasting(&d.case));
            let after = asked.of(&seen, &world.cx()).map(|d| lasting(&d.case));
            prop_assert_eq!(after, unseen);
        }
    }

    #[test]
    fn a_record_opens_as_it_was_written(ops in proptest::collection::vec(some_op(), 3..15)) {
        let mut world = World::new();
        for op in &ops {
            world.run(op);
        }
        for case in world.cases.values() {
            let text = serde_json::to_string(case).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Case>(&text).unwrap(), case);
        }
        for event in world.history.values().flatten() {
            let text = serde_json::to_string(event).unwrap();
            prop_assert_eq!(&serde_json::from_str::<CaseEvent>(&text).unwrap(), event);
        }
    }
}

#[test]
fn the_histories_reach_every_kind_of_event() {
    // Otherwise the laws above would say less than they seem to.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..400 {
        let ops = proptest::collection::vec(some_op(), 40).new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        for op in &ops {
            world.run(op);
        }
        for event in world.history.values().flatten() {
            let record = serde_json::to_value(&event.what).unwrap();
            seen.insert(record["kind"].as_str().unwrap().to_owned());
        }
    }
    // Left out are only those that the operations do not ask for.
    for kind in [
        "opened",
        "joined",
        "revised",
        "withdrawn",
        "replied",
        "noted",
        "assigned",
        "promised",
        "promise_due",
        "promise_ended",
        "handed_over",
        "returned",
        "clock_amber",
        "clock_red",
        "queued",
        "ticket_opened",
        "ticket_changed",
        "waiting_for_customer",
        "private_talk",
        "closed",
        "reopened",
        "split_off",
        "split_from",
        "merged_in",
        "merged_into",
        "located",
        "promise_proposed",
        "proposal_dismissed",
        "called",
        "snoozed",
        "woken",
    ] {
        assert!(seen.contains(kind), "{kind} is never reached: {seen:?}");
    }
}
