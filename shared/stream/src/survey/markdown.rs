//! A survey as Markdown.

use super::table::{Align::*, Table};
use super::{Count, StreamLine, Survey, TypeLine};
use crate::node::{NodeFamily, NodeType};

/// Number of reasons in the list, the most frequent ones.
const REASONS: usize = 60;

/// Entry of the table of streams instead of a version of Modeler.
const UNREADABLE: &str = "cannot be read";

impl Survey {
    /// The tables: streams in the order of addition, unreadable files, node types by frequency, and reasons
    /// that prevent runs. Columns about runs exist if every branch was checked.
    pub fn to_markdown(&self) -> String {
        let asked = self.streams.iter().all(|line| line.branches.running.is_some());
        let mut out = String::new();
        self.streams(asked).write(&mut out);
        if !self.unreadable.is_empty() {
            self.reasons_of_unreadable().write(&mut out);
        }
        self.types(asked).write(&mut out);
        if asked && !self.reasons.is_empty() {
            self.reasons().write(&mut out);
        }
        out
    }

    fn streams(&self, asked: bool) -> Table {
        let mut columns = vec![
            ("stream", Left),
            ("Modeler", Left),
            ("nodes", Right),
            ("node types", Right),
            ("scoring branch", Left),
            ("branches", Right),
        ];
        columns.extend(asked.then_some(("can run", Right)));
        let mut table = Table::new(columns);
        for StreamLine { path, version, nodes, types, branches, scoring } in &self.streams {
            let numbers = [nodes, types, &branches.all].map(ToString::to_string);
            let [nodes, types, all] = numbers;
            let cells = vec![path.clone(), version.clone(), nodes, types, (*scoring).to_owned(), all];
            table.push(with_running(cells, *branches));
        }
        for file in &self.unreadable {
            table.push(vec![file.path.clone(), UNREADABLE.to_owned()]);
        }
        let sum = |of: fn(&StreamLine) -> usize| self.streams.iter().map(of).sum::<usize>().to_string();
        let (nodes, branches) = (sum(|line| line.nodes), sum(|line| line.branches.all));
        let runs = sum(|line| line.branches.running.unwrap_or(0));
        let (name, types) = (format!("all {}", self.streams.len()), self.types.len().to_string());
        table.push(vec![name, String::new(), nodes, types, String::new(), branches, runs]);
        table
    }

    fn reasons_of_unreadable(&self) -> Table {
        let mut table = Table::new(vec![("file", Left), ("why it cannot be read", Left)]);
        self.unreadable.iter().for_each(|file| table.push(vec![file.path.clone(), file.reason.clone()]));
        table
    }

    fn types(&self, asked: bool) -> Table {
        let mut types: Vec<(&NodeType, &TypeLine)> = self.types.iter().collect();
        types.sort_by_key(|(_, line)| std::cmp::Reverse(line.nodes));
        let mut columns = vec![
            ("node type", Left),
            ("family", Left),
            ("nodes", Right),
            ("streams", Right),
            ("branches", Right),
        ];
        columns.extend(asked.then_some(("of these run", Right)));
        let mut table = Table::new(columns);
        for (node_type, line) in types {
            let name = format!("`{}`", node_type.to_string().replace('`', "'"));
            let family = line.family.map_or("", family_name).to_owned();
            let [nodes, streams, all] =
                [line.nodes, line.streams, line.branches.all].map(|number| number.to_string());
            table.push(with_running(vec![name, family, nodes, streams, all], line.branches));
        }
        table
    }

    fn reasons(&self) -> Table {
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let mut table = Table::new(vec![("what stands in the way", Left), ("branches", Right)]);
        for (reason, count) in reasons.iter().take(REASONS) {
            table.push(vec![(*reason).clone(), count.to_string()]);
        }
        if let Some(more) = reasons.len().checked_sub(REASONS).filter(|more| *more > 0) {
            table.push(vec![format!("{more} more reasons")]);
        }
        table
    }
}

/// A row with the number of runnable branches. The table has no column for it without checks.
fn with_running(mut cells: Vec<String>, count: Count) -> Vec<String> {
    cells.push(count.running.map(|running| running.to_string()).unwrap_or_default());
    cells
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
