//! Time Plot: series of values over time. IBM: "Time Plot Node", `timeplotnode`.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_documents::Block;
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};

use super::multiplot::{Lines, Rows};
use super::scale::FieldAxis;
use super::style::{Style, chart_settings};
use crate::report::{self, Report, Shown};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "TimePlotNode",
    extension: None,
    inputs: Inputs::One,
    settings: TimePlotSettings::LIST,
    compile,
};

chart_settings! {
    /// Settings of a Time Plot node.
    pub struct TimePlotSettings {
        /// Whether series or time series models are plotted.
        plots: String = value("timePlotSeriesToPlot", "plot_series", "Series".to_owned()),
        /// The series.
        fields: Vec<String> = fields("timePlotSeriesFields", "y_fields"),
        /// Whether the user chose the field of the horizontal axis.
        has_x: bool = value("timePlotUseCustomXField", "use_custom_x_field", false),
        /// That field.
        custom_x: String = text("timePlotCustomXField", "x_field"),
        /// Whether each series has a panel.
        panels: bool = value("timePlotPanel", "panel", true),
        /// Whether each series is scaled from 0 to 1.
        normalized: bool = value("graphNormalizeData", "normalize", true),
        /// Whether points are joined.
        line: bool = value("timePlotLine", "line", true),
        /// Whether points are marked.
        points: bool = value("timePlotPoints", "points", false),
        /// Whether a smoother is drawn.
        smoother: bool = value("timePlotSmoother", "smoother", false),
        /// Whether only the first records are plotted.
        has_limit: bool = value("timePlotUseRecordsLimit", "use_records_limit", true),
        /// How many.
        limit: u64 = value("timePlotRecordsLimit", "records_limit", 2000),
    }
    ignored: ["graphSymbolSize", "scatterPointType"]
}

struct TimePlot {
    /// The field of the horizontal axis; a name that Modeler makes up may be missing.
    x: Option<String>,
    must_exist: bool,
    lines: Lines,
    limit: Option<u64>,
    style: Style,
    shown: Shown,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TimePlotSettings = compile.settings()?;
    let style = settings.style(&["graphXField"], compile)?;
    if settings.plots != "Series" {
        return Err(compile.refuse_value(
            "timePlotSeriesToPlot",
            &settings.plots,
            "only selected series are supported",
        ));
    }
    if settings.smoother {
        return Err(compile.refuse_value("timePlotSmoother", true, "smoothers are not supported"));
    }
    let lines = Lines {
        fields: settings.fields.clone(),
        normalized: settings.normalized,
        panels: settings.panels,
        joined: settings.line,
        points: settings.points,
        sorted: false,
    };
    let x = if settings.has_x { &settings.custom_x } else { &settings.x };
    let plot = TimePlot {
        x: Some(x.clone()).filter(|x| !x.is_empty()),
        must_exist: settings.has_x,
        lines,
        limit: settings.has_limit.then_some(settings.limit),
        style,
        shown: Shown::new(compile)?,
    };
    report::terminal(plot, settings.naming(), compile)
}

impl TimePlot {
    /// The field of the horizontal axis. Without one, records are counted.
    fn x(&self, model: &DataModel) -> Option<&str> {
        self.x.as_deref().filter(|name| self.must_exist || model.field(name).is_some())
    }
}

#[async_trait]
impl Report for TimePlot {
    fn kind(&self) -> &'static str {
        "time-plot"
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        self.x(input).map(|name| FieldAxis::new(name, input)).transpose()?;
        self.lines.check(input)
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let x = self.x(input.model()).map(str::to_owned);
        let rows = Rows::read(x.as_deref(), &self.lines.fields, self.limit, input, run).await?;
        let chart = rows.chart(&self.lines, &self.shown);
        Ok(vec![Block::Chart(self.style.applied(chart))])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::report;

    #[tokio::test]
    async fn the_first_records_are_plotted_over_their_number() {
        let fields = [("a", "real")];
        let properties = "<timePlotSeriesFields><field>a</field></timePlotSeriesFields>\
            <graphXField>@INDEX</graphXField><timePlotRecordsLimit>2</timePlotRecordsLimit>";
        let lines = report("TimePlotNode", properties, "", &fields, "a\n5\n7\n9\n").await;
        assert_eq!(lines, ["Record\ta", "1\t5", "2\t7"]);
    }
}
