//! Tries a change of the trainer: measures across files, or trains without some files and measures on them.
//!
//! `cargo run --release -p gehoor-classify --example lab -- across|apart|quick CORPUS [--only PREFIX,…] [--apart NAME,…]
//! [--more FILE]… [--set NAME=VALUE]… [--weight END_OF_SOURCE=FACTOR]… [--errors N]`

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use gehoor_classify::cross::{quick, validate};
use gehoor_classify::eval::{Metrics, measure};
use gehoor_classify::labelled::{Labelled, read_training};
use gehoor_classify::labels::Labels;
use gehoor_classify::lexicon::Lexicon;
use gehoor_classify::train::{Options, train};
use gehoor_classify::{BuiltIn, Doc, weak};
use gehoor_domain::assessment::Assessment;

type Pair<'a> = (&'a Labelled, Assessment);

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (mode, corpus) = (args.first().ok_or("mode")?.as_str(), Path::new(args.get(1).ok_or("corpus")?));
    let (mut apart, mut only, mut more, mut errors) = (Vec::new(), Vec::new(), Vec::new(), 0_usize);
    let (mut plain, mut plain_weight) = (Vec::new(), 0.1_f32);
    let mut options = Options::default();
    let mut weights = Vec::new();
    for pair in args.get(2..).unwrap_or_default().chunks(2) {
        let [name, value] = pair else { return Err("--name value".into()) };
        let list = || value.split(',').map(str::to_owned).collect::<Vec<_>>();
        match name.as_str() {
            "--apart" => apart = list(),
            "--only" => only = list(),
            "--more" => more.extend(read(Path::new(value))?),
            "--unlabelled" => plain.extend(read(Path::new(value))?),
            "--unlabelled-weight" => plain_weight = value.parse()?,
            "--errors" => errors = value.parse()?,
            "--weight" => {
                let (end, weight) = value.split_once('=').ok_or("SOURCE=WEIGHT")?;
                weights.push((end.to_owned(), weight.parse::<f32>()?));
            }
            "--set" => set(&mut options, value)?,
            other => return Err(format!("{other}?").into()),
        }
    }
    let mut names: Vec<_> = std::fs::read_dir(corpus)?.filter_map(|e| Some(e.ok()?.path())).collect();
    names.sort();
    let mut texts = Vec::new();
    for path in names.iter().filter(|p| p.extension().is_some_and(|e| e == "jsonl")) {
        texts.extend(read(path)?);
    }
    // Labelled for complaints by people: measured like a file of the corpus, one file per trade.
    let (brand, more): (Vec<_>, Vec<_>) =
        more.into_iter().partition(|t: &Labelled| t.labels.complaint.is_some() && t.counts_in_full());
    texts.extend(brand);
    // Real posts that complain of nothing: false alarms are counted on them when they are left out of training.
    let (harmless, more): (Vec<_>, Vec<_>) = more.into_iter().partition(|t| is_apart(&apart, t));
    texts.extend(harmless.into_iter().filter(|t| t.labels.is_complaint() == Some(false)));
    if !only.is_empty() {
        texts.retain(|t| only.contains(&t.source) || is_apart(&apart, t));
    }
    let list = |lang: &str| std::fs::read_to_string(corpus.join(format!("expressions-{lang}.tsv")));
    let lists = [list("nl")?, list("en")?, list("de")?, list("fr")?];
    let lexicon = Lexicon::parse(lists.each_ref().map(String::as_str))?;
    let mut more = weak::ready(more, &lexicon, &options);
    for row in &mut more {
        let own = weights.iter().find(|(end, _)| row.source.ends_with(end.as_str())).map_or(1.0, |(_, w)| *w);
        row.weigh_hint(own);
    }
    let (kept, held): (Vec<_>, Vec<_>) = texts.into_iter().partition(|t| !is_apart(&apart, t));
    if !plain.is_empty() {
        let all: Vec<&Labelled> = kept.iter().chain(&more).collect();
        let teacher = BuiltIn::new(train(
            &all,
            Lexicon::parse(lists.each_ref().map(String::as_str))?,
            &options,
            |_| {},
        )?);
        let before = more.len();
        more.extend(plain.into_iter().filter_map(|row| taught(&teacher, row, plain_weight)));
        println!("{} texts are labelled by a first training", more.len() - before);
    }
    if mode == "quick" {
        let all: Vec<&Labelled> = kept.iter().chain(&more).collect();
        let judged = quick(&all, &held, lexicon, &options)?;
        let pick = |f: fn(&gehoor_classify::cross::Judged) -> &Assessment| -> Vec<Pair<'_>> {
            judged.iter().filter_map(|j| Some((held.get(j.row)?, f(j).clone()))).collect()
        };
        println!("TEXT ALONE");
        by_source(&pick(|j| &j.text_only), errors);
        println!("AS GIVEN");
        by_source(&pick(|j| &j.as_given), 0);
        return Ok(());
    }
    let validation = validate(&kept, &more, &lexicon, &options, |what| eprintln!("{what}"))?;
    if mode == "across" {
        let pick = |f: fn(&gehoor_classify::cross::Judged) -> &Assessment| -> Vec<Pair<'_>> {
            validation.judged.iter().filter_map(|j| Some((kept.get(j.row)?, f(j).clone()))).collect()
        };
        println!("TEXT ALONE");
        by_source(&pick(|j| &j.text_only), errors);
        println!("AS GIVEN");
        by_source(&pick(|j| &j.as_given), 0);
        return Ok(());
    }
    let all: Vec<&Labelled> = kept.iter().chain(&more).collect();
    let mut model = train(&all, lexicon, &options, |_| {})?;
    model.set_calibration(validation.calibration);
    let model = BuiltIn::new(model);
    let judge = |given: bool| -> Vec<Pair<'_>> {
        held.iter()
            .map(|t| {
                let stars = t.stars.filter(|_| given);
                let channel = t.channel.filter(|_| given);
                (t, model.assess(&Doc { text: &t.text, lang: t.lang.as_deref(), stars, channel }))
            })
            .collect()
    };
    println!("TEXT ALONE");
    by_source(&judge(false), errors);
    println!("AS GIVEN");
    by_source(&judge(true), 0);
    Ok(())
}

/// Whether the file of a text is named; a set that is measured by trade is meant with all of its trades.
fn is_apart(apart: &[String], text: &Labelled) -> bool {
    let file = text.source.split(',').next().unwrap_or_default();
    apart.iter().any(|name| *name == text.source || name == file)
}

/// A text with what a first training is sure of: self-training.
fn taught(teacher: &BuiltIn, row: Labelled, weight: f32) -> Option<Labelled> {
    const SURE: f32 = 0.9;
    let a = teacher.assess(&Doc { text: &row.text, lang: row.lang.as_deref(), stars: None, channel: None });
    let intent = (a.intent.p >= SURE).then_some(a.intent.label)?;
    let labels = Labels {
        intent: Some(intent),
        sentiment: (a.sentiment.p >= SURE).then_some(a.sentiment.label),
        ..Labels::default()
    };
    Some(Labelled { labels, weight, stars: None, channel: None, ..row })
}

fn set(options: &mut Options, pair: &str) -> Result<(), Box<dyn Error>> {
    let (name, value) = pair.split_once('=').ok_or("NAME=VALUE")?;
    match name {
        "epochs" => options.epochs = value.parse()?,
        "rate" => options.rate = value.parse()?,
        "dense_rate" => options.dense_rate = value.parse()?,
        "dropout" => options.dropout = value.parse()?,
        "blind" => options.blind = value.parse()?,
        "deaf" => options.deaf = value.parse()?,
        "first_square" => options.first_square = value.parse()?,
        "first_square_lists" => options.first_square_lists = value.parse()?,
        "shrink" => options.shrink = value.parse()?,
        "min_texts" => options.min_texts = value.parse()?,
        "max_rows" => options.max_rows = value.parse()?,
        "lexicon_weight" => options.lexicon_weight = value.parse()?,
        "more_weight" => options.more_weight = value.parse()?,
        "averaged" => options.averaged = value.parse()?,
        "runs" => options.runs = value.parse()?,
        "seed" => options.seed = value.parse()?,
        other => return Err(format!("{other} is no option").into()),
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(read_training(&std::fs::read_to_string(path)?, &name).0)
}

fn by_source(judged: &[Pair<'_>], errors: usize) {
    let mut sources: BTreeMap<&str, Vec<Pair<'_>>> = BTreeMap::new();
    for (text, assessment) in judged {
        sources.entry(&text.source).or_default().push((text, assessment.clone()));
    }
    let metrics = Metrics {
        texts: judged.len(),
        all: measure(judged).all,
        languages: sources.iter().map(|(s, rows)| ((*s).to_owned(), measure(rows).all)).collect(),
        texts_per_second: None,
    };
    println!("{}", metrics.table());
    println!("{}", measure(judged).table());
    for (source, rows) in &sources {
        let wrong = rows.iter().filter(|(t, a)| {
            t.labels.severity.is_some_and(|s| (s == 3) != (a.severity.label.level() == 3))
                || t.labels.is_complaint().is_some_and(|c| c != (a.intent.label.as_str() == "complaint"))
        });
        for (t, a) in wrong.take(errors) {
            println!(
                "{source} {} {:?} -> {} {:?} sev {} {:?} | {}",
                t.labels.intent.map_or("", |i| i.as_str()),
                t.labels.severity,
                a.intent.label.as_str(),
                a.intent_p,
                a.severity.label.level(),
                a.severity_p,
                t.text
            );
        }
    }
}
