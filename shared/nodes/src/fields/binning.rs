//! Binning: adds the bin number of continuous fields. IBM: "Binning node", `binningnode`.
//!
//! - *Fixed width*: the first bin starts half a width below the minimum. Lower bounds are inclusive.
//! - *Mean/standard deviation*: bins of one standard deviation on both sides of a bin around the mean.
//! - *Optimal*: supervised cut points with respect to a categorical field (MDLP).
//!
//! The bin of null is null. Every run computes the bins from all records. Undocumented methods are refused: the width
//! for a given number of bins, the thresholds of tiles with ties or remainders, and the rank of ties.

pub(crate) mod bounds;
mod mdlp;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Measure, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeError, NodeRun, NodeType, Process, Reported, Table, one,
    require, settings,
};
use satsuma_stream::text_enum;

use self::bounds::Bins;
use super::derive::Position;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "BinningNode",
    extension: None,
    inputs: Inputs::One,
    settings: BinningSettings::LIST,
    compile,
};

text_enum! {
    /// The binning method.
    Kind {
        /// Equal width.
        FixedWidth = "fixedWidth",
        /// Mean and standard deviation.
        Deviation = "meanStdDev",
        /// Supervised by another field.
        Optimal = "optimal",
    }
}

settings! {
    /// Settings of a Binning node.
    pub struct BinningSettings {
        /// The fields to bin.
        fields: Vec<String> = fields("binningFields", "fields"),
        /// The binning method.
        kind: Kind = value("binningMethod", "method", Kind::FixedWidth),
        /// Whether every run computes the bins.
        recalculate: String = value("recalculateBins", "recalculate_bins", "always".to_owned()),
        /// Whether the width or the number of fixed bins is set.
        fixed_by: String = value("fixedBinMethod", "fixed_bin_method", "width".to_owned()),
        /// The width of fixed bins.
        width: f64 = value("fixedBinWidth", "fixed_bin_width", 10.0),
        /// Whether all fields share one set of bins.
        same_bins: bool = value("fixedBinSameBins", "", false),
        /// The name extension for fixed bins.
        fixed_extension: String = value("fixedBinExtensionName", "fixed_width_name_extension", "_BIN".to_owned()),
        /// Prefix or suffix.
        fixed_position: Position = value("fixedBinExtensionPosition", "fixed_width_add_as", Position::Suffix),
        /// The number of standard deviations.
        deviations: u32 = value("binMeanStdDevCount", "sdev_count", 1),
        /// The name extension for mean/standard deviation.
        deviation_extension: String = value("binMeanStdDevExtensionName", "sdev_name_extension", "_SDBIN".to_owned()),
        /// Prefix or suffix.
        deviation_position: Position = value("binMeanStdDevExtensionPosition", "sdev_add_as", Position::Suffix),
        /// The supervisor field of optimal binning.
        supervisor: String = text("binOptimalSupervisorField", "optimal_supervisor_field"),
        /// Whether small bins are merged with neighbours.
        merges: bool = value("binOptimalMergeBins", "optimal_merge_bins", false),
        /// The name extension for optimal bins.
        optimal_extension: String = value("binOptimalExtensionName", "optimal_name_extension", "_OPTIMAL".to_owned()),
        /// Prefix or suffix.
        optimal_position: Position = value("binOptimalExtensionPosition", "optimal_add_as", Position::Suffix),
    }
    // Settings of tiles and ranks, which are refused. Whether end points are open or bounded: the same bins for the
    // records that the bins are computed from. Pre-binning of more than 1,000 values, and the size of small bins: both
    // are refused.
    ignored: [
        "binByFractionalRank", "binByPcFractionalRank", "binByRank", "binEndpointsHighestBounding",
        "binEndpointsLowestBounding", "binEndpointsOpenClosed", "binFrRankExtensionName", "binOptimalMaxBins",
        "binOptimalPreBin", "binOptimalsmallBinDetectionThreshold", "binPcRankExtensionName", "binRankExtensionName",
        "binRankExtensionPositions", "binTile10", "binTile100", "binTile20", "binTile4", "binTile5",
        "binTileExtensionName", "binTileExtensionPosition", "binTileN", "binTileNExtensionName",
        "binTileNExtensionPosition", "fixedBinCount", "reverseRank", "tiedValuesMethod", "tilingMethod", "useBinTileN",
    ]
}

/// The binning method.
#[derive(Debug, Clone)]
enum Method {
    Width(f64),
    Deviations(u32),
    Optimal(String),
}

struct Binning {
    fields: Vec<String>,
    /// The names of the new fields.
    names: Vec<String>,
    method: Method,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: BinningSettings = compile.settings()?;
    if settings.fields.is_empty() {
        return Err(compile.refuse_value("binningFields", "", "the node has no fields to bin"));
    }
    if settings.recalculate != "always" {
        let message = "stored bins are not supported; select Always recalculate";
        return Err(compile.refuse_value("recalculateBins", settings.recalculate, message));
    }
    let (method, extension, position) = match settings.kind {
        Kind::FixedWidth => (fixed(&settings, compile)?, settings.fixed_extension, settings.fixed_position),
        Kind::Deviation if (1..=3).contains(&settings.deviations) => {
            let method = Method::Deviations(settings.deviations);
            (method, settings.deviation_extension, settings.deviation_position)
        }
        Kind::Deviation => {
            let message = "1, 2 and 3 standard deviations are supported";
            return Err(compile.refuse_value("binMeanStdDevCount", settings.deviations, message));
        }
        Kind::Optimal if settings.merges => {
            let message = "merging small bins is not supported: IBM does not document the rule";
            return Err(compile.refuse_value("binOptimalMergeBins", true, message));
        }
        Kind::Optimal => {
            let method = Method::Optimal(settings.supervisor);
            (method, settings.optimal_extension, settings.optimal_position)
        }
        other => {
            let message = "fixedWidth, meanStdDev and optimal are supported; IBM does not document how tiles and ranks \
                           treat ties";
            return Err(compile.refuse_value("binningMethod", other, message));
        }
    };
    let Some(names) = position.extend(&settings.fields, &extension) else {
        return Err(compile.refuse_value("binningMethod", position, "prefix and suffix are supported"));
    };
    Ok(Compiled::process(Binning { fields: settings.fields, names, method }))
}

fn fixed(settings: &BinningSettings, compile: &mut Compile<'_>) -> Result<Method, Reported> {
    if settings.fixed_by != "width" {
        let message = "only width is supported; IBM does not document the width for a number of bins";
        return Err(compile.refuse_value("fixedBinMethod", &settings.fixed_by, message));
    }
    if settings.same_bins {
        return Err(compile.refuse_value("fixedBinSameBins", true, "shared bins are not supported"));
    }
    match settings.width.is_finite() && settings.width > 0.0 {
        true => Ok(Method::Width(settings.width)),
        false => Err(compile.refuse_value("fixedBinWidth", settings.width, "the width must be above 0")),
    }
}

impl Binning {
    fn outputs(&self) -> impl Iterator<Item = Field> {
        self.names.iter().map(|name| Field::new(name, Storage::Integer).measured(Measure::Set))
    }
}

#[async_trait]
impl Process for Binning {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        for name in &self.fields {
            let field = require(input, name)?;
            if !field.storage.is_numeric() {
                let (field, found) = (field.name.clone(), field.storage.name().to_owned());
                return Err(DataFault::Storage { field, found, wanted: "a number".to_owned() }.into());
            }
        }
        if let Method::Optimal(supervisor) = &self.method
            && !require(input, supervisor)?.is_categorical()
        {
            let message = format!("binOptimalSupervisorField: {supervisor:?} is not categorical");
            return Err(NodeError::Model(message));
        }
        Ok(DataModel::new(input.fields().iter().cloned().chain(self.outputs()).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        self.model(&[input.model().clone()])?;
        let bins = Bins::read(&input, &self.fields, &self.method, run).await?;
        input.compute(std::sync::Arc::new(bins.kernel()?), &self.fields, self.outputs().collect(), run)
    }
}

/// They rest on IBM's documentation of the methods; the numbers are computed by hand.
#[cfg(test)]
mod tests {
    use crate::testing_fields::{chain, last_column, refusal};

    const FIELDS: [(&str, &str); 2] = [("Age", "integer"), ("class", "string")];

    fn node(method: &str, more: &str) -> String {
        format!(
            "<binningFields><field>Age</field></binningFields><binningMethod>{method}</binningMethod>{more}\
            <binTile5>true</binTile5><tiedValuesMethod>high</tiedValuesMethod><recalculateBins>always</recalculateBins>"
        )
    }

    fn data(records: &[(&str, &str)]) -> String {
        let records = records.iter().map(|(age, class)| format!("{age},{class}\n")).collect::<String>();
        format!("Age,class\n{records}")
    }

    /// IBM's example: ages from 18 to 65 and a width of 10 make bins from 13 to below 23, from 23 to below 33 …
    #[tokio::test]
    async fn the_first_fixed_bin_starts_half_a_width_below_the_minimum() {
        let ages = ["18", "22", "23", "32", "33", "53", "62", "63", "65", ""];
        let data = data(&ages.map(|age| (age, "a")));
        let lines = chain(&[("BinningNode", &node("fixedWidth", ""), "")], &FIELDS, &data).await;
        assert_eq!(lines[0], "Age,class,Age_BIN");
        assert_eq!(last_column(&lines), ["1", "1", "2", "2", "3", "5", "5", "6", "6", "$null$"]);
    }

    /// Mean 30 and standard deviation 20: 10 and 50 are in the bin of the mean.
    #[tokio::test]
    async fn the_middle_deviation_bin_includes_its_bounds() {
        let data = data(&["10", "30", "50"].map(|age| (age, "a")));
        for (count, bins) in [(1, ["2", "2", "2"]), (2, ["3", "3", "3"])] {
            let more = format!("<binMeanStdDevCount>{count}</binMeanStdDevCount>");
            let lines = chain(&[("BinningNode", &node("meanStdDev", &more), "")], &FIELDS, &data).await;
            assert_eq!(lines[0], "Age,class,Age_SDBIN");
            assert_eq!(last_column(&lines), bins);
        }
    }

    #[tokio::test]
    async fn optimal_bins_separate_classes() {
        let mut records =
            (0..20).map(|age| (age.to_string(), if age < 8 { "a" } else { "b" })).collect::<Vec<_>>();
        records.push((String::new(), "a"));
        let records = records.iter().map(|(age, class)| (age.as_str(), *class)).collect::<Vec<_>>();
        let more = "<binOptimalSupervisorField>class</binOptimalSupervisorField>";
        let lines = chain(&[("BinningNode", &node("optimal", more), "")], &FIELDS, &data(&records)).await;
        assert_eq!(lines[0], "Age,class,Age_OPTIMAL");
        let bins = last_column(&lines);
        assert_eq!((bins[0], bins[7], bins[8], bins[19], bins[20]), ("1", "1", "2", "2", "$null$"));
    }

    #[tokio::test]
    async fn undocumented_methods_are_refused() {
        let data = data(&[("18", "a"), ("33", "a")]);
        for (node, message) in [
            (node("equalFreq", ""), "binningMethod = \"equalFreq\""),
            (node("fixedWidth", "<fixedBinMethod>count</fixedBinMethod>"), "fixedBinMethod = \"count\""),
            (node("fixedWidth", "<fixedBinWidth>0</fixedBinWidth>"), "fixedBinWidth"),
            // 33 is the upper bound of the second bin.
            (node("fixedWidth", ""), "upper bound"),
            (node("optimal", "<binOptimalSupervisorField>class</binOptimalSupervisorField>"), "no cut point"),
        ] {
            let refused = refusal(&[("BinningNode", &node, "")], &FIELDS, &data).await;
            assert!(refused.contains(message), "{refused}");
        }
    }
}
