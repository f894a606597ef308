//! Arguments of `satsuma run`.

use std::str::FromStr;

use clap::ValueEnum;
use satsuma_engine::{Action, DocumentFormat, FileFormat};

/// `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
}

impl FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("it must have the form NAME=VALUE")?;
        match name.trim() {
            "" => Err("the name before `=` is empty".to_owned()),
            name => Ok(Self { name: name.to_owned(), value: value.to_owned() }),
        }
    }
}

/// The actions of the batch API.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ActionName {
    Training,
    Evaluation,
    AutoRefresh,
    BatchScore,
    RunStream,
}

impl From<ActionName> for Action {
    fn from(name: ActionName) -> Self {
        match name {
            ActionName::Training => Self::Training,
            ActionName::Evaluation => Self::Evaluation,
            ActionName::AutoRefresh => Self::AutoRefresh,
            ActionName::BatchScore => Self::BatchScore,
            ActionName::RunStream => Self::RunStream,
        }
    }
}

/// The formats of tables.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FormatName {
    Csv,
    Tab,
    Excel,
    Sav,
}

impl From<FormatName> for FileFormat {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Csv => Self::Csv,
            FormatName::Tab => Self::Tab,
            FormatName::Excel => Self::Excel,
            FormatName::Sav => Self::Sav,
        }
    }
}

/// The formats of documents.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum DocumentName {
    Html,
    Jpg,
    Png,
    Rtf,
    Sav,
    Tab,
    Xml,
}

impl From<DocumentName> for DocumentFormat {
    fn from(name: DocumentName) -> Self {
        match name {
            DocumentName::Html => Self::Html,
            DocumentName::Jpg => Self::Jpg,
            DocumentName::Png => Self::Png,
            DocumentName::Rtf => Self::Rtf,
            DocumentName::Sav => Self::Sav,
            DocumentName::Tab => Self::Tab,
            DocumentName::Xml => Self::Xml,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_split_at_the_first_equals_sign() {
        let pair = |name: &str, value: &str| Ok(Pair { name: name.to_owned(), value: value.to_owned() });
        assert_eq!("Input data=a=b.csv".parse::<Pair>(), pair("Input data", "a=b.csv"));
        assert_eq!("x=".parse::<Pair>(), pair("x", ""));
        assert!("data.csv".parse::<Pair>().is_err() && "=x".parse::<Pair>().is_err());
    }
}
