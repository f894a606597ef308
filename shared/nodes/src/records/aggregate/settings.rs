//! Settings of Aggregate nodes.

use satsuma_engine::settings;
use satsuma_stream::{Element, StreamError, tables, text_enum};

use super::accumulator::Statistic;

text_enum! {
    /// Where the name of a statistic goes.
    Position {
        /// Behind the field's name.
        Suffix = "Suffix",
        /// In front of it.
        Prefix = "Prefix",
    }
}

settings! {
    /// Settings of an Aggregate node.
    pub(super) struct AggregateSettings {
        /// The fields that make groups.
        keys: Vec<String> = fields("aggregateKeyFields", "keys"),
        /// Whether records with the same keys follow each other; records with them elsewhere are new groups.
        contiguous: bool = value("aggregateContiguousKeys", "contiguous", false),
        /// The fields and their statistics.
        fields: Vec<AggregatedField> = parsed("aggregateFields", "aggregates", aggregated_fields),
        /// Aggregate expressions: the field that each makes, and its text.
        expressions: Vec<(String, String)> = parsed("aggregateExpressionsTable", "aggregate_exprs", expressions),
        /// What names get beside the statistic.
        extension: String = text("aggregateNameExtension", "extension"),
        /// Where both go.
        position: Position = value("aggregateExtensionPosition", "add_as", Position::Suffix),
        /// Whether a field has the number of records.
        include_count: bool = value("aggregateIncludeCount", "inc_record_count", true),
        /// The name of that field.
        count_field: String = text("aggregateCountFieldName", "count_field"),
    }
    // Defaults of the dialog; approximation is of Analytic Server alone.
    ignored: ["aggregateDefaults", "aggregateAllowApproximation", "aggregateNumberOfBins"]
}

/// A field and what is computed of it.
#[derive(Debug, Clone, Default)]
pub(super) struct AggregatedField {
    pub(super) name: String,
    pub(super) statistics: Vec<Statistic>,
    /// A quartile that is asked for.
    pub(super) quartile: Option<String>,
    /// A statistic that is not known.
    pub(super) unknown: Option<String>,
}

fn aggregated_fields(element: &Element) -> Result<Vec<AggregatedField>, StreamError> {
    tables::rows(element).map(|row| aggregated_field(row)).collect()
}

fn aggregated_field(row: &Element) -> Result<AggregatedField, StreamError> {
    let mut field = AggregatedField { name: row.require_value("field")?, ..AggregatedField::default() };
    for statistic in Statistic::ALL {
        if row.get_or(statistic.property(), false)? {
            field.statistics.push(statistic);
        }
    }
    for child in row.elements() {
        match child.name() {
            "field" => {}
            "firstQuartile" | "thirdQuartile" => {
                if child.parse()? {
                    field.quartile = Some(child.name().to_owned());
                }
            }
            name if Statistic::ALL.iter().any(|known| known.property() == name) => {}
            name => field.unknown = Some(name.to_owned()),
        }
    }
    Ok(field)
}

fn expressions(element: &Element) -> Result<Vec<(String, String)>, StreamError> {
    tables::rows(element)
        .map(|row| Ok((row.require_value("field")?, row.get_or("expression", String::new())?)))
        .collect()
}

/// How results are named: `Age_Mean`, `Age_Mean_new`, `new_Mean_Age`.
pub(super) struct Naming {
    pub(super) prefix: bool,
    pub(super) extension: String,
}

impl Naming {
    pub(super) fn name(&self, field: &str, statistic: Statistic) -> String {
        let statistic = statistic.name();
        match (self.prefix, self.extension.as_str()) {
            (false, "") => format!("{field}_{statistic}"),
            (true, "") => format!("{statistic}_{field}"),
            (false, extension) => format!("{field}_{statistic}_{extension}"),
            (true, extension) => format!("{extension}_{statistic}_{field}"),
        }
    }
}
