//! Typed values that take fewer bytes than their text.

/// A value of an attribute, or a piece of content, in a typed encoding.
///
/// A reader gets text for every encoding: numbers in the canonical form of XML Schema, lists separated by one
/// space.
///
/// ```
/// use satsuma_fastinfoset::{Event, Name, Reader, Value, Writer};
///
/// let mut writer = Writer::new();
/// writer.start_element(&Name::local("weights"), &[])?;
/// writer.value(Value::Double(&[0.25, -1e300]))?;
/// writer.end_element()?;
/// let bytes = writer.finish()?;
///
/// let mut reader = Reader::new(bytes.as_slice())?;
/// reader.next_event()?;
/// let Some(Event::Text(text)) = reader.next_event()? else { panic!() };
/// assert_eq!(text, "2.5E-1 -1.0E300");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Plain text.
    Text(&'a str),
    /// Text of the characters `0123456789-+.e` and space, at four bits each (X.891 §9.1).
    Numeric(&'a str),
    /// Text of the characters `0123456789-:TZ` and space, at four bits each (§9.2).
    DateTime(&'a str),
    /// Text in a restricted alphabet of the initial or external vocabulary (§8.2).
    Alphabet {
        /// Index of the alphabet, from 0: those of the external vocabulary first.
        declared: usize,
        /// The text.
        text: &'a str,
    },
    /// Bytes; their text has two capital hexadecimal digits each (§10.2).
    Hexadecimal(&'a [u8]),
    /// Bytes; their text is Base64 without line breaks (§10.3).
    Base64(&'a [u8]),
    /// Integers of 16 bits (§10.4).
    Short(&'a [i16]),
    /// Integers of 32 bits (§10.5).
    Int(&'a [i32]),
    /// Integers of 64 bits (§10.6).
    Long(&'a [i64]),
    /// Booleans, a bit each (§10.7).
    Boolean(&'a [bool]),
    /// Numbers of 32 bits (§10.8).
    Float(&'a [f32]),
    /// Numbers of 64 bits (§10.9).
    Double(&'a [f64]),
    /// UUIDs, big-endian (§10.10).
    Uuid(&'a [[u8; 16]]),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}
