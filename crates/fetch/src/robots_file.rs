//! What a robots.txt says to us: the rules of our groups, in one normal form, for a matcher of patterns.
//!
//! RFC 9309 §2.2: a group begins with one or more lines that name crawlers and holds the rules up to the next such line;
//! groups that name us are joined; those for everybody count when none does. Nothing but a rule ends the lines that
//! name: neither a comment nor an empty line, nor a record that the RFC does not know. A line that is no rule does no harm.
//! The forms that people really write are understood as Google's reader does: a space for the colon, a version behind a
//! name, slips of the pen in `disallow`.

/// What stands for "matches nothing that could be forbidden", in the place of an empty rule: the file itself may always
/// be read.
const NOTHING: &[u8] = b"/robots.txt";

/// One line, as far as it counts.
enum Line<'a> {
    Agent(&'a [u8]),
    Rule { allow: bool, path: &'a [u8] },
    Delay(&'a [u8]),
}

/// The rules for the crawler of this name as one group for everybody, percent signs and all in their normal form.
pub(crate) fn for_us(agent: &str, file: &[u8]) -> Vec<u8> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let (mut ours, mut general) = (None::<Vec<u8>>, Vec::new());
    // Whom the group under way is for, and whether a rule has ended the lines that name.
    let (mut is_ours, mut is_general, mut named, mut ruled) = (false, false, false, false);
    for line in file.split(|byte| matches!(byte, b'\n' | b'\r' | 0)).filter_map(read) {
        let text = match line {
            Line::Agent(name) => {
                if ruled {
                    (is_ours, is_general, ruled) = (false, false, false);
                }
                named = true;
                let token =
                    name.iter().take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_')).count();
                let (token, rest) = name.split_at(token);
                if token.eq_ignore_ascii_case(agent.as_bytes()) {
                    is_ours = true;
                    ours.get_or_insert_default();
                }
                is_general |= token.is_empty() && matches!(rest, [b'*'] | [b'*', b' ' | b'\t', ..]);
                continue;
            }
            Line::Rule { allow, path } => {
                ruled |= named;
                // A rule before anybody was named is for nobody.
                if !named {
                    continue;
                }
                match allow {
                    _ if path.is_empty() => [b"Allow: ", NOTHING].concat(),
                    true => [b"Allow: ", pattern(path).as_slice()].concat(),
                    false => [b"Disallow: ", pattern(path).as_slice()].concat(),
                }
            }
            Line::Delay(seconds) => [b"Crawl-delay: ", seconds].concat(),
        };
        let put = |group: &mut Vec<u8>| {
            group.extend(&text);
            group.push(b'\n');
        };
        // A delay above all groups is meant for all.
        if is_ours {
            put(ours.get_or_insert_default());
        }
        if is_general || !named {
            put(&mut general);
        }
    }
    [b"User-agent: *\n", ours.unwrap_or(general).as_slice()].concat()
}

fn read(line: &[u8]) -> Option<Line<'_>> {
    let line = line.split(|byte| *byte == b'#').next()?.trim_ascii();
    let colon = line.iter().position(|byte| *byte == b':');
    let at = colon.or_else(|| line.iter().position(u8::is_ascii_whitespace))?;
    let (key, value) = line.split_at_checked(at)?;
    let value = value.get(1..)?.trim_ascii();
    // A space stands for the colon between two words, not within a sentence.
    if colon.is_none() && value.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let key = key.trim_ascii().to_ascii_lowercase();
    match key.as_slice() {
        b"user-agent" | b"user agent" | b"useragent" => Some(Line::Agent(value)),
        b"allow" => Some(Line::Rule { allow: true, path: value }),
        b"disallow" | b"dissallow" | b"dissalow" | b"disalow" | b"diasllow" | b"disallaw" => {
            Some(Line::Rule { allow: false, path: value })
        }
        b"crawl-delay" | b"crawl delay" | b"crawldelay" => Some(Line::Delay(value)),
        _ => None,
    }
}

/// A pattern in its normal form. `$` means the end only where it stands at the end; elsewhere it is a dollar.
fn pattern(text: &[u8]) -> Vec<u8> {
    match text.split_last() {
        Some((b'$', rest)) => [dollars(normal(rest)).as_slice(), b"$"].concat(),
        _ => dollars(normal(text)),
    }
}

/// An address in the form to which patterns are compared: what they mean by `*` and `$` is percent-encoded in it, as
/// RFC 9309 §2.2.3 has it.
pub(crate) fn address(text: &[u8]) -> Vec<u8> {
    let stars = |byte: &u8| if *byte == b'*' { b"%2A".to_vec() } else { vec![*byte] };
    dollars(normal(text).iter().flat_map(stars).collect())
}

fn dollars(text: Vec<u8>) -> Vec<u8> {
    text.into_iter().flat_map(|byte| if byte == b'$' { b"%24".to_vec() } else { vec![byte] }).collect()
}

/// Percent signs in their one normal form (RFC 9309 §2.2.2): hex in capitals, unreserved characters as themselves, and
/// what is no ASCII as percent signs, whatever the encoding of the file.
fn normal(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        match rest {
            [] => return out,
            [b'%', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let value = hex(*high) * 16 + hex(*low);
                if value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~') {
                    out.push(value);
                } else {
                    out.extend([b'%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]);
                }
                rest = tail;
            }
            [byte, tail @ ..] => {
                if byte.is_ascii() {
                    out.push(*byte);
                } else {
                    out.extend(format!("%{byte:02X}").bytes());
                }
                rest = tail;
            }
        }
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}
