//! Sentences, their parts, and the words in them.

use std::ops::Range;

/// Words that are looked at; a text that has more is not a reply.
const MAX_WORDS: usize = 4000;

/// One word in small letters, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub low: String,
    pub range: Range<usize>,
}

/// A part of a sentence: between commas, colons and the words that join or subordinate.
#[derive(Debug, Clone, Default)]
pub(super) struct Clause {
    pub words: Vec<Word>,
    /// The word that joins it to the one before, if there is one.
    pub joint: Option<Joint>,
}

/// How a part of a sentence is joined to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// And: who acts stays the same.
    And,
    /// That, but, and everything else.
    That,
    /// Why, when, whether: what follows is what we do not know.
    Asks,
}

/// One sentence.
#[derive(Debug, Clone, Default)]
pub(super) struct Sentence {
    pub clauses: Vec<Clause>,
    pub question: bool,
}

const AND: &str = "en and und et & +";
const THAT: &str =
    "dat that dass daß que qu' maar but aber mais doch sondern zodat want omdat because weil car waarna";
const ASKS: &str = "waarom why warum pourquoi wanneer when wann quand waar where wo où hoe how wie comment whether ob welke which welche quel quelle";
/// Beginnings that French sheds before a vowel.
const ELIDED: [&str; 9] = ["l", "d", "j", "n", "qu", "s", "m", "c", "t"];
/// Short words that end in a full stop without ending the sentence.
const SHORTENED: &str = "a.s nr bv ca evt incl excl dhr mevr mr mrs st o.a m.b.t z.b u.a max min tel aug sept okt nov dec jan feb";

/// Whether a word fits a pattern: equal, or beginning with it when it ends in `*`.
pub(super) fn fits(word: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == pattern,
    }
}

/// Whether the list, patterns between spaces, has the word.
pub(super) fn listed(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|pattern| fits(word, pattern))
}

impl Clause {
    /// Any of the words in the list occurs.
    pub(super) fn has(&self, list: &str) -> bool {
        self.words.iter().any(|w| listed(&w.low, list))
    }
    /// Every pattern occurs, in whatever order; `a|b` is either.
    pub(super) fn has_all(&self, patterns: &str) -> bool {
        patterns
            .split_ascii_whitespace()
            .all(|pattern| pattern.split('|').any(|either| self.words.iter().any(|w| fits(&w.low, either))))
    }
    /// The word at a place.
    pub(super) fn low(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |w| w.low.as_str())
    }
    /// The bytes it covers.
    pub(super) fn range(&self) -> Option<Range<usize>> {
        Some(self.words.first()?.range.start..self.words.last()?.range.end)
    }
}

/// The sentences of a text. Lines that quote somebody (`> …`) are left out.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut reader = Reader::default();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start().starts_with('>') {
            reader.line(line, offset);
        }
        reader.end_sentence(false);
        offset += line.len();
        if reader.count > MAX_WORDS {
            break;
        }
    }
    reader.out
}

#[derive(Default)]
struct Reader {
    out: Vec<Sentence>,
    sentence: Sentence,
    clause: Clause,
    count: usize,
}

impl Reader {
    fn line(&mut self, line: &str, offset: usize) {
        let mut chars = line.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c.is_alphanumeric() {
                let mut end = at + c.len_utf8();
                while let Some(&(next, c)) = chars.peek() {
                    let rest = line.get(next + c.len_utf8()..).and_then(|t| t.chars().next());
                    let inside = matches!(c, '\'' | '’' | '-' | '.' | ':' | '/' | ',')
                        && rest.is_some_and(|after| joins(line.get(at..next).unwrap_or_default(), c, after));
                    if !(c.is_alphanumeric() || inside) {
                        break;
                    }
                    end = next + c.len_utf8();
                    chars.next();
                }
                self.word(line.get(at..end).unwrap_or_default(), offset + at);
                if self.count > MAX_WORDS {
                    return;
                }
                continue;
            }
            let ends_word = chars.peek().is_none_or(|(_, next)| !next.is_alphanumeric());
            match c {
                '?' => self.end_sentence(true),
                '!' | '…' => self.end_sentence(false),
                '.' if ends_word && !self.goes_on() => self.end_sentence(false),
                ',' | ';' | ':' | '(' | ')' | '–' | '—' => self.end_clause(None),
                '-' if ends_word => self.end_clause(None),
                '&' | '+' => self.end_clause(Some(Joint::And)),
                _ => {}
            }
        }
    }

    /// A full stop here belongs to a number of a day or a short word.
    fn goes_on(&self) -> bool {
        self.clause.words.last().is_some_and(|w| {
            let digits = w.low.bytes().filter(u8::is_ascii_digit).count();
            let day = digits <= 4 && digits > 0 && w.low.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            (day && (digits <= 2 || w.low.contains('.'))) || listed(&w.low, SHORTENED)
        })
    }

    fn word(&mut self, raw: &str, at: usize) {
        self.count += 1;
        let low = raw.to_lowercase().replace('’', "'");
        if let Some((start, rest)) = low.split_once('\'')
            && ELIDED.contains(&start)
            && rest.len() > 1
        {
            let cut = at + raw.find(['\'', '’']).unwrap_or_default();
            self.push(format!("{start}'"), at..cut);
            let after = cut + if raw.contains('’') { '’'.len_utf8() } else { 1 };
            self.push(rest.to_owned(), after..at + raw.len());
            return;
        }
        self.push(low, at..at + raw.len());
    }

    fn push(&mut self, low: String, range: Range<usize>) {
        let between = self
            .clause
            .words
            .iter()
            .rev()
            .take(4)
            .any(|w| listed(&w.low, "tussen between zwischen entre van"));
        let joint = if listed(&low, AND) && !between {
            Some(Joint::And)
        } else if listed(&low, THAT) {
            Some(Joint::That)
        } else if listed(&low, ASKS) && !(self.clause.words.is_empty() && self.sentence.clauses.is_empty()) {
            Some(Joint::Asks)
        } else {
            None
        };
        if joint.is_some() {
            self.end_clause(joint);
            return;
        }
        self.clause.words.push(Word { low, range });
    }

    fn end_clause(&mut self, joint: Option<Joint>) {
        let next = Clause { words: Vec::new(), joint };
        if self.clause.words.is_empty() {
            // Two joints in a row ("en waarom"): the later one counts, a comma after a joint changes nothing.
            self.clause.joint = joint.or(self.clause.joint);
            return;
        }
        self.sentence.clauses.push(std::mem::replace(&mut self.clause, next));
    }

    fn end_sentence(&mut self, question: bool) {
        self.end_clause(None);
        self.clause = Clause::default();
        if self.sentence.clauses.is_empty() {
            return;
        }
        self.sentence.question = question;
        self.out.push(std::mem::take(&mut self.sentence));
    }
}

/// Whether a mark within a word belongs to it: `we'll`, `14:00`, `12.03.2026`, `3-5`, `après-midi`, `a.s`.
fn joins(before: &str, mark: char, after: char) -> bool {
    let digit = before.ends_with(|c: char| c.is_ascii_digit());
    match mark {
        '\'' | '’' | '-' => after.is_alphanumeric(),
        '.' if !digit => {
            after.is_alphabetic() && before.rsplit('.').next().is_some_and(|s| s.chars().count() == 1)
        }
        '.' | ':' | '/' | ',' => digit && after.is_ascii_digit(),
        _ => false,
    }
}
