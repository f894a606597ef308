//! Parameter scopes: the stream's parameters, and those of each supernode.

use std::collections::BTreeMap;

use satsuma_columns::{Scalar, Storage};
use satsuma_stream::Parameter;

/// The index of a [`Scope`] in a graph; 0 is the stream's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ScopeId(pub usize);

/// Named values. Expressions inside a supernode, or in the stream, refer to them as `'$P-name'`.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The label of the supernode; empty for the stream.
    pub label: String,
    /// The enclosing scope.
    pub parent: Option<ScopeId>,
    /// The parameters.
    pub values: BTreeMap<String, Scalar>,
}

impl Scope {
    pub(super) fn new(label: &str, parent: Option<ScopeId>, parameters: &[Parameter]) -> Self {
        let values = parameters.iter().map(|parameter| (parameter.name.clone(), value(parameter)));
        Self { label: label.to_owned(), parent, values: values.collect() }
    }

    /// Sets the value of a parameter, parsed by the parameter's storage.
    ///
    /// # Errors
    /// The reason why the text is not a value of that storage.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let Some(value) = self.values.get_mut(name) else {
            return Err(format!("there is no parameter {name:?}"));
        };
        let storage = value.storage().unwrap_or(Storage::String);
        *value =
            parse(text, storage).ok_or_else(|| format!("{text:?} is not a value of storage {storage}"))?;
        Ok(())
    }
}

fn value(parameter: &Parameter) -> Scalar {
    let stored = parameter.value.as_ref().and_then(Scalar::of_stream).unwrap_or(Scalar::Null);
    let declared = parameter.storage.as_ref().and_then(Storage::of_stream);
    match declared {
        Some(storage) => {
            stored.to_storage(storage).or_else(|| parse(stored.as_str()?, storage)).unwrap_or(stored)
        }
        None => stored,
    }
}

fn parse(text: &str, storage: Storage) -> Option<Scalar> {
    use satsuma_columns::date;
    Some(match storage {
        Storage::String => Scalar::text(text),
        Storage::Integer => Scalar::Integer(text.trim().parse().ok()?),
        Storage::Real => Scalar::Real(text.trim().parse().ok().filter(|number: &f64| number.is_finite())?),
        Storage::Date => Scalar::Date(date::parse_iso_date(text.trim())?),
        Storage::Time => Scalar::Time(date::parse_iso_time(text.trim())?),
        Storage::Timestamp => Scalar::Timestamp(date::parse_iso_timestamp(text.trim())?),
        Storage::List(_) => return None,
    })
}
