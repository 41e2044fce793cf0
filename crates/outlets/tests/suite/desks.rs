//! What every helpdesk has to do, each tried with a small one of its kind: a ticket once, a text once, opened again,
//! nothing for customers, and the way back.

use crate::common::{
    answer, comment, credential_of, delivery, example, now, outlet, public_comment, push, request, shown,
    talk, ticket,
};
use crate::small::{DESKS, Small};
use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_outlets::{Context, Retry, Step, TicketNews, Watch};
use gehoor_wire::Outgoing;

fn deliver(kind: &'static str, small: &mut Small, delivery: &Delivery) -> (Vec<Outgoing>, Step) {
    talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), delivery, |out| small.answer(request(out)))
}

fn queue(kind: &str, stage: &str, known: Option<&str>) -> Delivery {
    delivery(stage, kind, ticket(known))
}

fn done(kind: &str, step: Step) -> Receipt {
    match step {
        Step::Done(receipt) => receipt,
        other => panic!("{kind}: not delivered: {other:?}"),
    }
}

/// A small helpdesk with our ticket in it.
fn with_ticket(kind: &'static str) -> (Small, String) {
    let mut small = Small::new(kind);
    let (_, end) = deliver(kind, &mut small, &queue(kind, "queue-1", None));
    let id = done(kind, end).id.unwrap();
    (small, id)
}

fn all(sent: &[Outgoing]) -> String {
    sent.iter().map(shown).collect::<Vec<_>>().join("\n---\n")
}

#[test]
fn an_unknown_case_becomes_one_ticket_with_our_key_our_text_and_a_link_back() {
    for kind in DESKS {
        let mut small = Small::new(kind);
        let (sent, end) = deliver(kind, &mut small, &queue(kind, "queue-1", None));
        let receipt = done(kind, end);
        assert_eq!(receipt.id, Some(small.id(1)), "{kind}");
        let made = &small.tickets[0];
        assert_eq!(made.key, "gehoor-bouwhoek-7", "{kind}");
        assert_eq!(made.texts.len(), 1, "{kind}");
        assert!(made.texts[0].contains("https://gehoor.example.org/cases/7"), "{kind}: {}", made.texts[0]);
        assert!(made.texts[0].contains("Niemand belt terug!"), "{kind}: {}", made.texts[0]);
        assert!(!made.priority.is_null(), "{kind}: no priority was pushed");
        assert!(made.public.is_empty(), "{kind}: customers can read {:?}", made.public);
        insta::assert_snapshot!(format!("created_{kind}"), all(&sent));
    }
}

#[test]
fn an_answer_that_got_lost_makes_neither_a_second_ticket_nor_a_second_text() {
    for kind in DESKS {
        let (mut small, id) = with_ticket(kind);
        let (_, end) = deliver(kind, &mut small, &queue(kind, "queue-1", None));
        assert_eq!(done(kind, end).id.as_ref(), Some(&id), "{kind}");
        assert_eq!((small.tickets.len(), small.tickets[0].texts.len()), (1, 1), "{kind}");

        let again = queue(kind, "queue-2", Some(&id));
        for _ in 0..2 {
            let (_, end) = deliver(kind, &mut small, &again);
            assert_eq!(done(kind, end).id.as_ref(), Some(&id), "{kind}");
            assert_eq!((small.tickets.len(), small.tickets[0].texts.len()), (1, 2), "{kind}");
        }
    }
}

#[test]
fn a_conversation_that_breaks_off_anywhere_ends_with_one_ticket_and_each_text_once() {
    for kind in DESKS {
        for breaks in 0..8 {
            let (mut small, id) = with_ticket(kind);
            small.tickets[0].state = small.word(TicketState::Resolved);
            let again = queue(kind, "queue-2", Some(&id));
            let mut step = 0;
            // The request arrives, its answer does not.
            let (_, broken) = talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), &again, |out| {
                let heard = small.answer(request(out));
                step += 1;
                if step > breaks { answer(504, "") } else { heard }
            });
            if step > breaks {
                assert!(matches!(broken, Step::Refused(r) if r.retry == Retry::BackOff), "{kind} {breaks}");
            }
            let (_, end) = deliver(kind, &mut small, &again);
            assert_eq!(done(kind, end).id.as_ref(), Some(&id), "{kind} {breaks}");
            assert_eq!(small.tickets.len(), 1, "{kind} {breaks}");
            assert_eq!(small.tickets[0].texts.len(), 2, "{kind} {breaks}: {:?}", small.tickets[0].texts);
            assert_eq!(small.tickets[0].state, small.word(TicketState::Open), "{kind} {breaks}");
        }
    }
}

#[test]
fn a_resolved_or_waiting_ticket_is_opened_again_and_told_why() {
    for kind in DESKS {
        for state in [TicketState::Resolved, TicketState::Pending] {
            let (mut small, id) = with_ticket(kind);
            small.tickets[0].state = small.word(state);
            let (sent, end) = deliver(kind, &mut small, &queue(kind, "queue-2", Some(&id)));
            assert_eq!(done(kind, end).id.as_ref(), Some(&id), "{kind}");
            assert_eq!(small.tickets[0].state, small.word(TicketState::Open), "{kind}");
            assert_eq!(small.tickets[0].texts.len(), 2, "{kind}");
            assert!(small.tickets[0].public.is_empty(), "{kind}");
            if state == TicketState::Resolved {
                insta::assert_snapshot!(format!("reopened_{kind}"), all(&sent));
            }
        }
    }
}

#[test]
fn a_ticket_that_is_gone_is_replaced_once() {
    for kind in DESKS {
        let (mut small, id) = with_ticket(kind);
        small.tickets[0].gone = true;
        for _ in 0..2 {
            let (_, end) = deliver(kind, &mut small, &queue(kind, "queue-2", Some(&id)));
            assert_eq!(done(kind, end).id, Some(small.id(2)), "{kind}");
            assert_eq!((small.tickets.len(), small.tickets[1].texts.len()), (2, 1), "{kind}");
        }
    }
}

#[test]
fn an_id_of_another_kind_of_helpdesk_is_looked_up_by_our_key() {
    for kind in DESKS {
        let (mut small, id) = with_ticket(kind);
        let (_, end) = deliver(kind, &mut small, &queue(kind, "queue-2", Some("../../etc?x=1")));
        assert_eq!(done(kind, end).id, Some(id), "{kind}");
        assert_eq!(small.tickets.len(), 1, "{kind}");
        let note = delivery("event-4", kind, comment(Some("../x")));
        let (sent, end) = deliver(kind, &mut small, &note);
        assert!(sent.is_empty() && matches!(end, Step::Refused(r) if r.retry == Retry::No), "{kind}");
    }
}

#[test]
fn a_note_comes_once_and_customers_never_see_it() {
    for kind in DESKS {
        let (mut small, id) = with_ticket(kind);
        let note = delivery("event-4", kind, comment(Some(&id)));
        let (sent, end) = deliver(kind, &mut small, &note);
        assert_eq!(done(kind, end).id.as_ref(), Some(&id), "{kind}");
        insta::assert_snapshot!(format!("noted_{kind}"), all(&sent));
        deliver(kind, &mut small, &note);
        assert_eq!(small.tickets[0].texts.len(), 2, "{kind}");
        assert!(small.tickets[0].public.is_empty(), "{kind}: {:?}", small.tickets[0].public);
        // A note about a resolved ticket leaves it resolved.
        small.tickets[0].state = small.word(TicketState::Resolved);
        deliver(kind, &mut small, &delivery("event-5", kind, comment(Some(&id))));
        assert_eq!(small.tickets[0].state, small.word(TicketState::Resolved), "{kind}");

        small.tickets[0].gone = true;
        let (_, end) = deliver(kind, &mut small, &delivery("event-6", kind, comment(Some(&id))));
        assert!(matches!(end, Step::Refused(r) if r.retry == Retry::No), "{kind}");
        let (sent, end) = deliver(kind, &mut small, &delivery("event-7", kind, comment(None)));
        assert_eq!((sent.len(), done(kind, end).id), (0, None), "{kind}");
    }
}

#[test]
fn what_stands_in_public_goes_in_as_public_only_where_that_is_configured_and_notes_never_do() {
    for kind in DESKS {
        let mut own = example(gehoor_outlets::kind(kind).unwrap());
        own.insert("public_posts".into(), true.into());
        let shows = gehoor_outlets::build(kind, &own).unwrap();
        let (mut small, id) = with_ticket(kind);
        let public = || delivery("event-4", kind, public_comment(&id));
        deliver(kind, &mut small, &public());
        assert!(small.tickets[0].public.is_empty(), "{kind}: nobody asked for that");

        let (mut small, id) = with_ticket(kind);
        let secret = credential_of(kind);
        for task in [public_comment(&id), comment(Some(&id))] {
            let stage = format!("event-{}", small.tickets[0].texts.len());
            let text = delivery(&stage, kind, task);
            let (_, end) = talk(shows.as_ref(), secret.as_ref(), &text, |out| small.answer(request(out)));
            done(kind, end);
        }
        let seen = small.tickets[0].public.len();
        // HubSpot's notes are for colleagues, all of them.
        assert_eq!(seen, usize::from(kind != "hubspot"), "{kind}: {:?}", small.tickets[0].public);
        assert_eq!(small.tickets[0].texts.len(), 3, "{kind}");
    }
}

#[test]
fn a_new_priority_is_pushed_without_a_word_and_what_is_gone_is_left_alone() {
    for kind in DESKS {
        let (mut small, id) = with_ticket(kind);
        let before = small.tickets[0].priority.clone();
        let news = delivery("push-1", kind, push(Some(&id)));
        let (sent, end) = deliver(kind, &mut small, &news);
        assert_eq!(done(kind, end).id.as_ref(), Some(&id), "{kind}");
        assert_eq!((sent.len(), small.tickets[0].texts.len()), (1, 1), "{kind}");
        assert_ne!(small.tickets[0].priority, before, "{kind}");
        insta::assert_snapshot!(format!("pushed_{kind}"), all(&sent));
        small.tickets[0].gone = true;
        let (_, end) = deliver(kind, &mut small, &news);
        match end {
            // What is gone there looks like what we may not see, and that has to be told.
            Step::Refused(refusal) if kind == "znuny" => assert!(refusal.reason.contains("AccessDenied")),
            end => drop(done(kind, end)),
        }
        let (sent, end) = deliver(kind, &mut small, &delivery("push-2", kind, push(None)));
        assert_eq!((sent.len(), done(kind, end).id), (0, None), "{kind}");
        assert_eq!(small.tickets.len(), 1, "{kind}");
    }
}

#[test]
fn a_ticket_that_stays_closed_is_followed_by_one_that_says_so_and_only_by_one() {
    for kind in ["redmine", "jira-service-management"] {
        // Redmine says yes and changes nothing; Jira has no way back.
        let (mut small, id) = with_ticket(kind);
        small.tickets[0].state = small.word(TicketState::Resolved);
        small.stubborn = true;
        let again = queue(kind, "queue-2", Some(&id));
        for _ in 0..2 {
            let (_, end) = deliver(kind, &mut small, &again);
            assert_eq!(done(kind, end).id, Some(small.id(2)), "{kind}");
        }
        assert_eq!(small.tickets.len(), 2, "{kind}");
        let text = &small.tickets[1].texts[0];
        assert!(
            text.contains(&format!("Vervolg op {id}")) || text.contains("Vervolg op CM\\-1"),
            "{kind}: {text}"
        );
        // From then on the new one is the ticket.
        let next = queue(kind, "queue-3", Some(&small.id(2)));
        let (_, end) = deliver(kind, &mut small, &next);
        assert_eq!(done(kind, end).id, Some(small.id(2)), "{kind}");
        assert_eq!(small.tickets[1].texts.len(), 2, "{kind}");
    }
}

#[test]
fn tickets_are_asked_about_together_and_their_words_are_understood() {
    for kind in DESKS {
        let (plug, secret) = (outlet(kind), credential_of(kind));
        let cx = Context { now: now(), credential: secret.as_ref() };
        let mut small = Small::new(kind);
        let states = [TicketState::Open, TicketState::Pending, TicketState::Resolved];
        for (n, state) in states.iter().enumerate() {
            let mut other = queue(kind, "queue-1", None);
            if let gehoor_domain::effect::Task::Ticket { external, .. } = &mut other.task {
                *external = format!("gehoor-x-{n}");
            }
            deliver(kind, &mut small, &other);
            small.tickets[n].state = small.word(*state);
        }
        let mut ids: Vec<String> = (1..=3).map(|n| small.id(n)).collect();
        let news = |small: &mut Small, ids: &[String]| {
            let Watch::Ask(ask) = plug.watch(ids, &cx) else { panic!("{kind}: nothing asked") };
            let text = shown(&Outgoing::Http((*ask).clone()));
            (text, plug.read_news(ids, &small.answer(&ask)))
        };
        let (asked, heard) = news(&mut small, &ids);
        insta::assert_snapshot!(format!("watched_{kind}"), asked);
        let expected: Vec<TicketNews> =
            ids.iter().zip(states).map(|(id, state)| TicketNews { id: id.clone(), state }).collect();
        assert_eq!(heard.unwrap(), expected, "{kind}");

        // One that is gone, asked for alone, is told; among others, where that means something.
        small.tickets[0].gone = true;
        let gone = TicketNews { id: ids[0].clone(), state: TicketState::Gone };
        assert_eq!(news(&mut small, &ids[..1]).1.unwrap(), std::slice::from_ref(&gone), "{kind}");
        match news(&mut small, &ids).1 {
            Ok(heard) => {
                assert_eq!(heard.iter().filter(|n| n.state != TicketState::Gone).count(), 2, "{kind}");
                assert!(heard.iter().all(|n| n.state != TicketState::Gone || *n == gone), "{kind}");
            }
            Err(refusal) => {
                assert!(kind == "znuny" && refusal.reason.contains("ro"), "{kind}: {}", refusal.reason)
            }
        }
        // All gone: our user has lost its rights instead.
        small.tickets.iter_mut().for_each(|t| t.gone = true);
        if kind != "znuny" {
            assert_eq!(news(&mut small, &ids).1.unwrap(), [], "{kind}");
        }
        ids = vec!["?".to_owned()];
        assert!(matches!(plug.watch(&ids, &cx), Watch::Nothing), "{kind}");
    }
}
