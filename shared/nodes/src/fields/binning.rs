//! Binning: adds the bin number of continuous fields. IBM: "Binning node", `binningnode`.
//!
//! - *Fixed width*: the first bin starts half a width below the minimum. Lower bounds are inclusive.
//! - *Mean/standard deviation*: bins of one standard deviation on both sides of a bin around the mean.
//! - *Optimal*: supervised cut points with respect to a categorical field (MDLP).
//!
//! - *Tiles*: equal numbers of records, for each of the chosen numbers of tiles.
//!
//! The bin of null is null. Every run computes the bins from all records. Undocumented methods are refused: the width
//! for a given number of bins, tiles of equal sums, tiles with ties at random, and the rank of ties.

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
use super::tiles::Ties;

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
        /// Equal numbers of records.
        Tiles = "equalFreq",
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
        /// Whether there are quartiles.
        tile4: bool = value("binTile4", "tile4", false),
        /// Whether there are quintiles.
        tile5: bool = value("binTile5", "tile5", false),
        /// Whether there are deciles.
        tile10: bool = value("binTile10", "tile10", true),
        /// Whether there are vingtiles.
        tile20: bool = value("binTile20", "tile20", false),
        /// Whether there are percentiles.
        tile100: bool = value("binTile100", "tile100", false),
        /// Whether there is another number of tiles.
        use_tile_n: bool = value("useBinTileN", "use_custom_tile", false),
        /// That number.
        tile_n: u32 = value("binTileN", "custom_tile", 10),
        /// The name extension for tiles, which their number follows.
        tile_extension: String = value("binTileExtensionName", "tile_name_extension", "_TILE".to_owned()),
        /// Prefix or suffix.
        tile_position: Position = value("binTileExtensionPosition", "tile_add_as", Position::Suffix),
        /// The name extension for another number of tiles.
        tile_n_extension: String = value("binTileNExtensionName", "custom_tile_name_extension", "_TILEN".to_owned()),
        /// Prefix or suffix.
        tile_n_position: Position = value("binTileNExtensionPosition", "custom_tile_add_as", Position::Suffix),
        /// Whether tiles have equal numbers of records or equal sums of values.
        tiling: String = value("tilingMethod", "equal_count_method", "count".to_owned()),
        /// The tile of equal values at a threshold.
        ties: String = value("tiedValuesMethod", "tied_values_method", "high".to_owned()),
        /// The name extension for optimal bins.
        optimal_extension: String = value("binOptimalExtensionName", "optimal_name_extension", "_OPTIMAL".to_owned()),
        /// Prefix or suffix.
        optimal_position: Position = value("binOptimalExtensionPosition", "optimal_add_as", Position::Suffix),
    }
    // Settings of ranks, which are refused. Whether end points are open or bounded: the same bins for the records that
    // the bins are computed from. Pre-binning of more than 1,000 values, and the size of small bins: both are refused.
    ignored: [
        "binByFractionalRank", "binByPcFractionalRank", "binByRank", "binEndpointsHighestBounding",
        "binEndpointsLowestBounding", "binEndpointsOpenClosed", "binFrRankExtensionName", "binOptimalMaxBins",
        "binOptimalPreBin", "binOptimalsmallBinDetectionThreshold", "binPcRankExtensionName", "binRankExtensionName",
        "binRankExtensionPositions", "fixedBinCount", "reverseRank",
    ]
}

/// The binning method.
#[derive(Debug, Clone)]
enum Method {
    Width(f64),
    Deviations(u32),
    Optimal(String),
    /// Numbers of tiles, each of which makes a field.
    Tiles(Vec<u32>, Ties),
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
        Kind::Tiles => return tiles(settings, compile),
        other => {
            let message = "fixedWidth, meanStdDev, optimal and equalFreq are supported; IBM does not document the rank \
                           of ties";
            return Err(compile.refuse_value("binningMethod", other, message));
        }
    };
    let Some(names) = position.extend(&settings.fields, &extension) else {
        return Err(compile.refuse_value("binningMethod", position, "prefix and suffix are supported"));
    };
    Ok(Compiled::process(Binning { fields: settings.fields, names, method }))
}

fn tiles(settings: BinningSettings, compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    if settings.tiling != "count" {
        let message = "only count is supported; IBM does not document the thresholds of equal sums";
        return Err(compile.refuse_value("tilingMethod", settings.tiling, message));
    }
    let ties = match settings.ties.as_str() {
        "high" => Ties::Next,
        "low" => Ties::Current,
        other => return Err(compile.refuse_value("tiedValuesMethod", other, "high and low are supported")),
    };
    let chosen = [settings.tile4, settings.tile5, settings.tile10, settings.tile20, settings.tile100];
    let numbers = [4, 5, 10, 20, 100].into_iter().zip(chosen).filter(|(_, is_chosen)| *is_chosen);
    let mut counts = numbers.map(|(number, _)| number).collect::<Vec<_>>();
    let named =
        counts.iter().map(|count| (format!("{}{count}", settings.tile_extension), &settings.tile_position));
    let mut extensions = named.collect::<Vec<_>>();
    if settings.use_tile_n {
        if settings.tile_n < 2 {
            return Err(compile.refuse_value("binTileN", settings.tile_n, "there must be at least 2 tiles"));
        }
        counts.push(settings.tile_n);
        extensions.push((settings.tile_n_extension.clone(), &settings.tile_n_position));
    }
    if counts.is_empty() {
        return Err(compile.refuse_value("binTile10", false, "no number of tiles is chosen"));
    }
    let mut names = Vec::new();
    for field in &settings.fields {
        for (extension, position) in &extensions {
            let Some(named) = position.extend(std::slice::from_ref(field), extension) else {
                let message = "prefix and suffix are supported";
                return Err(compile.refuse_value("binTileExtensionPosition", position, message));
            };
            names.extend(named);
        }
    }
    Ok(Compiled::process(Binning { fields: settings.fields, names, method: Method::Tiles(counts, ties) }))
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
        let per_field = if let Method::Tiles(counts, _) = &self.method { counts.len() } else { 1 };
        let inputs = self.fields.iter().flat_map(|field| std::iter::repeat_n(field.clone(), per_field));
        let inputs = inputs.collect::<Vec<_>>();
        input.compute(std::sync::Arc::new(bins.kernel()?), &inputs, self.outputs().collect(), run)
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

    /// IBM's example of quartiles; the settings are those of real streams, in which `view_TILE5` is the name of a
    /// field. Null has no tile.
    #[tokio::test]
    async fn tiles_have_equal_numbers_of_records() {
        let data = data(&["20", "", "15", "10", "13", "15"].map(|age| (age, "a")));
        let quartiles =
            "<binTile4>true</binTile4><binTile10>false</binTile10><tilingMethod>count</tilingMethod>";
        let lines = chain(&[("BinningNode", &node("equalFreq", quartiles), "")], &FIELDS, &data).await;
        assert_eq!(lines[0], "Age,class,Age_TILE4,Age_TILE5");
        let quartiles = lines[1..].iter().map(|line| line.split(',').nth(2).unwrap_or_default());
        assert_eq!(quartiles.collect::<Vec<_>>(), ["4", "$null$", "3", "1", "2", "3"]);
        assert_eq!(last_column(&lines), ["4", "$null$", "3", "1", "2", "3"]);
    }

    #[tokio::test]
    async fn undocumented_methods_are_refused() {
        let data = data(&[("18", "a"), ("33", "a")]);
        for (node, message) in [
            (node("rank", ""), "binningMethod = \"rank\""),
            (node("equalFreq", "<tilingMethod>value</tilingMethod>"), "tilingMethod = \"value\""),
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
