//! Enumerations of names that keep unknown names.

/// Defines an enum of the names that a property may have. Any other name becomes `Other`, so that an engine
/// can refuse it with node, property and value.
///
/// The enum has `as_str`, `From<&str>`, [`FromText`](crate::FromText), [`ToText`](crate::nodes::ToText) and
/// `Display`.
///
/// ```
/// satsuma_stream::text_enum! {
///     /// Where the result of an output node goes.
///     OutputMode {
///         /// To the user's screen.
///         Screen = "screen",
///         /// To a file.
///         File = "file",
///     }
/// }
///
/// assert_eq!(OutputMode::from("file"), OutputMode::File);
/// assert_eq!(OutputMode::from("printer").as_str(), "printer");
/// ```
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// An unknown name, unchanged.
            Other(String),
        }

        impl $name {
            /// The name in files.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl $crate::FromText for $name {
            const EXPECTED: &'static str = "a name";

            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }
        }

        impl $crate::nodes::ToText for $name {
            fn to_text(&self) -> String {
                self.as_str().to_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use text_enum;
