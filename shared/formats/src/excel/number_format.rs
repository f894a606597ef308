//! Number formats: they mark cells as dates, times or text.

/// The meaning of a number format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum NumberFormat {
    /// A number.
    #[default]
    Number,
    /// A day.
    Date,
    /// A time of day or a duration.
    Time,
    /// A day and a time.
    Timestamp,
    /// Text, whatever the cell contains.
    Text,
}

impl NumberFormat {
    /// The meaning of a built-in format. ECMA-376 part 1, 18.8.30, and the East Asian numbers there.
    pub(super) fn built_in(id: u16) -> Self {
        match id {
            14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Self::Date,
            18..=21 | 32..=35 | 45..=47 | 55 | 56 => Self::Time,
            22 => Self::Timestamp,
            49 => Self::Text,
            _ => Self::Number,
        }
    }

    /// The meaning of a format code such as `d-mmm-yy`.
    pub(super) fn of_code(code: &str) -> Self {
        if code.trim() == "@" {
            return Self::Text;
        }
        let section = Section::of(code);
        match (section.date, section.time, section.minute_or_month) {
            (true, true, _) => Self::Timestamp,
            (true, false, _) => Self::Date,
            (false, true, _) => Self::Time,
            // `m` alone is a month.
            (false, false, true) => Self::Date,
            (false, false, false) => Self::Number,
        }
    }
}

/// The parts of the first section of a format code.
#[derive(Default)]
struct Section {
    date: bool,
    time: bool,
    minute_or_month: bool,
}

impl Section {
    fn of(code: &str) -> Self {
        let mut section = Self::default();
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => {
                    characters.by_ref().find(|c| *c == '"');
                }
                // The character behind is shown, or its width is.
                '\\' | '_' | '*' => {
                    characters.next();
                }
                // Colours, conditions, locales and durations such as `[h]`.
                '[' => {
                    let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                    let inside = inside.to_ascii_lowercase();
                    let is_duration = !inside.is_empty()
                        && ["h", "m", "s"].iter().any(|unit| inside.replace(unit, "").is_empty());
                    section.time |= is_duration;
                }
                ';' => break,
                'd' | 'D' | 'y' | 'Y' => section.date = true,
                'h' | 'H' | 's' | 'S' => section.time = true,
                'm' | 'M' => section.minute_or_month = true,
                // "General" and eras have letters of dates.
                'G' | 'g' if characters.as_str().to_ascii_lowercase().starts_with("eneral") => {
                    characters.nth("eneral".len() - 1);
                }
                _ => {}
            }
        }
        section
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_are_dates_times_or_numbers() {
        use NumberFormat::{Date, Number, Text, Time, Timestamp};
        for (code, format) in [
            ("General", Number),
            ("0.00_ ", Number),
            ("0;[Red]0", Number),
            (r#""day" 0"#, Number),
            (r##""￥"#,##0.00;[Red]"￥"\-#,##0.00"##, Number),
            ("d-mmm", Date),
            ("mmm-yy", Date),
            ("mmm", Date),
            ("[$-409]d/m/yyyy;@", Date),
            ("h:mm AM/PM", Time),
            ("[h]:mm:ss", Time),
            ("mm:ss.0", Time),
            ("yyyy-mm-dd hh:mm", Timestamp),
            ("@", Text),
        ] {
            assert_eq!(NumberFormat::of_code(code), format, "{code}");
        }
    }
}
