//! Sets of words that are parsed in any case, and written in one.

/// An enum of such words. An unknown word can be any text, so that errors repeat only its beginning.
macro_rules! words {
    (
        $(#[$doc:meta])*
        $name:ident: $what:literal {
            $($(#[$about:meta])* $variant:ident = $word:literal $(| $other:literal)*,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$about])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All words in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word as the API shows it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn of_word(word: &str) -> Option<Self> {
                $(if [$word $(, $other)*].iter().any(|known| known.eq_ignore_ascii_case(word)) {
                    return Some(Self::$variant);
                })+
                None
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::of_word(&word).ok_or_else(|| {
                    let shown: String = word.chars().take($crate::job::definition::words::SHOWN_CHARS).collect();
                    serde::de::Error::custom(format!(
                        "unknown {} `{shown}`, expected one of {}",
                        $what,
                        [$($word),+].map(|word| format!("`{word}`")).join(", ")
                    ))
                })
            }
        }
    };
}

/// Characters of an unknown word that errors repeat.
pub(super) const SHOWN_CHARS: usize = 40;

pub(super) use words;
