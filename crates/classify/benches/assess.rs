//! The built-in model on texts of three lengths.

use criterion::{Criterion, Throughput};
use gehoor_classify::{BuiltIn, Doc};
use gehoor_domain::mention::Channel;

const TEXT: &str = "Al zes weken wacht ik op mijn bank van 1.250 euro en niemand van de klantenservice belt terug. \
                    In de winkel in Zwolle wisten ze van niets, heel vriendelijk hoor maar daar heb ik dus niks aan!! ";

fn assess(c: &mut Criterion) {
    let Ok(model) = BuiltIn::load() else { return };
    let mut group = c.benchmark_group("assess");
    for (name, text) in [("20", "Waar blijft mijn bank"), ("200", TEXT), ("2000", &TEXT.repeat(10))] {
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |b| {
            b.iter(|| {
                model.assess(&Doc { text, lang: None, stars: None, channel: Some(Channel::Microblog) })
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    assess(&mut criterion);
    criterion.final_summary();
}
