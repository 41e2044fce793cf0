//! How long a text is, by the rule of its platform.

use std::sync::LazyLock;

use regex::Regex;
use unicode_segmentation::UnicodeSegmentation as _;

/// What a link counts where its length does not matter.
const LINK: usize = 23;

static LINKS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"https?://[^\s<>]+").ok());
static HANDLES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(^|[^=/\w])@([a-zA-Z0-9_]+(?:[a-zA-Z0-9_.-]*[a-zA-Z0-9_])?)@\w+(?:[\w.-]*\w)?").ok()
});

/// Letters, each as one.
#[must_use]
pub fn letters(text: &str) -> usize {
    text.chars().count()
}

/// What people see as one sign, as one.
#[must_use]
pub fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// As Mastodon counts: signs that people see; a link is 23, and of a handle the name alone counts.
#[must_use]
pub fn mastodon(text: &str) -> usize {
    let (rest, links) = without_links(text);
    let rest = HANDLES.as_ref().map_or_else(|| rest.clone(), |h| h.replace_all(&rest, "$1@$2").into_owned());
    graphemes(&rest) + links * LINK
}

/// As X counts: a link is 23; Latin, Greek, Cyrillic and their like and common punctuation are one, all other signs two,
/// an emoji of many parts two together.
#[must_use]
pub fn x(text: &str) -> usize {
    let (rest, links) = without_links(text);
    let weight = |sign: &str| -> usize {
        if sign.chars().any(crate::tokens::is_emoji) {
            return 2;
        }
        sign.chars().map(|c| if is_light(c) { 1 } else { 2 }).sum()
    };
    rest.graphemes(true).map(weight).sum::<usize>() + links * LINK
}

/// The ranges that X's own configuration weighs as one.
fn is_light(c: char) -> bool {
    matches!(u32::from(c), 0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247)
}

fn without_links(text: &str) -> (String, usize) {
    let Some(links) = LINKS.as_ref() else { return (text.to_owned(), 0) };
    (links.replace_all(text, "").into_owned(), links.find_iter(text).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_counts_in_its_own_way() {
        let link = "Zie https://bouwhoek.example/een/heel/lang/pad?met=vragen ^EV";
        assert_eq!(mastodon(link), 4 + 23 + 4);
        assert_eq!(x(link), 4 + 23 + 4);
        for (text, counted) in [
            ("@anna@town.example ja", "@anna ja"),
            ("@anna@town.example @b.de-wit@far-away.example: ja", "@anna @b.de-wit: ja"),
            ("(@anna@town.example)", "(@anna)"),
            // A mail address is no handle.
            ("mail ons@town.example", "mail ons@town.example"),
            ("x@y@town.example", "x@y@town.example"),
            ("@anna", "@anna"),
        ] {
            assert_eq!(mastodon(text), counted.len(), "{text}");
        }
        let family = "👨‍👩‍👧 ok";
        assert_eq!((graphemes(family), letters(family), x(family)), (4, 8, 5));
        assert_eq!(x("漢字"), 4);
        assert_eq!(letters("é€"), 2);
    }
}
