//! Names of a fixed set, where a file may always hold one that is not in it.

/// Defines an enum of such names. What is not listed is kept as `Other`, so that the engine can refuse
/// it by node, property and value.
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// Something not known, as the file has it.
            Other(String),
        }

        impl $name {
            /// The name as files have it.
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
