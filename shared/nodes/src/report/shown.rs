//! Values as people see them.

use satsuma_columns::{Scalar, Settings};
use satsuma_documents::Cell;
use satsuma_engine::{Compile, Reported};

/// Shows values in the formats of the stream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown(Settings);

impl Shown {
    /// The formats of a stream.
    ///
    /// # Errors
    /// If a format is not supported.
    pub(crate) fn new(compile: &mut Compile<'_>) -> Result<Self, Reported> {
        let settings = Settings::of_stream(&compile.stream().properties);
        settings.map(Self).map_err(|error| compile.refuse_value("dateFormat", "…", error.to_string()))
    }

    /// A value as text; null as Modeler shows it.
    pub(crate) fn text(&self, value: &Scalar) -> String {
        let mut text = String::new();
        match value {
            Scalar::Null => text.push_str("$null$"),
            Scalar::String(value) => text.push_str(value),
            Scalar::Integer(number) => text = number.to_string(),
            Scalar::Real(number) => text = satsuma_documents::shortest(*number),
            Scalar::Date(days) => self.0.print_date(*days, &mut text),
            Scalar::Time(micros) => self.0.print_time(*micros, &mut text),
            Scalar::Timestamp(micros) => self.0.print_timestamp(*micros, &mut text),
        }
        text
    }

    /// A value as a cell; real numbers have the decimals that Modeler shows by default.
    pub(crate) fn cell(&self, value: &Scalar) -> Cell {
        match value {
            Scalar::Integer(number) => Cell::Integer(*number),
            Scalar::Real(number) => Cell::Real(*number, 3),
            other => Cell::Text(self.text(other)),
        }
    }
}
