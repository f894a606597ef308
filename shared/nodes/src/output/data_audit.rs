//! Data Audit: statistics and quality of fields. IBM: "Data Audit node", `dataauditnode`.
//!
//! A first pass counts values and moments, a second one outliers and the bars of the small charts. Skewness, kurtosis
//! and their errors are those of the data audit that Modeler saved (`DataAuditPatients.cou`).

mod audited;
mod pictures;
mod tables;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field};
use satsuma_documents::Block;
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require};
use satsuma_stream::text_enum;

use self::audited::Audited;
use super::matrix::members;
use crate::report::{self, Report, batches, report_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "DataAuditNode",
    extension: None,
    inputs: Inputs::One,
    settings: DataAuditSettings::LIST,
    compile,
};

text_enum! {
    /// The measure of outliers.
    Outliers {
        /// Standard deviations from the mean.
        Deviation = "std",
        /// The range between the quartiles.
        Quartiles = "iqr",
    }
}

report_settings! {
    /// Settings of a Data Audit node.
    pub struct DataAuditSettings {
        /// Whether the fields are chosen.
        has_fields: bool = value("dataAuditUseCustomFields", "custom_fields", false),
        /// The fields.
        fields: Vec<String> = fields("dataAuditFields", "fields"),
        /// The field whose values colour the small charts.
        overlay: String = text("dataAuditUserSpecifiedOverlayField", "overlay"),
        /// Whether small charts are shown.
        graphs: bool = value("dataAuditDisplayGraphs", "display_graphs", true),
        /// Whether basic statistics are shown.
        basic: bool = value("dataAuditBasicStatistics", "basic_stats", true),
        /// Whether further statistics are shown.
        advanced: bool = value("dataAuditAdvancedStatistics", "advanced_stats", false),
        /// Whether median and mode are shown.
        median: bool = value("dataAuditMedianAndMode", "median_stats", false),
        /// The displayed quality measures.
        quality: Vec<String> = parsed("qualityCalculateValues", "", members),
        /// The definition of missing values.
        invalid: Vec<String> = parsed("qualityInvalidValues", "", members),
        /// The measure of outliers.
        outliers: Outliers = value("dataAuditOutlierDetectionMethod", "outlier_detection_method", Outliers::Deviation),
        /// Standard deviations of an outlier.
        outlier: f64 = value("dataAuditStdOutlier", "outlier_detection_std_outlier", 3.0),
        /// Standard deviations of an extreme value.
        extreme: f64 = value("dataAuditStdExtreme", "outlier_detection_std_extreme", 5.0),
    }
    // Modeler draws its small charts from a sample, ours show all records; ranges of the method that is refused.
    ignored: [
        "dataAuditAutoSampleMode", "dataAuditSampleThreshold", "sampleUseRandomSeed", "sampleRandomSeed",
        "dataAuditIQROutlier", "dataAuditIQRExtreme",
    ]
}

/// The displayed and counted parts.
#[derive(Debug, Clone, Copy)]
struct Shows {
    graphs: bool,
    basic: bool,
    advanced: bool,
    median: bool,
    records: bool,
    breakdown: bool,
    /// Which values count as missing beside null: the empty text, white space, declared blanks.
    empty: bool,
    space: bool,
    blank: bool,
    outlier: f64,
    extreme: f64,
}

struct DataAudit {
    fields: Option<Vec<String>>,
    shows: Shows,
    text: report::Shown,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: DataAuditSettings = compile.settings()?;
    if settings.outliers != Outliers::Deviation {
        let message =
            "outliers by quartiles are not supported: how Modeler interpolates quartiles is not documented";
        return Err(compile.refuse_value("dataAuditOutlierDetectionMethod", &settings.outliers, message));
    }
    if !settings.overlay.is_empty() {
        let message = "overlay fields of data audits are not supported";
        return Err(compile.refuse_value("dataAuditUserSpecifiedOverlayField", &settings.overlay, message));
    }
    let has = |list: &[String], name: &str| list.iter().any(|member| member == name);
    let counts = |name: &str| settings.invalid.is_empty() || has(&settings.invalid, name);
    if !counts("null") {
        let message = "null always counts as missing";
        return Err(compile.refuse_value("qualityInvalidValues", settings.invalid.join(", "), message));
    }
    let audit = DataAudit {
        fields: settings.has_fields.then(|| settings.fields.clone()),
        shows: Shows {
            graphs: settings.graphs,
            basic: settings.basic,
            advanced: settings.advanced,
            median: settings.median,
            records: has(&settings.quality, "records"),
            breakdown: has(&settings.quality, "breakdown"),
            empty: counts("empty"),
            space: counts("whitespace"),
            blank: counts("blank"),
            outlier: settings.outlier,
            extreme: settings.extreme,
        },
        text: report::Shown::new(compile)?,
    };
    report::terminal(audit, settings.naming(), compile)
}

impl DataAudit {
    fn fields(&self, model: &DataModel) -> Result<Vec<Field>, NodeError> {
        match &self.fields {
            Some(names) => names.iter().map(|name| require(model, name).cloned()).collect(),
            None => Ok(model.fields().to_vec()),
        }
    }
}

#[async_trait]
impl Report for DataAudit {
    fn kind(&self) -> &'static str {
        "data-audit"
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        self.fields(input).map(drop)
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let fields = self.fields(input.model())?;
        let names = fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        let mut audited = fields.into_iter().map(|field| Audited::new(field, self.shows)).collect::<Vec<_>>();
        let (mut records, mut complete) = (0, 0);
        batches(input.clone(), &names, run, |columns, rows| {
            let mut is_complete = vec![true; rows];
            for (field, column) in audited.iter_mut().zip(columns) {
                field.add(column, &mut is_complete)?;
            }
            records += rows as u64;
            complete += is_complete.into_iter().filter(|complete| *complete).count() as u64;
            Ok(())
        })
        .await?;
        batches(input, &names, run, |columns, _| {
            audited.iter_mut().zip(columns).try_for_each(|(field, column)| field.look_again(column))
        })
        .await?;
        let mut blocks = vec![Block::Table(tables::audit(&audited, self.shows, &self.text))];
        if self.shows.records || self.shows.breakdown {
            blocks.push(Block::Heading("Quality".to_owned()));
            blocks.push(Block::Text(tables::completeness(&audited, records, complete)));
            blocks.push(Block::Table(tables::quality(&audited, self.shows)));
        }
        Ok(blocks)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::report;

    /// Counted by hand: the deviation of x is √(22/3), its skewness 36 / (22/3)^1.5.
    #[tokio::test]
    async fn an_audit_counts_valid_missing_and_unique_values() {
        let fields = [("x", "real"), ("s", "string")];
        let properties = "<qualityCalculateValues><setElement>records</setElement>\
            <setElement>breakdown</setElement></qualityCalculateValues><qualityInvalidValues>\
            <setElement>null</setElement><setElement>empty</setElement><setElement>whitespace</setElement>\
            </qualityInvalidValues>";
        let data = "x,s\n1,a\n2,b\n2,a\n7,\" \"\n,a\n";
        let lines = report("DataAuditNode", properties, "", &fields, data).await;
        let deviation = (22.0_f64 / 3.0).sqrt();
        let skewness = 36.0 / deviation.powi(3);
        let cells = lines[2].split('\t').collect::<Vec<_>>();
        assert_eq!(cells[..6], ["x", "", "Continuous", "1", "7", "3"], "{lines:?}");
        assert!((cells[6].parse::<f64>().unwrap() - deviation).abs() < 1e-12, "{cells:?}");
        assert!((cells[7].parse::<f64>().unwrap() - skewness).abs() < 1e-12, "{cells:?}");
        assert_eq!(cells[8..], ["", "4"]);
        let cells = lines[3].split('\t').collect::<Vec<_>>();
        assert_eq!((cells[0], &cells[8..]), ("s", &["2", "4"][..]));
        let quality = lines.iter().filter(|line| line.starts_with("s\t")).nth(1).unwrap();
        assert_eq!(
            quality.split('\t').skip(4).collect::<Vec<_>>(),
            ["80", "4", "0", "0", "1", "0"],
            "{lines:?}"
        );
    }
}
