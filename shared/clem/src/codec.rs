//! Encodes programs as bytes: the source and its context.

use std::collections::BTreeMap;
use std::sync::Arc;

use satsuma_columns::{
    BlankRange, Blanks, DataModel, DateFormat, Field, ListOf, Scalar, Settings, Storage, TimeFormat,
};
use serde::{Deserialize, Serialize};

use crate::context::{CheckContext, Globals, Partition, Statistic};
use crate::error::{ErrorKind, Result};
use crate::program::Program;
use crate::{ClemError, Expression};

/// Version of the encoding. A reader refuses others.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<WireStorage>,
    fields: Vec<WireField>,
    settings: WireSettings,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, WireScalar>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    globals: Vec<(String, WireStatistic, Option<WireScalar>)>,
    #[serde(default)]
    globals_computed_later: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    predicted: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partition: Option<WirePartition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    now: Option<i64>,
    seed: u64,
}

#[derive(Serialize, Deserialize)]
struct WireField {
    name: String,
    storage: WireStorage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blanks: Option<WireBlanks>,
}

#[derive(Serialize, Deserialize)]
struct WireBlanks {
    null: bool,
    white_space: bool,
    values: Vec<WireScalar>,
    range: Option<(Option<WireScalar>, Option<WireScalar>)>,
}

#[derive(Serialize, Deserialize)]
struct WireSettings {
    date_format: String,
    time_format: String,
    date_baseline: i32,
    two_digit_year_baseline: i32,
    time_rollover: bool,
    angles_in_radians: bool,
}

#[derive(Serialize, Deserialize)]
struct WirePartition {
    field: String,
    training: Option<WireScalar>,
    testing: Option<WireScalar>,
    validation: Option<WireScalar>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum WireStorage {
    String,
    Integer,
    Real,
    Date,
    Time,
    Timestamp,
    /// A list; expressions cannot read it, so that a program never has such a field.
    List,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum WireStatistic {
    Mean,
    Sum,
    Min,
    Max,
    Sdev,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WireScalar {
    Null,
    String(String),
    Integer(i64),
    Real(f64),
    Date(i32),
    Time(i64),
    Timestamp(i64),
}

impl Program {
    /// The program as bytes that [`Program::decode`] reads: its text and the part of the context that it uses.
    ///
    /// # Errors
    /// None for a program of this crate.
    pub fn encode(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(&self.wire()).map_err(|error| fault(error.to_string()))
    }

    /// Decodes a program. Its fields are those of the encoded program, in the same order; its positions refer
    /// to them.
    ///
    /// # Errors
    /// The bytes are not an encoded program, have another version, or contain an invalid expression.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let wire: Wire = serde_json::from_slice(bytes).map_err(|error| fault(error.to_string()))?;
        if wire.version != VERSION {
            return Err(fault(format!("version {} instead of {VERSION}", wire.version)));
        }
        let result = wire.result.map(WireStorage::storage);
        let expression = Expression::parse(&wire.source)?;
        let program = expression.check(&wire.context()?)?;
        match result {
            Some(storage) => program.with_storage(storage),
            None => Ok(program),
        }
    }

    fn wire(&self) -> Wire {
        let context = self.context();
        let parameter = |name: &String| Some((name.clone(), WireScalar::of(context.parameters.get(name)?)));
        let global = |(field, statistic): &(String, Statistic)| {
            let value = context.globals.get(field, *statistic).map(WireScalar::of);
            (field.clone(), WireStatistic::of(*statistic), value)
        };
        Wire {
            version: VERSION,
            source: self.source().to_owned(),
            result: self.target().map(WireStorage::of),
            fields: self.fields().iter().map(WireField::of).chain(self.named_only()).collect(),
            settings: WireSettings::of(&context.settings),
            parameters: self.parameters().iter().filter_map(parameter).collect(),
            globals: self.globals().iter().map(global).collect(),
            globals_computed_later: context.globals.computed_later,
            field: context.field.clone(),
            target: context.target.clone(),
            predicted: context.predicted.clone(),
            partition: context.partition().map(|partition| WirePartition::of(&partition)),
            now: context.now,
            seed: context.seed,
        }
    }

    /// Fields that the expression names without reading them, for example in `@GLOBAL_MEAN`.
    fn named_only(&self) -> impl Iterator<Item = WireField> {
        let read = |name: &str| self.fields().iter().any(|field| field.name == name);
        let mut names: Vec<&String> = self.globals().iter().map(|(field, _)| field).collect();
        names.dedup();
        let fields = names.into_iter().filter(move |name| !read(name));
        fields.filter_map(|name| self.context().model.field(name)).map(WireField::of)
    }
}

impl Wire {
    fn context(self) -> Result<CheckContext> {
        let fields = self.fields.into_iter().map(WireField::field).collect::<Result<Vec<_>>>()?;
        let model = DataModel::new(fields).map_err(|error| fault(error.to_string()))?;
        let mut globals = Globals::default();
        globals.computed_later = self.globals_computed_later;
        for (field, statistic, value) in self.globals {
            if let Some(value) = value {
                globals.set(field, statistic.statistic(), value.scalar());
            }
        }
        Ok(CheckContext {
            model,
            settings: self.settings.settings()?,
            parameters: self.parameters.into_iter().map(|(name, value)| (name, value.scalar())).collect(),
            globals,
            field: self.field,
            target: self.target,
            predicted: self.predicted,
            partition: self.partition.map(WirePartition::partition),
            now: self.now,
            seed: self.seed,
        })
    }
}

impl WireField {
    fn of(field: &Field) -> Self {
        let blanks = field.blanks.as_deref().map(|blanks| WireBlanks {
            null: blanks.null,
            white_space: blanks.white_space,
            values: blanks.values.iter().map(WireScalar::of).collect(),
            range: blanks.range.as_ref().map(|range| {
                (range.low.as_ref().map(WireScalar::of), range.high.as_ref().map(WireScalar::of))
            }),
        });
        Self { name: field.name.clone(), storage: WireStorage::of(field.storage), blanks }
    }

    fn field(self) -> Result<Field> {
        let mut field = Field::new(self.name, self.storage.storage());
        field.blanks = self.blanks.map(|blanks| {
            let bound = |bound: Option<WireScalar>| bound.map(WireScalar::scalar);
            Arc::new(Blanks {
                null: blanks.null,
                white_space: blanks.white_space,
                values: blanks.values.into_iter().map(WireScalar::scalar).collect(),
                range: blanks.range.map(|(low, high)| BlankRange { low: bound(low), high: bound(high) }),
            })
        });
        Ok(field)
    }
}

impl WireSettings {
    fn of(settings: &Settings) -> Self {
        Self {
            date_format: settings.date_format.name().to_owned(),
            time_format: settings.time_format.name().to_owned(),
            date_baseline: settings.date_baseline,
            two_digit_year_baseline: settings.two_digit_year_baseline,
            time_rollover: settings.time_rollover,
            angles_in_radians: settings.angles_in_radians,
        }
    }

    fn settings(self) -> Result<Settings> {
        let unknown = |name: &str| fault(format!("there is no format \"{name}\""));
        Ok(Settings {
            date_format: DateFormat::named(&self.date_format).ok_or_else(|| unknown(&self.date_format))?,
            time_format: TimeFormat::named(&self.time_format).ok_or_else(|| unknown(&self.time_format))?,
            date_baseline: self.date_baseline,
            two_digit_year_baseline: self.two_digit_year_baseline,
            time_rollover: self.time_rollover,
            angles_in_radians: self.angles_in_radians,
        })
    }
}

impl WirePartition {
    fn of(partition: &Partition) -> Self {
        let scalar = |scalar: &Option<Scalar>| scalar.as_ref().map(WireScalar::of);
        Self {
            field: partition.field.clone(),
            training: scalar(&partition.training),
            testing: scalar(&partition.testing),
            validation: scalar(&partition.validation),
        }
    }

    fn partition(self) -> Partition {
        let scalar = |scalar: Option<WireScalar>| scalar.map(WireScalar::scalar);
        Partition {
            field: self.field,
            training: scalar(self.training),
            testing: scalar(self.testing),
            validation: scalar(self.validation),
        }
    }
}

impl WireStorage {
    fn of(storage: Storage) -> Self {
        match storage {
            Storage::String => Self::String,
            Storage::Integer => Self::Integer,
            Storage::Real => Self::Real,
            Storage::Date => Self::Date,
            Storage::Time => Self::Time,
            Storage::Timestamp => Self::Timestamp,
            Storage::List(_) => Self::List,
        }
    }

    fn storage(self) -> Storage {
        match self {
            Self::String => Storage::String,
            Self::Integer => Storage::Integer,
            Self::Real => Storage::Real,
            Self::Date => Storage::Date,
            Self::Time => Storage::Time,
            Self::Timestamp => Storage::Timestamp,
            Self::List => Storage::List(ListOf::String),
        }
    }
}

impl WireStatistic {
    fn of(statistic: Statistic) -> Self {
        match statistic {
            Statistic::Mean => Self::Mean,
            Statistic::Sum => Self::Sum,
            Statistic::Min => Self::Min,
            Statistic::Max => Self::Max,
            Statistic::Sdev => Self::Sdev,
        }
    }

    fn statistic(self) -> Statistic {
        match self {
            Self::Mean => Statistic::Mean,
            Self::Sum => Statistic::Sum,
            Self::Min => Statistic::Min,
            Self::Max => Statistic::Max,
            Self::Sdev => Statistic::Sdev,
        }
    }
}

impl WireScalar {
    fn of(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::String(text) => Self::String(text.to_string()),
            Scalar::Integer(number) => Self::Integer(*number),
            Scalar::Real(number) if number.is_finite() => Self::Real(*number),
            Scalar::Real(_) => Self::Null,
            Scalar::Date(days) => Self::Date(*days),
            Scalar::Time(micros) => Self::Time(*micros),
            Scalar::Timestamp(micros) => Self::Timestamp(*micros),
        }
    }

    fn scalar(self) -> Scalar {
        match self {
            Self::Null => Scalar::Null,
            Self::String(text) => Scalar::text(text),
            Self::Integer(number) => Scalar::Integer(number),
            Self::Real(number) => Scalar::Real(number),
            Self::Date(days) => Scalar::Date(days),
            Self::Time(micros) => Scalar::Time(micros),
            Self::Timestamp(micros) => Scalar::Timestamp(micros),
        }
    }
}

fn fault(message: String) -> ClemError {
    ErrorKind::Encoding(message).anywhere()
}
