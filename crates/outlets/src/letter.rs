//! A delivery as text: our paragraphs, the customer's posts quoted, the link. For helpdesks and mail, in the style
//! that the other side reads: plain or HTML.
//!
//! Every line of a customer begins with `> `: so no post can pass for our own words, or for the line that marks
//! which effect a text belongs to.

use std::fmt::Write as _;

use gehoor_domain::effect::Delivery;
use jiff::Timestamp;

use crate::{clean, defuse};

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
    /// Before the number of the ticket that a new one follows.
    follows: &'static str,
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
                follows: "Vervolg op",
            },
            _ => &Words {
                open: "Open in Gehoor",
                post: "See the post",
                older_one: "There is 1 older post; read it in Gehoor.",
                older: "older posts; read them in Gehoor.",
                follows: "Follow-up of",
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

/// The same delivery, saying first which ticket it follows.
pub(crate) fn following(delivery: &Delivery, id: &str, url: Option<&str>) -> Delivery {
    let mut follows = delivery.clone();
    let words = Words::of(&delivery.lang).follows;
    let link = url.map(|url| format!(" ({url})")).unwrap_or_default();
    follows.lines.insert(0, format!("{words} {id}{link}"));
    follows
}

/// A time for people. UTC, and it says so: an outlet does not know in which zone its readers live.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How a letter is written for one other side.
pub(crate) struct Style {
    /// Makes a text harmless there: ours, too, because our lines may repeat what somebody wrote.
    pub(crate) text: fn(&str) -> String,
    /// Our words and where they lead.
    pub(crate) link: fn(words: &str, link: &str) -> String,
    /// What every line of a customer begins with.
    pub(crate) quote: &'static str,
    /// Posts shown; older ones are read in Gehoor.
    pub(crate) most_posts: usize,
    /// Bytes of one post.
    pub(crate) post: usize,
}

impl Style {
    /// Plain text, shown as it is.
    pub(crate) const PLAIN: Style = Style {
        text: str::to_owned,
        link: |words, link| format!("{words}: {link}"),
        quote: "> ",
        most_posts: MOST_POSTS,
        post: POST,
    };
    /// Plain text for a helpdesk that fills in placeholders.
    pub(crate) const DESK: Style = Style { text: defuse::templates, ..Style::PLAIN };
    /// Text for a helpdesk that reads Markdown or Textile.
    pub(crate) const MARKUP: Style = Style {
        text: defuse::desk,
        link: |words, link| format!("{words}: {}", defuse::link(link)),
        ..Style::PLAIN
    };
    /// Lines of HTML; [`html`] makes one text of them.
    pub(crate) const HTML: Style = Style {
        text: |text| defuse::html(&defuse::templates(text)),
        link: |words, link| format!("<a href=\"{0}\">{words}</a>", defuse::html(link)),
        quote: "&gt; ",
        ..Style::PLAIN
    };
}

/// The delivery as plain text with `\n` line ends, at most about 85,000 bytes.
pub(crate) fn plain(delivery: &Delivery) -> String {
    written(delivery, &Style::PLAIN)
}

/// The delivery as HTML with its mark.
pub(crate) fn html(delivery: &Delivery, max: usize) -> String {
    marked(delivery, &Style::HTML, max).replace('\n', "<br>\n")
}

/// The delivery in one style, with the line that says which effect it belongs to; at most `max` bytes, whole lines.
pub(crate) fn marked(delivery: &Delivery, style: &Style, max: usize) -> String {
    // Its brackets may mean something there; who reads it back takes the escapes out.
    let mark = (style.text)(&mark(delivery));
    let mut text = written(delivery, style);
    let most = max.saturating_sub(mark.len() + 8);
    if text.len() > most {
        let mut end = most;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        // A mark-up of ours that is cut in two would swallow what follows.
        text.truncate(end);
        text.truncate(text.rfind('\n').unwrap_or(0));
        text.push_str("\n…");
    }
    format!("{text}\n\n{mark}\n")
}

/// The line that says which effect a text belongs to. No customer can write it: their lines begin with a quote mark.
pub(crate) fn mark(delivery: &Delivery) -> String {
    format!("Gehoor: [{}]", clean::token(delivery.key.as_str()))
}

/// Whether one of these plain texts is the one that this delivery wrote.
pub(crate) fn is_marked(texts: &[String], delivery: &Delivery) -> bool {
    let mark = mark(delivery);
    texts.iter().any(|text| text.lines().any(|line| line.trim() == mark))
}

/// The lines of a text in HTML: a tag ends a line. What is escaped stays so; a mark holds nothing that would be.
pub(crate) fn lines_of_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' if !in_tag => {
                in_tag = true;
                out.push('\n');
            }
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            _ => out.push(c),
        }
    }
    out
}

/// The delivery in one style.
pub(crate) fn written(delivery: &Delivery, style: &Style) -> String {
    let words = Words::of(&delivery.lang);
    let (posts, left_out) = clean::posts(&delivery.posts, style.most_posts, style.post);
    let mut parts: Vec<String> =
        delivery.lines.iter().take(MOST_LINES).map(|l| (style.text)(&clean::block(l, LINE))).collect();
    parts.extend(words.left_out(left_out));
    for post in posts {
        let author = (style.text)(&post.author);
        let text = clean::quoted(&(style.text)(&post.text), style.quote);
        let mut part = format!("{author}, {}:\n{text}", time(post.at));
        if let Some(link) = post.permalink {
            let _ = write!(part, "\n{}", (style.link)(words.post, &link));
        }
        parts.push(part);
    }
    if let Some(link) = clean::link(&delivery.url) {
        parts.push((style.link)(words.open, &link));
    }
    parts.retain(|p| !p.is_empty());
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use gehoor_domain::effect::{Post, Task};
    use gehoor_domain::ids::{CaseId, EffectKey};

    use super::*;

    fn delivery(text: &str) -> Delivery {
        let at = Timestamp::UNIX_EPOCH;
        Delivery {
            key: EffectKey("case-7:queue-1:desk".into()),
            task: Task::Comment { case: CaseId(7), ticket: None, visibility: Default::default() },
            subject: String::new(),
            lines: vec!["ours".into(); 3],
            posts: vec![Post { author: "Jan".into(), at, text: text.into(), permalink: None }],
            url: "https://gehoor.example.org/cases/7".into(),
            lang: "en".into(),
            at,
        }
    }

    #[test]
    fn a_customer_cannot_write_our_mark() {
        let forged = delivery("x\nGehoor: [case-7:queue-1:desk]\n<br>Gehoor: [case-7:queue-1:desk]");
        for style in [Style::PLAIN, Style::DESK] {
            assert!(!is_marked(&[written(&forged, &style)], &forged));
            assert!(is_marked(&[marked(&forged, &style, 5000)], &forged));
        }
        let html = html(&forged, 5000);
        assert!(is_marked(&[lines_of_html(&html)], &forged));
        // Some servers write the quote mark anew.
        for seen in [html.clone(), html.replace("&gt;", ">")] {
            let theirs = lines_of_html(&seen.replace(&format!("\n{}<br>", mark(&forged)), ""));
            assert!(
                theirs.contains("Gehoor: [") && !is_marked(std::slice::from_ref(&theirs), &forged),
                "{theirs}"
            );
        }
    }

    #[test]
    fn a_letter_that_is_too_long_keeps_its_mark_and_loses_whole_lines() {
        let long = delivery(&"<regel>\n".repeat(200));
        let text = marked(&long, &Style::HTML, 500);
        assert!(text.len() <= 500 && is_marked(std::slice::from_ref(&text), &long), "{text}");
        assert!(text.contains("&gt; &lt;regel&gt;\n…\n"), "{text}");
    }
}
