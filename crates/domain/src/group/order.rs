//! In which order mentions that came in together are filed.

use std::collections::HashMap;

use crate::ids::SourceId;
use crate::mention::Mention;

/// The places of mentions in the order in which they are to be filed: oldest first, but never an answer before what it
/// answers. Pages begin with the newest, platforms count in seconds, and clocks of two servers differ.
#[must_use]
pub fn answered_first(mentions: &[&Mention]) -> Vec<usize> {
    let at: HashMap<(&SourceId, &str), usize> =
        mentions.iter().enumerate().map(|(at, m)| ((m.space(), m.external_id.as_str()), at)).collect();
    let answered = |of: usize| {
        let mention = mentions.get(of)?;
        at.get(&(mention.space(), mention.in_reply_to.as_deref()?)).copied()
    };
    let mut oldest: Vec<usize> = (0..mentions.len()).collect();
    oldest.sort_by_key(|at| mentions.get(*at).map(|m| m.published));
    let mut order = Vec::with_capacity(mentions.len());
    let mut filed = vec![false; mentions.len()];
    for first in oldest {
        // What it answers, what that answers, and so on; a ring ends where it closes.
        let mut chain = Vec::new();
        let mut next = Some(first);
        while let Some(at) = next {
            match filed.get_mut(at) {
                Some(filed) if !*filed => *filed = true,
                _ => break,
            }
            chain.push(at);
            next = answered(at);
        }
        order.extend(chain.into_iter().rev());
    }
    order
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{mention_at, t};

    /// Each with what it answers and the second it was published in.
    fn talk(posts: &[(Option<usize>, i64)]) -> Vec<Mention> {
        let one = |(at, (parent, second)): (usize, &(Option<usize>, i64))| Mention {
            in_reply_to: parent.map(|p| p.to_string()),
            ..mention_at(&at.to_string(), "anna", t("2026-11-23 10:00") + SignedDuration::from_secs(*second))
        };
        posts.iter().enumerate().map(one).collect()
    }

    fn order(posts: &[(Option<usize>, i64)]) -> Vec<usize> {
        answered_first(&talk(posts).iter().collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn each_is_filed_once_and_no_answer_before_what_it_answers(
            posts in proptest::collection::vec((proptest::option::of(0_usize..12), 0_i64..3), 1..12)
        ) {
            // Nobody answers what is not written yet.
            let posts: Vec<_> = posts
                .into_iter()
                .enumerate()
                .map(|(at, (parent, second))| (parent.filter(|p| *p < at), second))
                .collect();
            let order = order(&posts);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..posts.len()).collect::<Vec<_>>());
            let place = |at: usize| order.iter().position(|o| *o == at).unwrap();
            for (at, (parent, _)) in posts.iter().enumerate() {
                prop_assert!(parent.is_none_or(|parent| place(parent) < place(at)));
            }
        }
    }

    #[test]
    fn of_what_answers_nothing_the_oldest_comes_first() {
        assert_eq!(order(&[(None, 2), (None, 0), (None, 1)]), [1, 2, 0]);
    }

    #[test]
    fn posts_that_answer_each_other_in_a_ring_are_filed_all_the_same() {
        let mut ring = order(&[(Some(2), 0), (Some(0), 0), (Some(1), 0), (Some(3), 0)]);
        ring.sort_unstable();
        assert_eq!(ring, [0, 1, 2, 3]);
    }
}
