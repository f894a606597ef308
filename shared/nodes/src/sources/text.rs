//! What sources of text share: the stream's formats, decimal symbols, spaces and encodings.

use satsuma_columns::{DateFormat, TimeFormat};
use satsuma_engine::{Compile, NodeDiagnostics, Reported};
use satsuma_formats::encoding::{Defaults, InvalidText, TextEncoding, resolve};
use satsuma_formats::text::{Calendar, Decimal, Trim};
use satsuma_stream::StreamProperties;
use satsuma_stream::nodes::{InvalidCharacters, TrimMode};

use super::common::system_encoding;

/// The stream's formats of dates and times.
pub(crate) fn calendar(properties: &StreamProperties, diagnostics: &mut NodeDiagnostics<'_>) -> Calendar {
    let (date, time) = (&properties.date_format, &properties.time_format);
    let standard = Calendar::default();
    let date = DateFormat::named(date).unwrap_or_else(|| {
        diagnostics.refuse_value("dateFormat of the stream", date, "the date format is not known");
        standard.date
    });
    let time = TimeFormat::named(time).unwrap_or_else(|| {
        diagnostics.refuse_value("timeFormat of the stream", time, "the time format is not known");
        standard.time
    });
    Calendar { date, time, two_digit_baseline: properties.two_digit_year_baseline }
}

pub(crate) fn trim(mode: &TrimMode, diagnostics: &mut NodeDiagnostics<'_>) -> Trim {
    match mode {
        TrimMode::None => Trim::None,
        TrimMode::Left => Trim::Left,
        TrimMode::Right => Trim::Right,
        TrimMode::Both => Trim::Both,
        other => {
            diagnostics.refuse_value("trimMode", other, "none, left, right and both are supported");
            Trim::None
        }
    }
}

/// A node's decimal symbol; `default` is the stream's.
pub(crate) fn decimal(
    symbol: &str,
    properties: &StreamProperties,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> Decimal {
    let symbol = match symbol {
        "default" => properties.real_decimal_symbol.as_str(),
        own => own,
    };
    match symbol {
        // The original ran on servers whose default is the period.
        "period" | "default" | "serverDefault" => Decimal::Period,
        "comma" => Decimal::Comma,
        other => {
            diagnostics.refuse_value("realDecimalSymbol", other, "period and comma are supported");
            Decimal::Period
        }
    }
}

/// A node's words for the encoding of its file.
pub(crate) struct EncodingWords<'a> {
    /// `fileEncoding`.
    pub(crate) encoding: &'a str,
    /// `invalidCharacterMode`.
    pub(crate) invalid: &'a InvalidCharacters,
    /// `invalidCharacterReplacement`.
    pub(crate) replacement: &'a str,
}

impl EncodingWords<'_> {
    /// The encoding that the job names for the file, or that of the node.
    ///
    /// A default of somebody's machine is not known: the job's system encoding stands for it, and bytes that do not
    /// fit it are an error.
    ///
    /// # Errors
    /// If the encoding or what becomes of invalid characters is not known.
    pub(crate) fn resolved(&self, compile: &mut Compile<'_>) -> Result<TextEncoding, Reported> {
        let system = system_encoding(compile)?;
        let stream = compile.stream().properties.file_encoding.clone();
        let defaults = Defaults { stream: &stream, system };
        if let Some(given) = compile.source_override()
            && let Some(label) = &given.encoding
        {
            let encoding = resolve(label, defaults);
            let node = &given.node;
            let message = |error| format!("input {node:?}: {error}");
            let encoding = encoding.map_err(|error| compile.diagnostics().undefined(message(error)))?;
            return Ok(TextEncoding { encoding, invalid: InvalidText::Refuse });
        }
        let name = if self.encoding.is_empty() { "default" } else { self.encoding };
        let named = if matches!(name, "streamDefault" | "default") { stream.as_str() } else { name };
        let is_default = matches!(
            named,
            "" | "clientDefault" | "serverDefault" | "systemDefault" | "default" | "streamDefault"
        );
        let encoding = resolve(name, defaults)
            .map_err(|error| compile.refuse_value("fileEncoding", name, error.to_string()))?;
        let invalid = if is_default { InvalidText::Refuse } else { self.invalid(compile)? };
        Ok(TextEncoding { encoding, invalid })
    }

    fn invalid(&self, compile: &mut Compile<'_>) -> Result<InvalidText, Reported> {
        let mut replacement = self.replacement.chars();
        match (self.invalid, replacement.next(), replacement.next()) {
            (InvalidCharacters::Discard, ..) => Ok(InvalidText::Discard),
            (InvalidCharacters::Replace, Some(with), None) => Ok(InvalidText::Replace(with)),
            (InvalidCharacters::Replace, ..) => {
                let message = "it must be one character";
                Err(compile.refuse_value("invalidCharacterReplacement", self.replacement, message))
            }
            (other, ..) => {
                let message = "discard and replace are supported";
                Err(compile.refuse_value("invalidCharacterMode", other, message))
            }
        }
    }
}
