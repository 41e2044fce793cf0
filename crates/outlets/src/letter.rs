//! A delivery as plain text: our paragraphs, the customer's posts quoted, the link. For helpdesks and mail.
//!
//! Every line of a customer begins with `> `: so no post can pass for our own words, or for the line that marks
//! which effect a text belongs to.

use std::fmt::Write as _;

use gehoor_domain::effect::Delivery;
use jiff::Timestamp;

use crate::clean;

/// Posts shown in one letter; older ones are read in Gehoor.
const MOST_POSTS: usize = 10;
/// Bytes of one post.
const POST: usize = 4000;
/// Our paragraphs in one letter.
const MOST_LINES: usize = 40;
/// Bytes of one of our paragraphs.
const LINE: usize = 1000;

/// Our own words around what is sent.
pub(crate) struct Words {
    /// Before the link to the case or alert.
    pub(crate) open: &'static str,
    /// Before a link to a post.
    pub(crate) post: &'static str,
    /// One older post was left out.
    older_one: &'static str,
    /// Several older posts were left out; their number goes before it.
    older: &'static str,
}

impl Words {
    /// The words of a language; English unless it is `nl`.
    pub(crate) fn of(lang: &str) -> &'static Words {
        match lang {
            "nl" => &Words {
                open: "Openen in Gehoor",
                post: "Bericht bekijken",
                older_one: "Er is 1 ouder bericht; lees het in Gehoor.",
                older: "oudere berichten; lees ze in Gehoor.",
            },
            _ => &Words {
                open: "Open in Gehoor",
                post: "See the post",
                older_one: "There is 1 older post; read it in Gehoor.",
                older: "older posts; read them in Gehoor.",
            },
        }
    }

    /// Says that so many older posts are not shown; nothing when all are.
    pub(crate) fn left_out(&self, number: usize) -> Option<String> {
        match number {
            0 => None,
            1 => Some(self.older_one.to_owned()),
            n => Some(format!("{n} {}", self.older)),
        }
    }
}

/// A time for people. UTC, and it says so: an outlet does not know in which zone its readers live.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The delivery as plain text with `\n` line ends, at most about 85,000 bytes.
pub(crate) fn plain(delivery: &Delivery) -> String {
    let words = Words::of(&delivery.lang);
    let (posts, left_out) = clean::posts(&delivery.posts, MOST_POSTS, POST);
    let mut parts: Vec<String> =
        delivery.lines.iter().take(MOST_LINES).map(|l| clean::block(l, LINE)).collect();
    parts.extend(words.left_out(left_out));
    for post in posts {
        let mut part = format!("{}, {}:\n{}", post.author, time(post.at), clean::quoted(&post.text));
        if let Some(link) = post.permalink {
            let _ = write!(part, "\n{}: {link}", words.post);
        }
        parts.push(part);
    }
    if let Some(link) = clean::link(&delivery.url) {
        parts.push(format!("{}: {link}", words.open));
    }
    parts.retain(|p| !p.is_empty());
    parts.join("\n\n")
}
