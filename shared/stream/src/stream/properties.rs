//! The properties of a stream that affect its execution.

use crate::element::Element;
use crate::error::Result;
use crate::text_enum::text_enum;

text_enum! {
    /// The purpose of a stream's deployment.
    DeploymentType {
        /// Not deployed.
        None = "none",
        /// Scoring only.
        Scoring = "scoring",
        /// Scoring, and rebuilding of the model.
        ModelRefresh = "modelRefresh",
    }
}

text_enum! {
    /// Language of a stream's script.
    ScriptLanguage {
        /// Python.
        Python = "python",
        /// The language of old Modeler versions.
        Legacy = "legacy",
    }
}

text_enum! {
    /// The scoring method of rule sets.
    RulesetMode {
        /// Rules vote with their confidence.
        Voting = "voting",
        /// The first matching rule decides.
        FirstHit = "firstHit",
    }
}

/// The properties of a stream that affect its execution. All others are in
/// [`Stream::element`](crate::Stream::element).
///
/// Formats and encodings have their names from the file (`format23`, `serverDefault`, `period`).
#[derive(Debug, Clone, PartialEq)]
pub struct StreamProperties {
    /// Purpose of the deployment.
    pub deployment_type: DeploymentType,
    /// Uid of the terminal node of the scoring branch.
    pub scoring_terminal_node: Option<String>,
    /// Uid of the nugget that scoring uses and that a refresh replaces.
    pub scoring_model_node: Option<String>,
    /// Uid of the builder that a refresh runs.
    pub model_build_node: Option<String>,
    /// The stream's script; may be empty.
    pub script: String,
    /// Its language.
    pub script_language: ScriptLanguage,
    /// Whether executing the stream runs the script instead of the terminal nodes.
    pub script_is_default_execution: bool,
    /// Format of dates.
    pub date_format: String,
    /// Format of times.
    pub time_format: String,
    /// First year of the day numbering.
    pub date_baseline: i32,
    /// First year of the century for two-digit years.
    pub two_digit_year_baseline: i32,
    /// Whether negative time differences roll over midnight.
    pub time_rollover: bool,
    /// Whether dates in text files are read as text.
    pub import_datetime_as_string: bool,
    /// Encoding of text files without one of their own.
    pub file_encoding: String,
    /// Decimal symbol of text files without one of their own.
    pub real_decimal_symbol: String,
    /// Grouping symbol of digits.
    pub grouping_symbol: String,
    /// Displayed decimals of a real number; exports have `export_decimal_places`.
    pub real_decimal_places: i32,
    /// Exported decimals of a real number; negative for all.
    pub export_decimal_places: Option<i32>,
    /// Largest number of members of a set; a larger set becomes typeless on reading. `None` for no maximum.
    pub maximum_set_size: Option<u32>,
    /// The scoring method of rule sets.
    pub ruleset_mode: RulesetMode,
    /// Whether trigonometric functions use radians.
    pub angles_in_radians: bool,
    /// Whether the execution of a builder adds its nugget to the stream.
    pub adds_nuggets: bool,
}

impl StreamProperties {
    pub(crate) fn from_element(properties: &Element) -> Result<Self> {
        let text = |name: &str, default: &str| properties.get_or(name, default.to_owned());
        let flag = |name: &str, default: bool| properties.get_or(name, default);
        let number = |name: &str, default: i32| properties.get_or(name, default);
        let uid = |name: &str| -> Result<Option<String>> {
            let uid: Option<String> = properties.get(name)?;
            Ok(uid.filter(|uid| !uid.is_empty()))
        };
        let has_maximum = flag("useTypeMaximumSetSize", true)?;
        let maximum: Option<u32> = properties.get("typeMaximumSetSize")?;
        Ok(StreamProperties {
            deployment_type: properties.get_or("scnDeploymentType", DeploymentType::None)?,
            scoring_terminal_node: uid("scnScoringTerminalNode")?,
            scoring_model_node: uid("scnScoringModelNode")?,
            model_build_node: uid("scnModelBuildNode")?,
            script: text("script", "")?,
            script_language: properties.get_or("scriptLanguage", ScriptLanguage::Legacy)?,
            script_is_default_execution: flag("scriptDefaultExecution", false)?,
            date_format: text("dateFormat", "format23")?,
            time_format: text("timeFormat", "format4")?,
            date_baseline: number("dateBaseline", 1900)?,
            two_digit_year_baseline: number("date2DigitBaseline", 1930)?,
            time_rollover: flag("timeRollover", false)?,
            import_datetime_as_string: flag("importDatetimeAsString", false)?,
            file_encoding: text("fileEncoding", "serverDefault")?,
            real_decimal_symbol: text("realDecimalSymbol", "period")?,
            grouping_symbol: text("groupingSymbol", "none")?,
            real_decimal_places: number("realDecimalPlaces", 3)?,
            export_decimal_places: properties.get("exportDecimalPlaces")?,
            maximum_set_size: maximum.filter(|_| has_maximum),
            ruleset_mode: properties.get_or("rulesetMode", RulesetMode::Voting)?,
            angles_in_radians: flag("anglesInRadians", true)?,
            adds_nuggets: flag("createApplyNodeForNewModels", true)?,
        })
    }
}
