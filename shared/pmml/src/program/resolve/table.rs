//! Compiles `MapValues` and `Discretize` to steps.

use super::Scope;
use crate::common::{Bin, DataType, MapValues};
use crate::error::PmmlError;
use crate::program::Literal;
use crate::program::field::{Fields, Kind, Value};
use crate::program::lookup::{Discretize, Lookup, Results, Table};
use crate::program::step::Step;

/// Collects the results of a lookup. Index 0 is "missing".
struct Gathered {
    data_type: DataType,
    kind: Kind,
    numbers: Vec<f64>,
    texts: Vec<String>,
}

impl Gathered {
    fn place(&mut self, fields: &Fields<'_>, text: Option<&str>) -> Result<u32, PmmlError> {
        let Some(text) = text else { return Ok(0) };
        match self.kind.parse(text) {
            Some(Literal::Text(text)) => {
                self.texts.push(text);
                Ok(self.texts.len() as u32 - 1)
            }
            Some(Literal::Number(n)) if self.data_type != DataType::Integer || n.fract() == 0.0 => {
                self.numbers.push(n);
                Ok(self.numbers.len() as u32 - 1)
            }
            _ => Err(fields.invalid(format!("{text:?} is no {}", self.data_type.name()))),
        }
    }

    fn results(self) -> Results {
        match self.kind {
            Kind::Text => Results::Texts(self.texts.into()),
            _ => Results::Numbers(self.numbers),
        }
    }
}

impl Fields<'_> {
    pub(super) fn map_values(
        &mut self,
        map: &MapValues,
        wanted: Option<DataType>,
        scope: Option<&Scope>,
    ) -> Result<Value, PmmlError> {
        let mut gathered = self.gathered(map.data_type.or(wanted), "MapValues")?;
        let mut columns = Vec::new();
        for field in &map.fields {
            let of = self.named(field, scope)?;
            let (codes, vocabulary) = self.builder.encode(of.slot, of.kind == Kind::Text, &self.at)?;
            columns.push((of.kind, codes, vocabulary, Lookup::step(columns.len(), map.fields.len())));
        }
        let mut table = Table::new(columns.len());
        for (cells, result) in map.table.keys.iter().zip(&map.table.results) {
            let mut key = 0_u64;
            for ((kind, _, vocabulary, step), cell) in columns.iter().zip(cells) {
                let place = match kind {
                    Kind::Text => self.builder.place_of_text(*vocabulary, cell),
                    kind => {
                        let number = self.number(*kind, cell)?;
                        self.builder.place_of_number(*vocabulary, number)
                    }
                };
                // Overflow would require a vocabulary that the builder refuses as too large.
                key = key.wrapping_add(u64::from(place).wrapping_mul(*step));
            }
            table.add(key, gathered.place(self, Some(result))?);
        }
        let kind = gathered.kind;
        let lookup = Lookup {
            keys: columns.into_iter().map(|(_, codes, _, step)| (codes, step)).collect(),
            table,
            on_missing: gathered.place(self, map.map_missing_to.as_deref())?,
            otherwise: gathered.place(self, map.default_value.as_deref())?,
            results: gathered.results(),
        };
        self.value(Step::Lookup(lookup), kind)
    }

    pub(super) fn discretize(
        &mut self,
        of: usize,
        bins: &[Bin],
        on_missing: Option<&str>,
        otherwise: Option<&str>,
        data_type: Option<DataType>,
    ) -> Result<Value, PmmlError> {
        let mut gathered = self.gathered(data_type, "Discretize")?;
        let kind = gathered.kind;
        let mut places = Vec::new();
        for bin in bins {
            places.push((bin.interval, gathered.place(self, Some(&bin.value))?));
        }
        let step = Step::Discretize(Discretize {
            of,
            bins: places,
            on_missing: gathered.place(self, on_missing)?,
            otherwise: gathered.place(self, otherwise)?,
            results: gathered.results(),
        });
        self.value(step, kind)
    }

    /// The first result represents "missing".
    fn gathered(&self, data_type: Option<DataType>, element: &str) -> Result<Gathered, PmmlError> {
        let Some(data_type) = data_type else {
            return Err(self.unsupported(format!("{element} without dataType inside a function")));
        };
        let kind = Kind::of(data_type);
        let kind = kind.ok_or_else(|| self.unsupported(format!("data type {}", data_type.name())))?;
        Ok(Gathered { data_type, kind, numbers: vec![0.0], texts: vec![String::new()] })
    }
}
