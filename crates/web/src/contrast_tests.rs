//! The contrast of every pair of colours that stands together, computed from the style sheet (WCAG 2.2, 1.4.3 and
//! 1.4.11): in light, in dark and with high contrast.

use std::collections::HashMap;

use crate::assets::CSS;

/// Tokens of one theme: name → relative luminance.
fn tokens(css: &str, dark: bool) -> HashMap<String, [f64; 3]> {
    css.lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
            let mut parts = value.trim_end_matches(");").split(", ");
            let light = parts.next()?;
            let hex = if dark { parts.next()? } else { light };
            Some((name.to_owned(), rgb(hex)?))
        })
        .collect()
}

fn rgb(hex: &str) -> Option<[f64; 3]> {
    let hex = hex.strip_prefix('#')?;
    let at = |n: usize| u8::from_str_radix(hex.get(n..n + 2)?, 16).ok().map(|v| f64::from(v) / 255.0);
    Some([at(0)?, at(2)?, at(4)?])
}

fn luminance([r, g, b]: [f64; 3]) -> f64 {
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

const TEXT: [(&str, &[&str]); 9] = [
    ("ink", &["paper", "card", "hover", "ours", "note", "note-line", "mark", "late-tint", "soon-tint"]),
    ("ink-2", &["paper", "card", "hover", "note", "note-line"]),
    ("accent", &["paper", "card", "hover", "ours"]),
    ("on-accent", &["accent"]),
    ("calm", &["paper", "card", "hover"]),
    ("soon", &["paper", "card", "hover"]),
    ("late", &["paper", "card", "hover", "late-tint"]),
    ("card", &["late"]),
    ("paper", &["ink"]),
];
const SHAPES: [(&str, &[&str]); 5] = [
    ("field", &["paper", "card"]),
    ("accent", &["paper", "card"]),
    ("calm", &["paper", "card"]),
    ("soon", &["paper", "card"]),
    ("late", &["paper", "card"]),
];

#[test]
fn every_pair_of_colours_can_be_read_in_every_theme() {
    let (base, high) = CSS.split_once("@media (prefers-contrast: more)").unwrap();
    for dark in [false, true] {
        let normal = tokens(base, dark);
        let mut more = normal.clone();
        more.extend(tokens(high.split_once("\n}\n").unwrap().0, dark));
        assert!(normal.len() >= 18);
        for (theme, tokens, text) in [("normal", &normal, 4.5), ("high", &more, 4.5)] {
            for (pairs, least) in [(&TEXT[..], text), (&SHAPES[..], 3.0)] {
                for (fore, backs) in pairs {
                    for back in *backs {
                        let found = contrast(tokens[*fore], tokens[*back]);
                        assert!(found >= least, "{fore} on {back}, dark {dark}, {theme}: {found:.2}");
                    }
                }
            }
        }
    }
}
