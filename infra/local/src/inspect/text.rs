//! The content of a file, as text for people.

mod canvas;

use std::fmt::Write;

use satsuma_stream::explain::{
    ActionCheck, DesignationSummary, Explanation, ModelSummary, Obstacle, SourceSummary,
};
use satsuma_stream::utc;

use super::report::{NodeReport, Report};

/// Longest text from a file that is shown, in characters; it may have any length.
const LENGTH: usize = 100;

/// Characters of the values of a User Input node that are shown.
const VALUES: usize = 40;

/// Names of a list that are shown.
const NAMES: usize = 12;

/// Most obstacles of an action that are shown; `--json` has all of them.
const OBSTACLES: usize = 20;

/// A stream in words.
pub(super) fn of_stream(stream: &Explanation) -> String {
    let mut out = String::new();
    let saved = stream.saved_at.map(|at| format!(", saved {} UTC", utc(at))).unwrap_or_default();
    line(&mut out, format_args!("{}", plain(&stream.name)));
    let (version, layout) = (plain(&stream.version), plain(&stream.save_version));
    line(&mut out, format_args!("Stream of Modeler {version} (layout {layout}){saved}"));
    canvas::draw(&mut out, stream);
    section(&mut out, "Sources", &stream.sources, source);
    section(&mut out, "Models", &stream.models, model);
    section(&mut out, "Parameters", &stream.parameters, |parameter| {
        let value = parameter.value.as_deref().map(plain).unwrap_or_default();
        format!("{} = {value}", plain(&parameter.name))
    });
    section(&mut out, "Scripts", &stream.scripts, |script| {
        let of = script
            .super_node
            .as_deref()
            .map_or("of the stream".to_owned(), |uid| format!("of supernode {}", plain(uid)));
        let runs = if script.is_default_execution { ", executed by a run" } else { "" };
        format!("{of}: {}, {} lines{runs}", plain(&script.language), script.text.lines().count())
    });
    scoring(&mut out, stream);
    line(&mut out, format_args!("\nWhat this service can run"));
    stream.actions.iter().for_each(|check| action(&mut out, check));
    section(&mut out, "What could not be read", &stream.problems, |problem| plain(problem));
    out
}

/// A file that is no stream, in words.
pub(super) fn of_other(report: &Report) -> String {
    let mut out = String::new();
    match report {
        Report::Palette { models } => section(&mut out, "Palette of models", models, node),
        Report::Node { nodes } => section(&mut out, "Nodes", nodes, node),
        Report::Output { class, name, tables } => {
            line(&mut out, format_args!("{}\nSaved output, {}", plain(name), plain(class)));
            section(&mut out, "Tables", tables, |table| {
                format!("{} records of {}", table.records, names(&table.fields))
            });
        }
        Report::Other => line(&mut out, format_args!("A file of Modeler's that has nothing to show")),
    }
    out.trim_start().to_owned()
}

fn source(source: &SourceSummary) -> String {
    let place = source.place.as_deref().map(|place| format!(" reads {}", plain(place))).unwrap_or_default();
    let fields = source.fields.iter().map(|field| match &field.values {
        Some(values) => format!("{} {}: {}", field.name, field.storage, short(values)),
        None => field.name.clone(),
    });
    let fields = fields.collect::<Vec<_>>();
    format!("{}{place}: {}", plain(&source.name), names(&fields))
}

/// The first of the values that a user wrote.
fn short(values: &str) -> String {
    let mut short: String = values.chars().take(VALUES).collect();
    if values.chars().nth(VALUES).is_some() {
        short.push('…');
    }
    short
}

fn model(model: &ModelSummary) -> String {
    let mut text = format!("{} ({})", plain(&model.name), plain(&model.node_type));
    // Writing to a string cannot fail.
    if !model.algorithm.is_empty() {
        let _ = write!(text, ": {}", plain(&model.algorithm));
    }
    if !model.targets.is_empty() {
        let _ = write!(text, ", predicts {}", names(&model.targets));
    }
    let _ = write!(text, ", reads {}", names(&model.inputs));
    if let Some(at) = model.built_at {
        let _ = write!(text, ", built {} UTC", utc(at));
    }
    if let Some(records) = model.record_count {
        let _ = write!(text, " from {records} records");
    }
    text
}

fn node(node: &NodeReport) -> String {
    let algorithm = node.algorithm.as_deref().filter(|name| !name.is_empty());
    let algorithm = algorithm.map(|name| format!(": {}", plain(name))).unwrap_or_default();
    format!("{} ({}){algorithm}", plain(&node.name), plain(&node.node_type))
}

fn scoring(out: &mut String, stream: &Explanation) {
    let what = match &stream.scoring.terminal {
        DesignationSummary::Unset => "none is set".to_owned(),
        DesignationSummary::Dangling { uid } => format!("its end, node {}, is gone", plain(uid)),
        DesignationSummary::Node { name, .. } => {
            let nodes = stream.scoring.branch.as_ref().map_or(0, Vec::len);
            format!("{nodes} nodes, ends with {}", plain(name))
        }
    };
    line(out, format_args!("\nScoring branch\n  {what}"));
}

fn action(out: &mut String, check: &ActionCheck) {
    let answer = if check.can_run { "yes" } else { "no" };
    line(out, format_args!("  {:<13} {answer}", check.action));
    for obstacle in check.obstacles.iter().take(OBSTACLES) {
        line(out, format_args!("    - {}", obstacle_text(obstacle)));
    }
    if let Some(more) = check.obstacles.len().checked_sub(OBSTACLES).filter(|more| *more > 0) {
        line(out, format_args!("    - and {more} more: see --json"));
    }
}

fn obstacle_text(obstacle: &Obstacle) -> String {
    let mut place = Vec::new();
    place.extend(obstacle.node.as_deref().map(plain));
    place.extend(obstacle.property.as_deref().map(|property| match &obstacle.value {
        Some(value) => format!("{} = {}", plain(property), plain(value)),
        None => plain(property),
    }));
    let reason = obstacle.reason.replace(char::is_control, " ");
    if place.is_empty() { reason } else { format!("{}: {reason}", place.join(", ")) }
}

/// A title and a line each, if there are any.
fn section<T>(out: &mut String, title: &str, entries: &[T], text: impl Fn(&T) -> String) {
    if entries.is_empty() {
        return;
    }
    line(out, format_args!("\n{title}"));
    entries.iter().for_each(|entry| line(out, format_args!("  {}", text(entry))));
}

/// The number of names and the first few.
fn names(names: &[String]) -> String {
    let shown = names.iter().take(NAMES).map(|name| plain(name)).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "no fields".to_owned(),
        count @ ..=NAMES => format!("{count} fields ({shown})").replace("1 fields", "1 field"),
        count => format!("{count} fields ({shown} …)"),
    }
}

/// A text from a file, truncated and without control sequences of terminals.
fn plain(text: &str) -> String {
    let strange =
        |char: char| char.is_control() || matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let mut plain: String =
        text.chars().take(LENGTH).map(|char| if strange(char) { ' ' } else { char }).collect();
    if text.chars().nth(LENGTH).is_some() {
        plain.push('…');
    }
    plain
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}
