//! A survey as Markdown.

use std::fmt::Write;

use super::{Count, StreamLine, Survey, TypeLine};
use crate::node::{NodeFamily, NodeType};

/// Reasons that are listed, the most frequent ones.
const REASONS: usize = 60;

impl Survey {
    /// The tables: of streams in the order added, of node types by how many nodes there are, and of what
    /// stands in the way. Columns on running are there if every branch was asked about.
    pub fn to_markdown(&self) -> String {
        let asked = self.streams.iter().all(|line| line.branches.running.is_some());
        let mut out = String::new();
        self.push_streams(&mut out, asked);
        self.push_types(&mut out, asked);
        if asked && !self.reasons.is_empty() {
            self.push_reasons(&mut out);
        }
        out
    }

    fn push_streams(&self, out: &mut String, asked: bool) {
        push_row(
            out,
            &["stream", "Modeler", "nodes", "node types", "scoring branch", "branches"],
            asked,
            "can run",
        );
        push_rule(out, "|---|---|---:|---:|---|---:|", asked);
        for StreamLine { path, version, nodes, types, branches, scoring } in &self.streams {
            let (path, version) = (cell(path), cell(version));
            let (nodes, types, all) = (nodes.to_string(), types.to_string(), branches.all.to_string());
            push_row(out, &[&path, &version, &nodes, &types, scoring, &all], asked, &running(*branches));
        }
        let all = self.streams.iter().map(|line| line.branches.all).sum::<usize>();
        let runs = self.streams.iter().map(|line| line.branches.running.unwrap_or(0)).sum::<usize>();
        let nodes = self.streams.iter().map(|line| line.nodes).sum::<usize>();
        let (name, nodes) = (format!("all {}", self.streams.len()), nodes.to_string());
        let types = self.types.len().to_string();
        push_row(out, &[&name, "", &nodes, &types, "", &all.to_string()], asked, &runs.to_string());
        out.push('\n');
    }

    fn push_types(&self, out: &mut String, asked: bool) {
        let mut types: Vec<(&NodeType, &TypeLine)> = self.types.iter().collect();
        types.sort_by_key(|(_, line)| std::cmp::Reverse(line.nodes));
        push_row(out, &["node type", "family", "nodes", "streams", "branches"], asked, "of these run");
        push_rule(out, "|---|---|---:|---:|---:|", asked);
        for (node_type, line) in types {
            let name = format!("`{}`", cell(&node_type.to_string()).replace('`', "'"));
            let family = line.family.map_or("", family_name);
            let numbers = [line.nodes, line.streams, line.branches.all].map(|number| number.to_string());
            let [nodes, streams, branches] = &numbers;
            push_row(out, &[&name, family, nodes, streams, branches], asked, &running(line.branches));
        }
        out.push('\n');
    }

    fn push_reasons(&self, out: &mut String) {
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        out.push_str("| what stands in the way | branches |\n|---|---:|\n");
        for (reason, count) in reasons.iter().take(REASONS) {
            let _ = writeln!(out, "| {} | {count} |", cell(reason));
        }
        if let Some(more) = reasons.len().checked_sub(REASONS).filter(|more| *more > 0) {
            let _ = writeln!(out, "| {more} more reasons | |");
        }
        out.push('\n');
    }
}

fn push_row(out: &mut String, cells: &[&str], asked: bool, last: &str) {
    let _ = write!(out, "| {} |", cells.join(" | "));
    if asked {
        let _ = write!(out, " {last} |");
    }
    out.push('\n');
}

fn push_rule(out: &mut String, rule: &str, asked: bool) {
    out.push_str(rule);
    out.push_str(if asked { "---:|\n" } else { "\n" });
}

fn running(count: Count) -> String {
    count.running.map(|running| running.to_string()).unwrap_or_default()
}

/// A text that cannot leave its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ").replace('<', "&lt;")
}

fn family_name(family: NodeFamily) -> &'static str {
    match family {
        NodeFamily::Source => "source",
        NodeFamily::RecordOperation => "records",
        NodeFamily::FieldOperation => "fields",
        NodeFamily::Graph => "chart",
        NodeFamily::Builder => "builder",
        NodeFamily::Nugget => "model",
        NodeFamily::Output => "output",
        NodeFamily::Export => "export",
        NodeFamily::SuperNode => "supernode",
        NodeFamily::Connector => "connector",
        NodeFamily::Other => "",
    }
}
