//! `gehoor eval`: measures a model on labelled texts. Needs no server and no configuration.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use gehoor_classify::eval::{measure, orders, p_complaint};
use gehoor_classify::labelled::{Account, Asked, Columns, FIELDS, Labelled, channel_of, read};
use gehoor_classify::trust::{Trust, worst};
use gehoor_classify::{Classifier, Doc, report};
use gehoor_domain::assessment::{Assessment, Intent};
use gehoor_domain::mention::Channel;
use serde_json::{Value, json};

use crate::commands::{assess, runtime};
use crate::progress;

/// Texts judged at a time.
const BATCH: usize = 256;

/// What a file may look like, below the options.
const HELP: &str = "\
What a file may hold:
  JSON Lines, a JSON array or CSV, told by what is in it and not by its name; packed with gzip or zstd, too. CSV has a
  header line; cells are parted by comma, semicolon, tab or |. UTF-8, UTF-16 or Windows-1252.

Fields (column names in any case; many other names are known, such as tekst, review, klacht, rating, sterren, taal):
  text         the text; needed
  complaint    1/0, true/false, yes/no, ja/nee, klacht/geen klacht, complaint/no complaint
  intent       complaint, question, praise, remark, irrelevant; other words are no label
  sentiment    negative, neutral, positive, mixed; or -1, 0, 1 in the whole column
  severity     0 to 3 (0 no complaint, 1 annoyance, 2 a real loss, 3 acute), or none, low, medium, high
  topics       names such as delivery.late, parted by ; , or | (or only the first level, such as delivery)
  signals      names such as long_wait, parted in the same way
  responsible  location, headquarters, carrier, supplier, unknown
  lang         such as nl, nl-NL or Dutch; a hint, and the figures are given by language
  stars        1 to 5; shown to the model unless --text-alone is given
  channel      review, microblog, facebook, instagram, forum, appstore, video_comment, news, mail, form
One label is enough. A cell that is not understood costs its label, not its row, and is told on standard error.
--map FIELD=COLUMN may be given many times; --map FIELD= reads the field from nowhere.

What the file says is measured, and nothing is concluded from it; --conclude does so as `gehoor train` does with stars
and with sets that were made for other ends.

The built-in model was trained on models/corpus: figures on those files say nothing about new texts.";

/// The name of a file, and what came of reading it.
type Told = (String, Account);

/// Measure a model on labelled texts.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct EvalArgs {
    /// Labelled texts as JSON Lines, JSON or CSV; `-` is standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Which column holds what, such as `complaint=klacht`; may be given many times.
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// The first line of a CSV is a text already: columns are named by their numbers, from 1.
    #[arg(long)]
    no_header: bool,
    /// Conclude labels from stars and other hints as training does, instead of taking only what the file says.
    #[arg(long)]
    conclude: bool,
    /// A model made by `gehoor train`, or a checkpoint as the stronger model, instead of the built-in one.
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Where texts stand whose file does not say so, such as `review`; unknown if not given.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    /// Judge the text alone: without stars and channel.
    #[arg(long)]
    text_alone: bool,
    /// How many of the worst errors are shown.
    #[arg(long, default_value_t = 20, value_name = "N")]
    errors: usize,
    /// Write what was right and what was said of each row to this file, as JSON Lines without the texts.
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Carries it out.
///
/// # Errors
/// When a file cannot be read or holds no labelled text.
pub fn run(args: &EvalArgs) -> Result<()> {
    let channel = args.channel.as_deref().map(known_channel).transpose()?;
    let (rows, accounts) = read_files(args)?;
    let model = assess::load(args.model.as_deref())?;
    let begin = clock();
    let judged = runtime()?.block_on(judge(&*model, &rows, channel, args.text_alone))?;
    let seconds = clock().duration_since(begin).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a count of texts")]
    let per_second = rows.len() as f64 / seconds.max(1e-9);
    let bar = progress::steps("measuring");
    let mut metrics = measure(&judged);
    metrics.texts_per_second = Some(per_second);
    let (trust, orders) = (Trust::of(&judged), orders(&judged));
    let errors = worst(&judged, args.errors);
    bar.finish_and_clear();
    if let Some(path) = &args.rows {
        write_rows(path, &judged)?;
    }
    if args.json {
        let answer = json!({
            "metrics": metrics,
            "trust": trust,
            "orders": orders,
            "errors": errors,
            "texts": rows.len(),
            "texts_per_second": per_second,
            "read": told(&accounts),
        });
        return print(&format!("{answer}\n"));
    }
    let shown = report::text(&metrics, &trust, orders.as_ref(), &errors, &rows);
    print(&format!("{shown}{} texts, {per_second:.0} texts/s\n", rows.len()))
}

/// Writes to standard output; a reader who has seen enough ends it quietly.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write the answer"),
    }
}

fn known_channel(name: &str) -> Result<Channel> {
    let all = || Channel::ALL.map(Channel::as_str).join(", ");
    channel_of(name).ok_or_else(|| anyhow!("`{name}` is no channel; the channels are: {}", all()))
}

fn clock() -> jiff::Timestamp {
    gehoor_engine::clock::Clock::now(&gehoor_engine::clock::SystemClock)
}

async fn judge<'a>(
    model: &dyn Classifier,
    rows: &'a [Labelled],
    otherwise: Option<Channel>,
    text_alone: bool,
) -> Result<Vec<(&'a Labelled, Assessment)>> {
    let mut judged = Vec::with_capacity(rows.len());
    let bar = progress::bar(rows.len() as u64, "judging", false);
    for batch in rows.chunks(BATCH) {
        let docs: Vec<Doc<'_>> = batch
            .iter()
            .map(|row| Doc {
                text: &row.text,
                lang: row.lang.as_deref(),
                // What was concluded from the stars must not be measured with them.
                stars: row.stars.filter(|_| !text_alone && !row.from_stars),
                channel: row.channel.filter(|_| !text_alone).or(otherwise),
            })
            .collect();
        let assessments = model.classify(&docs).await.context("the model failed")?;
        judged.extend(batch.iter().zip(assessments));
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(judged)
}

/// Reads the files, saying what was taken for what and what was left out.
fn read_files(args: &EvalArgs) -> Result<(Vec<Labelled>, Vec<Told>)> {
    let mut columns = Columns::default();
    for pair in &args.map {
        let Some((field, column)) = pair.split_once('=') else { bail!("`{pair}` is not FIELD=COLUMN") };
        if !columns.map(field.trim(), column) {
            bail!("`{field}` is no field; the fields are: {}", FIELDS.join(", "));
        }
    }
    let asked = Asked { columns, no_header: args.no_header, conclude: args.conclude };
    let (mut rows, mut accounts) = (Vec::new(), Vec::new());
    for path in &args.files {
        let name = if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
        let bytes = bytes(path).with_context(|| format!("cannot read {name}"))?;
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let mut found = read(&bytes, &stem, &asked).with_context(|| name.clone())?;
        for line in found.account.lines() {
            eprintln!("{name}: {line}");
        }
        for row in &found.account.first {
            eprintln!("{name} line {}: {}", row.line, row.why);
        }
        found.rows.iter_mut().for_each(|row| row.source.clone_from(&name));
        rows.append(&mut found.rows);
        accounts.push((name, found.account));
    }
    Ok((rows, accounts))
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    if path != Path::new("-") {
        return std::fs::read(path);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What came of reading, over all files and for each.
fn told(accounts: &[Told]) -> Value {
    let sum =
        |count: fn(&Account) -> usize| accounts.iter().map(|(_, account)| count(account)).sum::<usize>();
    let files = accounts.iter().map(|(name, account)| json!({ "file": name, "account": account }));
    json!({
        "rows": sum(|a| a.rows),
        "refused": sum(|a| a.refused),
        "unknown": sum(|a| a.unknown),
        "unlabelled": sum(|a| a.unlabelled),
        "files": files.collect::<Vec<_>>(),
    })
}

fn write_rows(path: &Path, judged: &[(&Labelled, Assessment)]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
        for (row, a) in judged {
            writeln!(out, "{}", row_of(row, a))?;
        }
        out.flush()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// What people said of a row beside what the model said; never its text.
fn row_of(row: &Labelled, a: &Assessment) -> Value {
    let labels = &row.labels;
    json!({
        "source": row.source,
        "line": row.line,
        "gold": {
            "complaint": row.complains(),
            "intent": labels.intent,
            "sentiment": labels.sentiment,
            "severity": labels.severity,
            "topics": labels.topics,
            "topics_upper": row.topic_groups,
            "signals": labels.signals,
            "responsible": labels.responsible,
        },
        "said": {
            "complaint": a.intent.label == Intent::Complaint,
            "intent": a.intent.label,
            "sentiment": a.sentiment.label,
            "severity": a.severity.label,
            "topics": a.topics.iter().map(|t| &t.label).collect::<Vec<_>>(),
            "signals": a.signals.iter().map(|s| s.label).collect::<Vec<_>>(),
            "responsible": a.responsible.label,
        },
        "p_complaint": p_complaint(a),
        "severity_p3": a.severity_p.get(3),
    })
}
