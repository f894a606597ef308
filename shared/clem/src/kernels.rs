//! Kernels: functions from columns to a column.

pub(crate) mod arithmetic;
pub(crate) mod compare;
pub(crate) mod convert;
pub(crate) mod dates;
pub(crate) mod distributions;
pub(crate) mod lists;
pub(crate) mod logic;
pub(crate) mod map;
pub(crate) mod random;
pub(crate) mod soundex;
pub(crate) mod text;

use satsuma_columns::Settings;

use crate::error::Result;
use crate::value::Value;

/// Inputs of kernels besides their arguments.
#[derive(Clone, Copy)]
pub(crate) struct Env<'a> {
    /// Rows of the batch.
    pub(crate) rows: usize,
    pub(crate) settings: &'a Settings,
}

/// A function from columns to a column.
pub(crate) type Kernel = fn(&[Value], Env<'_>) -> Result<Value>;
