//! Distribution: how often each value of a field occurs. IBM: "Distribution Node", `distributionnode`.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_documents::{Axis, Block, Cell, Chart, Mark, Paint, Panel, Table as Numbers};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};

use super::series::Series;
use super::style::{Style, chart_settings};
use crate::report::{self, Content, Report, Shown, batches};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "DistributionNode",
    extension: None,
    inputs: Inputs::One,
    settings: DistributionSettings::LIST,
    compile,
};

chart_settings! {
    /// Settings of a Distribution node.
    pub struct DistributionSettings {
        /// How fields are chosen.
        plots: String = value("distributionSelectionMode", "plot", "selectedFields".to_owned()),
        /// Whether all bars are as long as the longest.
        normalized: bool = value("graphNormalizeData", "normalize", false),
        /// The sort order of the bars.
        sort: String = value("distributionSortType", "sort_mode", "alphabetic".to_owned()),
        /// Whether the lowest is first.
        ascending: bool = value("sortColumnAscending", "", true),
    }
    // Lengths of bars on a screen; whether the file holds the chart or the table: a document holds both.
    ignored: ["distributionProportionalScale", "distributionOutputToFileAsGraph", "sortColumn"]
}

struct Distribution {
    field: String,
    color: String,
    normalized: bool,
    by_count: bool,
    ascending: bool,
    style: Style,
    shown: Shown,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: DistributionSettings = compile.settings()?;
    let style = settings.style(&["graphXField", "graphColorField"], compile)?;
    if settings.plots != "selectedFields" {
        return Err(compile.refuse_value(
            "distributionSelectionMode",
            &settings.plots,
            "only a chosen field is supported",
        ));
    }
    let by_count = match settings.sort.as_str() {
        "alphabetic" => false,
        "occurrence" | "byOccurrence" | "count" => true,
        other => {
            let message = "alphabetic and occurrence are supported";
            return Err(compile.refuse_value("distributionSortType", other, message));
        }
    };
    let distribution = Distribution {
        field: settings.x.clone(),
        color: settings.color.clone(),
        normalized: settings.normalized,
        by_count,
        ascending: settings.ascending,
        style,
        shown: Shown::new(compile)?,
    };
    report::terminal(distribution, settings.naming(), compile)
}

#[async_trait]
impl Report for Distribution {
    fn kind(&self) -> &'static str {
        "distribution"
    }

    fn content(&self) -> Content {
        Content::Charts
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        satsuma_engine::require(input, &self.field)?;
        Series::new(&self.color, input).map(drop)
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let model = input.model().clone();
        let (mut bars, mut colors) = (Series::new(&self.field, &model)?, Series::new(&self.color, &model)?);
        let mut counts: Vec<Vec<u64>> = Vec::new();
        let names = [self.field.as_str(), self.color.as_str()];
        let names = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>();
        batches(input, &names, run, |mut columns, rows| {
            let places = bars.places(&mut columns, rows)?;
            let colors = colors.places(&mut columns, rows)?;
            for (bar, color) in places.into_iter().zip(colors) {
                if counts.len() <= bar {
                    counts.resize(bar + 1, Vec::new());
                }
                let Some(of_bar) = counts.get_mut(bar) else { continue };
                if of_bar.len() <= color {
                    of_bar.resize(color + 1, 0);
                }
                if let Some(count) = of_bar.get_mut(color) {
                    *count += 1;
                }
            }
            Ok(())
        })
        .await?;
        Ok(vec![Block::Chart(self.chart(&bars, &colors, &counts))])
    }
}

impl Distribution {
    fn chart(&self, bars: &Series, colors: &Series, counts: &[Vec<u64>]) -> Chart {
        let sum = |bar: &usize| counts.get(*bar).map_or(0, |counts| counts.iter().sum::<u64>());
        let mut order = bars.order();
        if self.by_count {
            order.sort_by_key(|bar| std::cmp::Reverse(sum(bar)));
        } else if !self.ascending {
            order.reverse();
        }
        let total = order.iter().map(sum).sum::<u64>();
        let series = colors.names(&self.shown);
        let of_color = |bar: &usize, color: &usize| {
            counts.get(*bar).and_then(|counts| counts.get(*color)).copied().unwrap_or_default()
        };
        let mut columns = vec![self.field.clone(), "%".to_owned(), "Count".to_owned()];
        columns.extend(series.iter().map(|name| format!("{} = {name}", self.color)));
        let mut data = Numbers::new("", columns).with_row_headings(1);
        let mut marks = Vec::new();
        for (at, bar) in order.iter().enumerate() {
            let (name, count) = (bars.text(*bar, &self.shown), sum(bar));
            let share = (total > 0).then(|| 100.0 * count as f64 / total as f64);
            let mut cells = vec![Cell::text(name.clone()), Cell::real(share, 2), Cell::count(count)];
            let mut from = 0.0;
            for (rank, color) in colors.order().iter().enumerate() {
                let of_color = of_color(bar, color);
                if !series.is_empty() {
                    cells.push(Cell::count(of_color));
                }
                let length = match self.normalized {
                    true => of_color as f64 / count.max(1) as f64,
                    false => of_color as f64,
                };
                let tip = match series.get(rank) {
                    Some(series) => format!("{name}, {series}: {of_color}"),
                    None => format!("{name}: {of_color}"),
                };
                if of_color > 0 {
                    let y = (at as f64 + 0.12, at as f64 + 0.88);
                    marks.push(Mark::rectangle((from, from + length), y, Paint::Series(rank), tip));
                }
                from += length;
            }
            data.push(cells);
        }
        let longest = order.iter().map(sum).max().unwrap_or(1) as f64;
        let (title, end) = if self.normalized { ("Proportion", 1.0) } else { ("Count", longest) };
        let names = order.iter().map(|bar| bars.text(*bar, &self.shown)).collect();
        self.style.applied(Chart {
            title: format!("Distribution of {}", self.field),
            x: Axis::linear(title, 0.0, end),
            y: Axis::categories(self.field.clone(), names),
            series_title: self.color.clone(),
            series,
            panels: vec![Panel { title: String::new(), marks }],
            data,
            ..Chart::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::{document, report};

    const FIELDS: [(&str, &str); 2] = [("bp", "string"), ("drug", "string")];
    const DATA: &str = "bp,drug\nLOW,A\nHIGH,B\nHIGH,A\nLOW,A\n,B\n";

    #[tokio::test]
    async fn values_are_counted_by_colour() {
        let properties = "<graphXField>bp</graphXField><graphColorField>drug</graphColorField>";
        let lines = report("DistributionNode", properties, "", &FIELDS, DATA).await;
        assert_eq!(
            lines,
            ["bp\t%\tCount\tdrug = A\tdrug = B", "\t20\t1\t0\t1", "HIGH\t40\t2\t1\t1", "LOW\t40\t2\t2\t0",]
        );
    }

    #[tokio::test]
    async fn a_page_holds_the_picture_and_its_numbers() {
        let properties = "<graphXField>bp</graphXField><graphTitle>T &lt; U</graphTitle>";
        let format = satsuma_engine::DocumentFormat::Html;
        let page = document("DistributionNode", properties, "", &FIELDS, DATA, format).await.unwrap();
        assert!(
            page.contains("<svg") && page.contains("T &lt; U") && page.contains("<th scope=\"row\">LOW</th>")
        );
    }

    #[tokio::test]
    async fn fields_that_the_chart_lacks_are_refused() {
        let properties = "<graphXField>bp</graphXField><graphAnimationField>drug</graphAnimationField>";
        let format = satsuma_engine::DocumentFormat::Html;
        let error = document("DistributionNode", properties, "", &FIELDS, DATA, format).await.unwrap_err();
        assert!(error.contains("graphAnimationField"), "{error}");
    }
}
