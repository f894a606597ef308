//! Graphboard: a chart by a template. IBM: "Graphboard Node", `graphboardnode`.
//!
//! The node holds a visualisation whose source variables are named after the roles of the template: `x`, `y`,
//! `categories`, `values`, `color`, `panelacross`, `columns`, `rows`. Templates and roles that are not known are refused
//! by name.

mod boxes;
mod groups;
mod visualization;

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_documents::Block;
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};

use self::boxes::Boxes;
use self::groups::{Drawing, Groups};
use self::visualization::Visualization;
use super::histogram::Histogram;
use super::points::{Joined, PointFields, Points};
use super::style::{Style, chart_settings};
use crate::report::{self, Content, Report, Shown};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "GraphBoardNode",
    extension: None,
    inputs: Inputs::One,
    settings: GraphboardSettings::LIST,
    compile,
};

chart_settings! {
    /// Settings of a Graphboard node.
    pub struct GraphboardSettings {
        /// The name of the template.
        template: String = text("graphTemplateName", "graph_type"),
        /// The visualisation, as XML.
        visualization: String = text("visXml", ""),
    }
    // A copy of the visualisation for data that are summarised already; how many records are drawn; the roles of all
    // templates, which the visualisation states; what belongs to maps, whose templates are refused.
    ignored: [
        "pressumarisedVisXml", "graphType", "graphBoardInputFields", "graphLargeDatasetOption",
        "graphLargeDatasetReadThreshold", "graphUseTransparency", "graphTransparencySummary", "graphAxisSummary",
        "blendOutputSuffix", "userConstantDerive", "graphDataKeyField", "graphEndLongitudeField",
        "graphReferenceMapFile", "graphMapLayer", "graphMultiFields", "graphMapAttribute", "graphEndLatitudeField",
        "graphColumnsField", "graphLongitudeField", "graphRowsField", "graphReferenceMapLayer", "graphMapFile",
        "graphCategoriesField", "graphDownField", "graphDatalabelField", "graphLatitudeField", "graphValuesField",
        "graphAcrossField", "graphStartLongitudeField", "graphMapColorField", "graphReferenceMapAttribute",
        "graphStartLatitudeField", "graphSummaryField",
    ]
}

struct Graphboard {
    kind: Kind,
    style: Style,
    shown: Shown,
}

/// A template with its fields.
enum Kind {
    Groups(Groups),
    Boxes(Boxes),
    Histogram(Histogram),
    Points(PointFields),
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: GraphboardSettings = compile.settings()?;
    let style = settings.style(&[], compile)?;
    let shown = Shown::new(compile)?;
    let visualization = Visualization::parse(&settings.visualization)
        .map_err(|fault| compile.refuse_value("visXml", "…", fault))?;
    let kind = kind(&settings.template, &visualization, &shown).map_err(|missing| {
        let message = match missing {
            Missing::Template => "this template is not supported yet".to_owned(),
            Missing::Role(role) => format!("the template has no field for {role}"),
            Missing::Unknown(role) => format!("{role} fields of this template are not supported yet"),
            Missing::Statistic(method) => format!("the statistic {method} is not supported"),
        };
        compile.refuse_value("graphTemplateName", &settings.template, message)
    })?;
    report::terminal(Graphboard { kind, style, shown }, settings.naming(), compile)
}

/// Why a template cannot be drawn.
enum Missing {
    Template,
    Role(&'static str),
    Unknown(String),
    Statistic(String),
}

fn kind(template: &str, visualization: &Visualization, shown: &Shown) -> Result<Kind, Missing> {
    let role = |name: &'static str| visualization.role(name).map(str::to_owned).ok_or(Missing::Role(name));
    let may = |name: &'static str| visualization.role(name).unwrap_or_default().to_owned();
    let only = |known: &[&str]| match visualization.roles().find(|role| !known.contains(role)) {
        Some(unknown) => Err(Missing::Unknown(unknown.to_owned())),
        None => Ok(()),
    };
    match template {
        "Bar of Counts" => {
            only(&["categories", "color", "panelacross"])?;
            Ok(Kind::Groups(Groups {
                drawing: Drawing::Bars,
                category: role("categories")?,
                second: may("color"),
                panel: may("panelacross"),
                value: None,
            }))
        }
        "Pie of Counts" => {
            only(&["categories"])?;
            let category = role("categories")?;
            Ok(Kind::Groups(Groups {
                drawing: Drawing::Pie,
                category,
                second: String::new(),
                panel: String::new(),
                value: None,
            }))
        }
        "Bar" => {
            only(&["categories", "values", "panelacross"])?;
            let statistic = visualization.statistic().map_err(Missing::Statistic)?;
            Ok(Kind::Groups(Groups {
                drawing: Drawing::Bars,
                category: role("categories")?,
                second: String::new(),
                panel: may("panelacross"),
                value: Some((role("values")?, statistic)),
            }))
        }
        "Heat Map" => {
            only(&["columns", "rows", "color"])?;
            let statistic = visualization.statistic().map_err(Missing::Statistic)?;
            Ok(Kind::Groups(Groups {
                drawing: Drawing::Heat,
                category: role("columns")?,
                second: role("rows")?,
                panel: String::new(),
                value: Some((role("color")?, statistic)),
            }))
        }
        "Boxplot" => {
            only(&["x", "y"])?;
            Ok(Kind::Boxes(Boxes { category: role("x")?, value: role("y")? }))
        }
        "Histogram" => {
            only(&["x", "color", "panelacross"])?;
            Ok(Kind::Histogram(Histogram::plain(role("x")?, may("color"), may("panelacross"), shown.clone())))
        }
        "Scatterplot" => {
            only(&["x", "y", "color", "panelacross", "size", "shape"])?;
            Ok(Kind::Points(PointFields {
                x: role("x")?,
                y: role("y")?,
                color: may("color"),
                panel: may("panelacross"),
                size: may("size"),
                shape: may("shape"),
            }))
        }
        _ => Err(Missing::Template),
    }
}

#[async_trait]
impl Report for Graphboard {
    fn kind(&self) -> &'static str {
        "graphboard"
    }

    fn content(&self) -> Content {
        Content::Charts
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        match &self.kind {
            Kind::Groups(groups) => groups.check(input),
            Kind::Boxes(boxes) => boxes.check(input),
            Kind::Histogram(histogram) => histogram.check(input),
            Kind::Points(points) => points.check(input),
        }
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let chart = match &self.kind {
            Kind::Groups(groups) => groups.chart(input, &self.shown, run).await?,
            Kind::Boxes(boxes) => boxes.chart(input, &self.shown, run).await?,
            Kind::Histogram(histogram) => return histogram.blocks(input, run).await,
            Kind::Points(points) => Points::read(points, input, run).await?.chart(Joined::No, &self.shown),
        };
        Ok(vec![Block::Chart(self.style.applied(chart))])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::{document, report};

    const FIELDS: [(&str, &str); 3] = [("g", "string"), ("h", "string"), ("x", "real")];
    const DATA: &str = "g,h,x\na,u,1\nb,u,2\na,v,3\nb,v,7\na,v,5\n";

    fn node(template: &str, roles: &[(&str, &str)], inside: &str) -> String {
        let roles = roles.iter().map(|(role, field)| {
            format!("&lt;sourceVariable id=\"{role}\" source=\"dataSource\" sourceName=\"{field}\"/&gt;")
        });
        let roles = roles.collect::<String>();
        format!(
            "<graphTemplateName>{template}</graphTemplateName>\
             <visXml>&lt;visualization&gt;{roles}{inside}&lt;/visualization&gt;</visXml>"
        )
    }

    #[tokio::test]
    async fn bars_count_records_by_category_and_colour() {
        let node = node("Bar of Counts", &[("categories", "g"), ("color", "h")], "");
        let lines = report("GraphBoardNode", &node, "", &FIELDS, DATA).await;
        assert_eq!(lines, ["g\th\tCount", "a\tu\t1", "a\tv\t2", "b\tu\t1", "b\tv\t1"]);
    }

    #[tokio::test]
    async fn bars_show_the_statistic_of_the_template() {
        let sum = "&lt;interval&gt;&lt;summaryStatistic method=\"sum\"/&gt;&lt;/interval&gt;";
        let node = node("Bar", &[("categories", "g"), ("values", "x")], sum);
        let lines = report("GraphBoardNode", &node, "", &FIELDS, DATA).await;
        assert_eq!(lines, ["g\tSum of x", "a\t9", "b\t9"]);
    }

    /// Tukey's hinges of 1, 3, 5 are 2 and 4.
    #[tokio::test]
    async fn boxes_show_tukeys_hinges() {
        let node = node("Boxplot", &[("x", "g"), ("y", "x")], "");
        let lines = report("GraphBoardNode", &node, "", &FIELDS, DATA).await;
        assert_eq!(lines[1], "a\t3\t1\t2\t3\t4\t5\t0", "{lines:?}");
    }

    #[tokio::test]
    async fn an_unknown_template_is_refused_by_name() {
        let node = node("Choropleth", &[("x", "g")], "");
        let format = satsuma_engine::DocumentFormat::Html;
        let error = document("GraphBoardNode", &node, "", &FIELDS, DATA, format).await.unwrap_err();
        assert!(error.contains("Choropleth"), "{error}");
    }
}
