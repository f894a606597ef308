//! Settings of Aggregate nodes.

use satsuma_engine::settings;
use satsuma_stream::{Element, StreamError, tables, text_enum};

use super::accumulator::Statistic;

text_enum! {
    /// The position of a statistic's name.
    Position {
        /// After the field's name.
        Suffix = "Suffix",
        /// Before it.
        Prefix = "Prefix",
    }
}

settings! {
    /// Settings of an Aggregate node.
    pub(super) struct AggregateSettings {
        /// The fields that define groups.
        keys: Vec<String> = fields("aggregateKeyFields", "keys"),
        /// Whether records with equal keys are adjacent; otherwise equal keys elsewhere are new groups.
        contiguous: bool = value("aggregateContiguousKeys", "contiguous", false),
        /// The fields and their statistics.
        fields: Vec<AggregatedField> = parsed("aggregateFields", "aggregates", aggregated_fields),
        /// The number of aggregate expressions.
        expressions: usize = parsed("aggregateExpressionsTable", "aggregate_exprs", count_rows),
        /// The extension of names besides the statistic.
        extension: String = text("aggregateNameExtension", "extension"),
        /// The position of both.
        position: Position = value("aggregateExtensionPosition", "add_as", Position::Suffix),
        /// Whether a field has the number of records.
        include_count: bool = value("aggregateIncludeCount", "inc_record_count", true),
        /// The name of that field.
        count_field: String = text("aggregateCountFieldName", "count_field"),
    }
    // Defaults of the dialog; approximation only exists on Analytic Server.
    ignored: ["aggregateDefaults", "aggregateAllowApproximation", "aggregateNumberOfBins"]
}

/// A field and its statistics.
#[derive(Debug, Clone, Default)]
pub(super) struct AggregatedField {
    pub(super) name: String,
    pub(super) statistics: Vec<Statistic>,
    /// A requested quartile.
    pub(super) quartile: Option<String>,
    /// An unknown statistic.
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

fn count_rows(element: &Element) -> Result<usize, StreamError> {
    Ok(tables::rows(element).count())
}

/// The naming of results: `Age_Mean`, `Age_Mean_new`, `new_Mean_Age`.
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
