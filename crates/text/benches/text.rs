//! The parts that every mention passes: tokens, language, evidence, plain text.

use criterion::Criterion;
use gehoor_text::{evidence, fingerprint::Fingerprint, language, plain, tokens};

const TEXT: &str = "Al zes weken wacht ik op mijn bank van 1.250 euro en niemand van de klantenservice belt terug. \
                    In de winkel in Zwolle wisten ze van niets, heel vriendelijk hoor maar daar heb ik dus niks aan!! ";

fn text(c: &mut Criterion) {
    c.bench_function("tokens", |b| b.iter(|| tokens::tokens(TEXT).count()));
    c.bench_function("language", |b| b.iter(|| language::detect(TEXT)));
    c.bench_function("evidence", |b| b.iter(|| evidence::find(TEXT)));
    c.bench_function("fingerprint", |b| b.iter(|| Fingerprint::of(TEXT)));
    let html = format!("<p>{TEXT}<br><a href='x'>link</a></p>").repeat(20);
    c.bench_function("plain, 5 KB", |b| b.iter(|| plain::from_html(&html)));
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    text(&mut criterion);
    criterion.final_summary();
}
