//! Time Plot: series of values over time. IBM: "Time Plot Node", `timeplotnode`.

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field};
use satsuma_documents::Block;
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require};

use super::multiplot::{Lines, Rows};
use super::scale::FieldAxis;
use super::style::{Style, chart_settings};
use crate::report::{self, Content, Report, Shown};

/// The names of the limits of predictions, which time series models make.
const LIMITS: [&str; 2] = ["$TSLCI-", "$TSUCI-"];

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
    /// Whether the fields are predictions of time series models.
    of_models: bool,
    limit: Option<u64>,
    style: Style,
    shown: Shown,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TimePlotSettings = compile.settings()?;
    let style = settings.style(&["graphXField"], compile)?;
    let of_models = match settings.plots.as_str() {
        "Series" => false,
        "Models" => true,
        other => {
            let message = "Series and Models are supported";
            return Err(compile.refuse_value("timePlotSeriesToPlot", other, message));
        }
    };
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
        groups: Vec::new(),
    };
    let x = if settings.has_x { &settings.custom_x } else { &settings.x };
    let plot = TimePlot {
        x: Some(x.clone()).filter(|x| !x.is_empty()),
        must_exist: settings.has_x,
        lines,
        of_models,
        limit: settings.has_limit.then_some(settings.limit),
        style,
        shown: Shown::new(compile)?,
    };
    report::terminal(plot, settings.naming(), compile)
}

impl TimePlot {
    /// The lines that are drawn. A model has those of its target, its predictions and their limits in one panel.
    fn lines(&self, model: &DataModel) -> Result<Lines, NodeError> {
        if !self.of_models {
            return Ok(self.lines.clone());
        }
        let mut lines = Lines { fields: Vec::new(), ..self.lines.clone() };
        for name in &self.lines.fields {
            let predicted = require(model, name)?;
            let target = predicted.output.as_ref().and_then(|output| output.target.as_deref());
            let Some(target) = target else {
                let message = format!("field {name:?} is no prediction of a model; choose Selected series");
                return Err(NodeError::unsupported(message));
            };
            let is_limit = |field: &&Field| {
                let of_target =
                    field.output.as_ref().is_some_and(|output| output.target.as_deref() == Some(target));
                of_target && LIMITS.iter().any(|prefix| field.name.starts_with(prefix))
            };
            let limits = model.fields().iter().filter(is_limit).map(|field| field.name.clone());
            let own = [target.to_owned(), name.clone()].into_iter().chain(limits);
            let own = own.filter(|name| model.field(name).is_some()).collect::<Vec<_>>();
            lines.groups.push((lines.fields.len(), own.len()));
            lines.fields.extend(own);
        }
        Ok(lines)
    }

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

    fn content(&self) -> Content {
        Content::Charts
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        self.x(input).map(|name| FieldAxis::new(name, input)).transpose()?;
        self.lines(input)?.check(input)
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let x = self.x(input.model()).map(str::to_owned);
        let lines = self.lines(input.model())?;
        let rows = Rows::read(x.as_deref(), &lines.fields, self.limit, input, run).await?;
        let chart = rows.chart(&lines, &self.shown);
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
