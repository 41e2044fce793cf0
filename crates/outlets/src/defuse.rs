//! Text of strangers that must not mean anything at the other side: nobody is called, no link is hidden or made, no
//! picture loaded, no placeholder filled in, no mark-up read.
//!
//! Two ways: what has an escape is escaped (HTML), and what has none, or several depending on who shows it (the
//! dialects of Markdown), is broken up by a space that nobody sees. The words stay readable.

use url::{Origin, Url};

/// A space without width.
const GAP: char = '\u{200b}';

/// For HTML, in texts and in quoted attributes.
pub(crate) fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// For helpdesks that fill in placeholders of their own: `{{ticket.url}}` and `{% if %}` (Liquid: Zendesk, Freshdesk,
/// HubSpot, Chatwoot), `#{ticket.id}` (Zammad), `{{include(Page)}}` (Redmine).
pub(crate) fn templates(text: &str) -> String {
    broken(text, |_, c, next| match c {
        '{' => matches!(next, Some('{' | '%' | '#')),
        '#' => next == Some('{'),
        _ => false,
    })
}

/// For chats that read Markdown or Slack's mark-up: `@channel`, `<!channel>`, `<@7>`, `[words](link)`, `![](picture)`,
/// `<https://…>`, and addresses that would become links by themselves or show a picture.
pub(crate) fn chat(text: &str) -> String {
    broken(text, |before, c, next| match c {
        '@' => true,
        '<' => next.is_some_and(|n| !n.is_whitespace()),
        ']' => matches!(next, Some('(' | '[' | ':')),
        '!' => next == Some('['),
        ':' => next == Some('/') || ends_with(before, "mailto") || ends_with(before, "tel"),
        '.' => ends_with(before, "www"),
        '{' => matches!(next, Some('{' | '%')),
        _ => false,
    })
}

/// Puts addresses of our own place, broken up by [`chat`], together again: they lead to Gehoor and nowhere else, because
/// the slash after its name is part of what is looked for.
pub(crate) fn ours(text: &str, url: &str) -> String {
    let Some(origin) = Url::parse(url).ok().map(|url| url.origin()).filter(Origin::is_tuple) else {
        return text.to_owned();
    };
    let origin = format!("{}/", origin.ascii_serialization());
    text.replace(&chat(&origin), &origin)
}

/// For helpdesks that read Markdown or Textile (Redmine, Chatwoot): as [`chat`], but an address that stands there
/// openly may become a link; and what refers to things inside of them.
pub(crate) fn desk(text: &str) -> String {
    broken(&templates(text), |_, c, next| match c {
        '@' => true,
        '<' => next.is_some_and(|n| !n.is_whitespace()),
        ']' => matches!(next, Some('(' | '[' | ':')),
        '[' => next == Some('['),
        '"' => next == Some(':'),
        '!' => next.is_some_and(|n| !n.is_whitespace()),
        '#' => next.is_some_and(|n| n.is_ascii_digit()),
        '`' | '~' => true,
        _ => false,
    })
}

/// For wiki mark-up (Jira): a backslash takes the meaning from what follows.
pub(crate) fn wiki(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let means = match c {
            '\\' | '[' | ']' | '{' | '}' | '|' | '~' | '^' | '_' | '*' => true,
            '!' => chars.peek().is_some_and(|next| !next.is_whitespace()),
            _ => false,
        };
        if means {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A link whose own brackets cannot end the mark-up around it.
pub(crate) fn link(link: &str) -> String {
    let mut out = String::with_capacity(link.len());
    for c in link.chars() {
        match c {
            '(' | ')' | '[' | ']' | '<' | '>' | '{' | '}' | '!' | '*' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out
}

/// Whether what was written so far ends with this word, whatever its letters' case.
fn ends_with(before: &str, word: &str) -> bool {
    before
        .len()
        .checked_sub(word.len())
        .and_then(|at| before.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// Puts a gap after every character of which `breaks` says so; it sees what stands before, the character, and the next.
fn broken(text: &str, breaks: impl Fn(&str, char, Option<char>) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let cut = breaks(&out, c, chars.peek().copied());
        out.push(c);
        if cut {
            out.push(GAP);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nobody_is_called_and_no_link_is_made_in_a_chat() {
        for bad in [
            "<!channel>",
            "<@7>",
            "@here",
            "@everyone",
            "[bank](https://evil.test)",
            "![](https://evil.test/x.png)",
            "https://evil.test",
            "www.evil.test",
            "WWW.evil.test",
            "mailto:a",
            "<https://evil.test>",
            "<b>",
        ] {
            assert!(!chat(bad).contains(bad), "{bad}");
        }
        assert_eq!(chat("om 10:15, 2 < 3"), "om 10:15, 2 < 3");
    }

    #[test]
    fn only_addresses_of_our_own_place_become_links() {
        let own = "https://gehoor.example.org/cases/7";
        assert_eq!(
            ours(&chat("zie https://gehoor.example.org/alerts/3"), own),
            "zie https://gehoor.example.org/alerts/3"
        );
        for bad in [
            "https://gehoor.example.org.evil.test/",
            "https://gehoor.example.org@evil.test/",
            "https://evil.test/",
        ] {
            assert!(!ours(&chat(bad), own).contains("://"), "{bad}");
        }
        assert_eq!(ours("x", "mailto:a"), "x");
    }

    #[test]
    fn a_link_cannot_end_the_mark_up_around_it() {
        assert_eq!(link("https://x.test/a)b]{c}!d"), "https://x.test/a%29b%5D%7Bc%7D%21d");
        assert_eq!(link("https://x.test/@jan/1?a=b#c"), "https://x.test/@jan/1?a=b#c");
    }

    #[test]
    fn placeholders_are_not_filled_in() {
        for bad in ["{{ticket.url}}", "{% raw %}", "#{ticket.id}"] {
            assert!(!templates(bad).contains(bad), "{bad}");
        }
        assert_eq!(templates("{a} #1"), "{a} #1");
    }

    #[test]
    fn mark_up_of_helpdesks_is_not_read() {
        for bad in [
            "@admin",
            "#12",
            "\"bank\":https://evil.test",
            "!https://evil.test/x.png!",
            "[[Page]]",
            "<pre>",
            "```",
        ] {
            assert!(!desk(bad).contains(bad), "{bad}");
        }
        assert_eq!(desk("Stuk! Niemand belt."), "Stuk! Niemand belt.");
        assert_eq!(wiki("[~admin] {code} !x!"), "\\[\\~admin\\] \\{code\\} \\!x!");
        assert_eq!(html("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    }

    proptest! {
        #[test]
        fn only_gaps_are_added(text in any::<String>()) {
            let bare = |text: &str| text.replace(GAP, "");
            for out in [chat(&text), desk(&text), templates(&text)] {
                prop_assert_eq!(bare(&out), bare(&text));
            }
        }
    }
}
