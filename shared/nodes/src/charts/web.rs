//! Web: how often values of different fields occur together. IBM: "Web Node", `webnode`.
//!
//! A link joins two values of different fields; its strength is the number of records that have both, or that number as
//! a percentage of all records.

use std::collections::HashMap;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Scalar};
use satsuma_documents::{Block, Cell, Chart, Mark, Paint, Panel, Shape, Table as Numbers};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require};
use satsuma_stream::text_enum;

use super::series::Series;
use super::style::{Style, chart_settings};
use crate::report::{self, Content, Report, Shown, batches};

/// The type of node.
pub static NODE: NodeType =
    NodeType { class: "WebNode", extension: None, inputs: Inputs::One, settings: WebSettings::LIST, compile };

text_enum! {
    /// The measure of a link's strength.
    Strength {
        /// The number of records.
        Absolute = "Absolute",
        /// The percentage of all records.
        OverallPercent = "OverallPct",
    }
}

text_enum! {
    /// Which links are shown.
    Links {
        /// The strongest, up to a number.
        Most = "ShowMaximum",
        /// Those above a strength.
        Above = "ShowAbove",
        /// All.
        All = "ShowAll",
    }
}

chart_settings! {
    /// Settings of a Web node.
    pub struct WebSettings {
        /// The fields.
        fields: Vec<String> = fields("webFields", "fields"),
        /// The field that links lead to, in a directed web.
        to_field: String = text("webToField", "to_field"),
        /// Whether all links lead to one field.
        directed: bool = value("webTypeIsDirected", "use_directed_web", false),
        /// Whether only true values of flags are shown.
        true_flags: bool = value("webTrueFlags", "true_flags_only", false),
        /// The measure of links' strength in an undirected web.
        strength: Strength = value("webThresholdType", "line_values", Strength::Absolute),
        /// The measure in a directed web.
        directed_strength: Strength = value("directedWebThresholdType", "", Strength::Absolute),
        /// Which links are shown.
        links: Links = value("webLinksFilter", "num_links", Links::Most),
        /// The number of links that are shown.
        most: usize = value("webMaxNumberOfLinks", "max_num_links", 80),
        /// The strength that links are shown from.
        above: f64 = value("webShowConnections", "links_above", 1.0),
        /// Whether links of few records are left out.
        discards_few: bool = value("webDiscardIfVeryFewRecords", "discard_links_min", false),
        /// How many records those have.
        few: u64 = value("webDiscardRecordsMinimum", "links_min_records", 0),
        /// Whether links of many records are left out.
        discards_many: bool = value("webDiscardIfVeryManyRecords", "discard_links_max", false),
        /// How many records those have.
        many: u64 = value("webDiscardRecordsMaximum", "links_max_records", 0),
        /// Weaker links are weak.
        weak: f64 = value("webWeakConnections", "weak_below", 15.0),
        /// Stronger links are strong.
        strong: f64 = value("webStrongConnections", "strong_above", 35.0),
    }
    // How links and values are drawn.
    ignored: ["webLayout", "webLinkSizeContinuous", "webStrongLinksHeavier", "labelsAsNodes", "showLegend", "graphSymbolSize"]
}

/// A value: the field and its place among the values.
type Node = (usize, usize);

struct Web {
    settings: WebSettings,
    strength: Strength,
    style: Style,
    shown: Shown,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: WebSettings = compile.settings()?;
    let style = settings.style(&[], compile)?;
    let (property, strength) = match settings.directed {
        true => ("directedWebThresholdType", settings.directed_strength.clone()),
        false => ("webThresholdType", settings.strength.clone()),
    };
    if let Strength::Other(other) = &strength {
        return Err(compile.refuse_value(property, other, "Absolute and OverallPct are supported"));
    }
    if let Links::Other(other) = &settings.links {
        return Err(compile.refuse_value(
            "webLinksFilter",
            other,
            "ShowMaximum, ShowAbove and ShowAll are supported",
        ));
    }
    let web = Web { settings: settings.clone(), strength, style, shown: Shown::new(compile)? };
    report::terminal(web, settings.naming(), compile)
}

/// A link between two values, each the number of a field and of its value.
struct Link {
    from: (usize, usize),
    to: (usize, usize),
    records: u64,
    strength: f64,
}

impl Web {
    /// The fields; in a directed web the last one is where links lead.
    fn fields(&self, model: &DataModel) -> Result<Vec<Field>, NodeError> {
        let to = Some(&self.settings.to_field).filter(|_| self.settings.directed);
        self.settings.fields.iter().chain(to).map(|name| require(model, name).cloned()).collect()
    }

    /// Whether a value is shown.
    fn shows(&self, field: &Field, value: &Scalar) -> bool {
        let other = |yes: &Scalar| field.values.true_value().is_none_or(|shown| shown == yes);
        !value.is_null() && (!self.settings.true_flags || other(value))
    }

    fn links(&self, counts: &HashMap<(Node, Node), u64>, total: u64) -> Vec<Link> {
        let settings = &self.settings;
        let links = counts.iter().map(|((from, to), records)| {
            let strength = match self.strength {
                Strength::OverallPercent => 100.0 * *records as f64 / total.max(1) as f64,
                _ => *records as f64,
            };
            Link { from: *from, to: *to, records: *records, strength }
        });
        let mut links = links
            .filter(|link| !(settings.discards_few && link.records < settings.few))
            .filter(|link| !(settings.discards_many && link.records > settings.many))
            .collect::<Vec<_>>();
        links.sort_by(|one, two| {
            two.strength.total_cmp(&one.strength).then_with(|| (one.from, one.to).cmp(&(two.from, two.to)))
        });
        match settings.links {
            Links::Most => links.truncate(settings.most),
            Links::Above => links.retain(|link| link.strength >= settings.above),
            _ => {}
        }
        links
    }
}

#[async_trait]
impl Report for Web {
    fn kind(&self) -> &'static str {
        "web"
    }

    fn content(&self) -> Content {
        Content::Charts
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        match self.fields(input)?.len() {
            0 | 1 => Err(NodeError::unsupported("a web needs two fields or more")),
            _ => Ok(()),
        }
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let model = input.model().clone();
        let fields = self.fields(&model)?;
        let names = fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>();
        let mut values = names.iter().map(|name| Series::new(name, &model)).collect::<Result<Vec<_>, _>>()?;
        let mut counts: HashMap<((usize, usize), (usize, usize)), u64> = HashMap::new();
        let mut total = 0;
        batches(input, &names, run, |mut columns, rows| {
            let mut places = Vec::with_capacity(values.len());
            for values in &mut values {
                places.push(values.places(&mut columns, rows)?);
            }
            total += rows as u64;
            let shown = fields.iter().zip(&values).map(|(field, values)| {
                values.categories().values().iter().map(|value| self.shows(field, value)).collect::<Vec<_>>()
            });
            let shown = shown.collect::<Vec<_>>();
            let value = |field: usize, row: usize| {
                let place = *places.get(field)?.get(row)?;
                shown.get(field)?.get(place)?.then_some((field, place))
            };
            for row in 0..rows {
                for to in 1..fields.len() {
                    if self.settings.directed && to + 1 < fields.len() {
                        continue;
                    }
                    let Some(end) = value(to, row) else { continue };
                    for from in 0..to {
                        if let Some(start) = value(from, row) {
                            *counts.entry((start, end)).or_default() += 1;
                        }
                    }
                }
            }
            Ok(())
        })
        .await?;
        let links = self.links(&counts, total);
        Ok(vec![Block::Chart(self.style.applied(self.chart(&fields, &values, &links)))])
    }
}

impl Web {
    fn chart(&self, fields: &[Field], values: &[Series], links: &[Link]) -> Chart {
        let name = |(field, place): (usize, usize)| {
            let value = values.get(field).map(|values| values.text(place, &self.shown)).unwrap_or_default();
            let name = fields.get(field).map(|field| field.name.as_str()).unwrap_or_default();
            format!("{name} = \"{value}\"")
        };
        let percent = self.strength == Strength::OverallPercent;
        let columns =
            ["Strength", if percent { "% of records" } else { "Links" }, "Links", "Field 1", "Field 2"];
        let columns =
            columns.into_iter().enumerate().filter(|(at, _)| percent || *at != 2).map(|(_, name)| name);
        let mut data = Numbers::new("", columns);
        for link in links {
            let strength = match link.strength {
                strength if strength > self.settings.strong => "Strong",
                strength if strength < self.settings.weak => "Weak",
                _ => "Medium",
            };
            let mut cells = vec![Cell::text(strength)];
            cells.extend(percent.then_some(Cell::Real(link.strength, 2)));
            cells.extend([Cell::count(link.records), Cell::Text(name(link.from)), Cell::Text(name(link.to))]);
            data.push(cells);
        }
        // Values of linked fields stand on a circle, field by field.
        let mut ends = links.iter().flat_map(|link| [link.from, link.to]).collect::<Vec<_>>();
        let rank = |end: &(usize, usize)| {
            let order = values.get(end.0).map(Series::order).unwrap_or_default();
            (end.0, order.iter().position(|place| *place == end.1))
        };
        ends.sort_by_cached_key(rank);
        ends.dedup();
        let place = |end: &(usize, usize)| {
            let at = ends.iter().position(|known| known == end).unwrap_or_default();
            let (sine, cosine) = (at as f64 / ends.len().max(1) as f64 * std::f64::consts::TAU).sin_cos();
            (0.5 + 0.26 * sine, 0.5 + 0.4 * cosine)
        };
        let strongest = links.first().map_or(1.0, |link| link.strength.max(f64::MIN_POSITIVE));
        let mut marks = Vec::new();
        for link in links {
            let width = 0.5 + 5.5 * link.strength / strongest;
            let tip = format!("{} and {}: {}", name(link.from), name(link.to), link.records);
            let shape = Shape::Line {
                points: vec![place(&link.from), place(&link.to)],
                width,
                dashed: link.strength < self.settings.weak,
            };
            marks.push(Mark::new(shape, Paint::Series(9), tip));
        }
        for end in &ends {
            let (x, y) = place(end);
            marks.push(Mark::point(x, y, 5.0, Paint::Series(end.0), name(*end)));
            let (side, anchor) = if x >= 0.5 { (0.012, 0.0) } else { (-0.012, 1.0) };
            let text = values.get(end.0).map(|values| values.text(end.1, &self.shown)).unwrap_or_default();
            marks.push(Mark::new(Shape::Label { x: x + side, y, text, anchor }, Paint::Ink, ""));
        }
        Chart {
            title: format!(
                "Web of {}",
                fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")
            ),
            series: fields.iter().map(|field| field.name.clone()).collect(),
            panels: vec![Panel { title: String::new(), marks }],
            data,
            ..Chart::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::report;

    const FIELDS: [(&str, &str); 3] = [("a", "string"), ("b", "string"), ("c", "string")];
    const DATA: &str = "a,b,c\nT,T,x\nT,F,x\nT,T,y\n,T,x\n";

    #[tokio::test]
    async fn links_count_records_with_both_values() {
        let properties = "<webFields><field>a</field><field>b</field></webFields><webWeakConnections>2</webWeakConnections>";
        let lines = report("WebNode", properties, "", &FIELDS, DATA).await;
        assert_eq!(
            lines,
            [
                "Strength\tLinks\tField 1\tField 2",
                "Medium\t2\ta = \"T\"\tb = \"T\"",
                "Weak\t1\ta = \"T\"\tb = \"F\"",
                "Weak\t1\ta = \"\"\tb = \"T\"",
            ]
        );
    }

    #[tokio::test]
    async fn a_directed_web_leads_to_one_field() {
        let properties = "<webFields><field>a</field><field>b</field></webFields><webToField>c</webToField>\
            <webTypeIsDirected>true</webTypeIsDirected><webMaxNumberOfLinks>2</webMaxNumberOfLinks>";
        let lines = report("WebNode", properties, "", &FIELDS, DATA).await;
        assert_eq!(lines[1..], ["Weak\t2\ta = \"T\"\tc = \"x\"", "Weak\t2\tb = \"T\"\tc = \"x\""]);
    }
}
