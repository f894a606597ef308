//! Settings: one list for each type of node defines reading, documentation and the refusal of unknown
//! properties.
//!
//! ```
//! use satsuma_engine::settings;
//!
//! settings! {
//!     /// Settings of a Sort node.
//!     pub struct SortSettings {
//!         /// Whether the first keys are sorted already.
//!         presorted: bool = value("presorted", "use_default_presorted", false),
//!         /// The fields that stay where they are.
//!         fields: Vec<String> = fields("inFields", "fields"),
//!     }
//!     ignored: ["cacheFileName"]
//! }
//! assert_eq!(SortSettings::LIST[0].script_name, "use_default_presorted");
//! ```
//!
//! A setting is `name: Type = reader("property in the stream", "property in scripts" [, default])`. The
//! readers are the functions of this module. `ignored` lists properties that provably change no result.

use std::sync::Arc;

use satsuma_stream::{Element, FromText};
pub use satsuma_stream::{PropertyReader, StreamError};

/// A property of a type of node, for documents and scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in stream files.
    pub property: &'static str,
    /// Its name in scripts; empty if scripts have none.
    pub script_name: &'static str,
    /// Its type in the code.
    pub type_name: &'static str,
}

/// A value, or Modeler's default for a missing property.
///
/// # Errors
/// The property does not have this type.
pub fn value<T: FromText>(
    reader: &mut PropertyReader<'_>,
    property: &str,
    default: T,
) -> Result<T, StreamError> {
    reader.get_or(property, default)
}

/// An optional value.
///
/// # Errors
/// The property does not have this type.
pub fn optional<T: FromText>(
    reader: &mut PropertyReader<'_>,
    property: &str,
) -> Result<Option<T>, StreamError> {
    reader.get(property)
}

/// Text; empty if the property is missing.
///
/// # Errors
/// The property contains more than text.
pub fn text(reader: &mut PropertyReader<'_>, property: &str) -> Result<String, StreamError> {
    Ok(reader.get(property)?.unwrap_or_default())
}

/// A list of field names.
///
/// # Errors
/// None; the signature is that of the other readers.
pub fn fields(reader: &mut PropertyReader<'_>, property: &str) -> Result<Vec<String>, StreamError> {
    Ok(reader.fields(property))
}

/// A structured property, unchanged.
///
/// # Errors
/// None; the signature is that of the other readers.
pub fn element(reader: &mut PropertyReader<'_>, property: &str) -> Result<Option<Arc<Element>>, StreamError> {
    Ok(reader.element(property).map(|element| Arc::new(element.clone())))
}

/// A structured property with a reader of its own, or the default of its type.
///
/// # Errors
/// The property does not have the expected structure.
pub fn parsed<T: Default>(
    reader: &mut PropertyReader<'_>,
    property: &str,
    parse: impl FnOnce(&Element) -> Result<T, StreamError>,
) -> Result<T, StreamError> {
    reader.element(property).map(parse).transpose().map(Option::unwrap_or_default)
}

/// Defines the settings of a type of node; see the module [`settings`](mod@crate::settings).
#[macro_export]
macro_rules! settings {
    (
        $(#[$meta:meta])* $visibility:vis struct $name:ident {
            $($(#[$doc:meta])* $field:ident: $type:ty =
                $reader:ident($property:literal, $script:literal $(, $argument:expr)? $(,)?),)*
        }
        $(ignored: [$($ignored:literal),* $(,)?])?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        $visibility struct $name {
            $($(#[$doc])* $visibility $field: $type,)*
        }

        impl $name {
            /// All properties of the node type.
            $visibility const LIST: &'static [$crate::settings::Setting] = &[
                $($crate::settings::Setting {
                    property: $property,
                    script_name: $script,
                    type_name: stringify!($type),
                },)*
            ];
        }

        impl $crate::settings::Settings for $name {
            fn read(
                reader: &mut $crate::settings::PropertyReader<'_>,
            ) -> Result<Self, $crate::settings::StreamError> {
                $(reader.skip(&[$($ignored),*]);)?
                $(let $field = $crate::settings::$reader(reader, $property $(, $argument)?)?;)*
                Ok(Self { $($field),* })
            }
        }
    };
}

/// The settings of a type of node, read from its properties.
pub trait Settings: Sized {
    /// Reads the known properties; the others are refused.
    ///
    /// # Errors
    /// A property of another type.
    fn read(reader: &mut PropertyReader<'_>) -> Result<Self, StreamError>;
}
