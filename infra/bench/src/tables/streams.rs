//! The streams of the table: what a data scientist draws for each work.

use satsuma_engine::testing::Sketch;

use super::records::{FIELDS, LOOKUP_FIELDS};
use crate::Result;
use crate::measure::LOOKUP;
use crate::stream::SOURCE;

/// A work and the stream that does it.
pub(super) struct Case {
    /// The name in the table.
    pub(super) name: &'static str,
    /// The name for the peers.
    pub(super) work: &'static str,
    /// Whether it reads the second table.
    pub(super) has_lookup: bool,
    /// Adds the nodes behind the source, and gives the last one.
    nodes: fn(&mut Sketch, usize) -> usize,
}

/// All of them.
pub(super) const CASES: [Case; 5] = [
    Case { name: "read, write", work: "copy", has_lookup: false, nodes: |_, source| source },
    Case { name: "select, three derives, aggregate", work: "compute", has_lookup: false, nodes: compute },
    Case { name: "sort by two fields", work: "sort", has_lookup: false, nodes: sort },
    Case { name: "merge with 1,000 records by key", work: "merge", has_lookup: true, nodes: merge },
    Case {
        name: "first record of each code and region",
        work: "distinct",
        has_lookup: false,
        nodes: distinct,
    },
];

impl Case {
    /// The bytes of the `.str` file.
    pub(super) fn stream(&self) -> Result<Vec<u8>> {
        let mut sketch = Sketch::default();
        let source = sketch.var_file(SOURCE, "records.csv", &FIELDS, "");
        let last = (self.nodes)(&mut sketch, source);
        let properties = "<exportFileName>results.csv</exportFileName><fieldSeparator>comma</fieldSeparator>\
            <quoteSymbolicValues>none</quoteSymbolicValues>";
        let export = sketch.node("TextFileExportNode", "Flat File", properties, "");
        sketch.link(last, export).score_with(export);
        Ok(sketch.bytes())
    }
}

fn compute(sketch: &mut Sketch, source: usize) -> usize {
    let condition = "<selectCondition>amount &gt; 1000 and flag = \"T\"</selectCondition>";
    let select = sketch.node("SelectNode", "Select", condition, "");
    let derived = [
        ("total", "amount * count"),
        ("level", "if score &gt; 0.5 then 1 else 0 endif"),
        ("root", "sqrt(abs(ratio)) + log(amount)"),
    ];
    let derives = derived.map(|(name, formula)| {
        let properties = format!(
            "<deriveSingleFieldName>{name}</deriveSingleFieldName>\
             <deriveFormulaExpression>{formula}</deriveFormulaExpression>"
        );
        sketch.node("DeriveNode", name, &properties, "")
    });
    let row = |field: &str, statistic: &str| {
        format!("<row><field>{field}</field><{statistic}>true</{statistic}></row>")
    };
    let rows = [row("total", "sum"), row("level", "sum"), row("root", "mean"), row("amount", "max")].concat();
    let properties = format!(
        "<aggregateKeyFields><field>region</field><field>code</field></aggregateKeyFields>\
         <aggregateFields><rows>{rows}</rows></aggregateFields>"
    );
    let aggregate = sketch.node("AggregateNode", "Aggregate", &properties, "");
    let [first, second, third] = derives;
    sketch.chain(&[source, select, first, second, third, aggregate]);
    aggregate
}

fn sort(sketch: &mut Sketch, source: usize) -> usize {
    let row = |field: &str, direction: u8| {
        format!("<row><field>{field}</field><direction>{direction}</direction></row>")
    };
    let rows = [row("region", 0), row("amount", 1)].concat();
    let node = sketch.node("SortNode", "Sort", &format!("<sortKeys><rows>{rows}</rows></sortKeys>"), "");
    sketch.link(source, node);
    node
}

fn merge(sketch: &mut Sketch, source: usize) -> usize {
    let lookup = sketch.var_file(LOOKUP, "lookup.csv", &LOOKUP_FIELDS, "");
    let properties =
        "<mergeMode>key</mergeMode><keyFields><field>code</field></keyFields><joinType>inner</joinType>";
    let node = sketch.node("MergeNode", "Merge", properties, "");
    sketch.link(source, node).link(lookup, node);
    node
}

fn distinct(sketch: &mut Sketch, source: usize) -> usize {
    let properties = "<distinctMode>Include</distinctMode><distinctFieldSelection><field>code</field>\
        <field>region</field></distinctFieldSelection>";
    let node = sketch.node("DistinctNode", "Distinct", properties, "");
    sketch.link(source, node);
    node
}
