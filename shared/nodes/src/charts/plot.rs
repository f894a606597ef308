//! Plot: points of two fields. IBM: "Plot Node", `plotnode`.
//!
//! Of many records a part is drawn, evenly chosen, which the note below the chart says; Modeler bins or samples them.

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_documents::{Block, Scale};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};
use satsuma_stream::text_enum;

use super::points::{Function, Joined, Overlays, PointFields, Points};
use super::style::{Style, chart_settings};
use crate::clem::Clem;
use crate::report::{self, Content, Report, Shown};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ScatterPlotNode",
    extension: None,
    inputs: Inputs::One,
    settings: PlotSettings::LIST,
    compile,
};

text_enum! {
    /// The order in which lines join points.
    Order {
        /// That of x.
        Sort = "Sort",
        /// That of records; where x falls, a new line begins.
        Overlay = "Overlay",
        /// That of records.
        AsRead = "AsRead",
    }
}

chart_settings! {
    /// Settings of a Plot node.
    pub struct PlotSettings {
        /// Whether points are joined.
        line: bool = value("scatterShowLine", "style", false),
        /// The order in which they are.
        order: Order = value("scatterXMode", "x_mode", Order::Sort),
        /// Whether the horizontal range is that of the data.
        automatic_x_range: bool = value("automaticRangeX", "x_range_auto", true),
        /// The lowest x of a chosen range.
        x_low: f64 = value("userDefinedRangeXMin", "x_range_min", 0.0),
        /// The highest x of a chosen range.
        x_high: f64 = value("userDefinedRangeXMax", "x_range_max", 100.0),
        /// Whether the vertical range is that of the data.
        automatic_y_range: bool = value("automaticRangeY", "y_range_auto", true),
        /// The lowest y of a chosen range.
        y_low: f64 = value("userDefinedRangeYMin", "y_range_min", 0.0),
        /// The highest y of a chosen range.
        y_high: f64 = value("userDefinedRangeYMax", "y_range_max", 100.0),
    }
    // How many records are drawn; small shifts of points by chance; the third axis, which is refused where it is used.
    ignored: [
        "graphLargeDatasetReadOption", "graphLargeDatasetReadThreshold", "graphJitter", "graphSymbolSize",
        "automaticRangeZ", "userDefinedRangeZMin", "userDefinedRangeZMax", "scatterPointType",
    ]
}

struct Plot {
    fields: PointFields,
    joined: Joined,
    overlays: Overlays,
    x: Option<(f64, f64)>,
    y: Option<(f64, f64)>,
    style: Style,
    shown: Shown,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: PlotSettings = compile.settings()?;
    let supported = [
        "graphXField",
        "graphYField",
        "graphColorField",
        "graphPanelField",
        "graphSizeField",
        "graphShapeField",
        "graphOverlayType",
    ];
    let style = settings.style(&supported, compile)?;
    let joined = match (settings.line, &settings.order) {
        (false, _) => Joined::No,
        (true, Order::Sort) => Joined::Sorted,
        (true, Order::Overlay) => Joined::Overlaid,
        (true, Order::AsRead) => Joined::AsRead,
        (true, other) => {
            return Err(compile.refuse_value(
                "scatterXMode",
                other,
                "Sort, Overlay and AsRead are supported",
            ));
        }
    };
    let overlays = overlays(&settings, compile)?;
    let fields = PointFields {
        x: settings.x.clone(),
        y: settings.y.clone(),
        color: settings.color.clone(),
        panel: settings.panel.clone(),
        size: settings.size.clone(),
        shape: settings.shape.clone(),
    };
    let plot = Plot {
        fields,
        joined,
        overlays,
        x: (!settings.automatic_x_range).then_some((settings.x_low, settings.x_high)),
        y: (!settings.automatic_y_range).then_some((settings.y_low, settings.y_high)),
        style,
        shown: Shown::new(compile)?,
    };
    report::terminal(plot, settings.naming(), compile)
}

/// The overlays: a smoother, or a function of x. IBM: "Plot node plot tab".
fn overlays(settings: &PlotSettings, compile: &mut Compile<'_>) -> Result<Overlays, Reported> {
    let (smoother, has_function) = match settings.overlay.as_str() {
        "None" | "" => (false, settings.has_function),
        "Smoother" => (true, settings.has_function),
        "Function" => (false, true),
        other => {
            let message = "None, Smoother and Function are supported";
            return Err(compile.refuse_value("graphOverlayType", other, message));
        }
    };
    if !has_function {
        return Ok(Overlays { smoother, function: None });
    }
    let text = if settings.function.is_empty() { "x" } else { settings.function.as_str() };
    let clem = Clem::parse(text, "graphOverlayFunction", compile)?;
    let model = DataModel::new(vec![Field::new("x", Storage::Real)]);
    let model =
        model.map_err(|error| compile.refuse_value("graphOverlayFunction", text, error.to_string()))?;
    let program = clem.check(&model, None).map_err(|error| compile.report(error))?;
    if program.needs_order() {
        let message = "a function that depends on the order of records has no line";
        return Err(compile.refuse_value("graphOverlayFunction", text, message));
    }
    Ok(Overlays { smoother, function: Some(Function { text: text.to_owned(), program }) })
}

#[async_trait]
impl Report for Plot {
    fn kind(&self) -> &'static str {
        "plot"
    }

    fn content(&self) -> Content {
        Content::Charts
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        self.fields.check(input)
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let points = Points::read(&self.fields, input, run).await?;
        let mut chart = points.overlaid(points.chart(self.joined, &self.shown), &self.overlays)?;
        for (range, scale) in [(self.x, &mut chart.x.scale), (self.y, &mut chart.y.scale)] {
            if let (Some((from, to)), Scale::Linear { low, high }) = (range, scale) {
                (*low, *high) = (from, to);
            }
        }
        Ok(vec![Block::Chart(self.style.applied(chart))])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::{document, report};

    const FIELDS: [(&str, &str); 3] = [("x", "real"), ("y", "integer"), ("c", "string")];

    #[tokio::test]
    async fn points_without_a_place_are_not_drawn() {
        let properties =
            "<graphXField>x</graphXField><graphYField>y</graphYField><graphColorField>c</graphColorField>";
        let lines =
            report("ScatterPlotNode", properties, "", &FIELDS, "x,y,c\n1.5,2,a\n,3,b\n2,,a\n3,4,b\n").await;
        assert_eq!(lines, ["x\ty\tc", "1.5\t2\ta", "3\t4\tb"]);
    }

    #[tokio::test]
    async fn many_records_are_thinned_out() {
        let mut data = String::from("x,y,c\n");
        (0..20_000).for_each(|row| data += &format!("{row},{},a\n", row % 7));
        let properties = "<graphXField>x</graphXField><graphYField>y</graphYField>";
        let format = satsuma_engine::DocumentFormat::Html;
        let page = document("ScatterPlotNode", properties, "", &FIELDS, &data, format).await.unwrap();
        assert!(page.contains("Every 4th of 20000 points is drawn."));
        assert!(page.len() < 2_000_000, "{}", page.len());
    }

    /// IBM, "Plot node plot tab": a smoother, or a function in terms of x.
    #[tokio::test]
    async fn overlays_are_lines_that_the_note_names() {
        let data = "x,y,c\n1,2,a\n2,4,a\n3,7,a\n4,8,a\n5,11,a\n";
        let fields = "<graphXField>x</graphXField><graphYField>y</graphYField>";
        let format = satsuma_engine::DocumentFormat::Html;
        for (overlay, note, lines) in [
            ("<graphOverlayType>Smoother</graphOverlayType>", "LOWESS", 1),
            (
                "<graphOverlayType>Function</graphOverlayType><graphOverlayFunction>2 * x + 1</graphOverlayFunction>",
                "Function: y = 2 * x + 1.",
                1,
            ),
            (
                "<graphOverlayType>Function</graphOverlayType><graphOverlayFunction>5</graphOverlayFunction>",
                "Function: y = 5.",
                1,
            ),
        ] {
            let page =
                document("ScatterPlotNode", &format!("{fields}{overlay}"), "", &FIELDS, data, format).await;
            let page = page.unwrap();
            assert!(page.contains(note), "{overlay}");
            assert_eq!(page.matches("stroke-width=").count(), lines, "{overlay}");
        }
    }
}
