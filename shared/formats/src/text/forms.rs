//! Possible date and time formats of a field's values.

use satsuma_columns::{DateFormat, Storage, TimeFormat};

use super::calendar::Calendar;

/// Formats that match all values so far. The stream's own format has priority. Another one must be the only
/// match, because `01/02/2024` is two different days.
#[derive(Debug, Clone)]
pub(super) struct Forms {
    dates: Candidates,
    times: Candidates,
    timestamps: Candidates,
    own: Calendar,
}

/// Formats of dates, of times or of timestamps.
#[derive(Debug, Clone)]
struct Candidates {
    all: Vec<Calendar>,
    /// Those that match all values seen that any format matches.
    left: Vec<Calendar>,
    /// Whether no format matches some value.
    has_others: bool,
}

impl Candidates {
    fn new(all: Vec<Calendar>) -> Self {
        Self { left: all.clone(), all, has_others: false }
    }

    fn see(&mut self, matches: impl Fn(&Calendar) -> bool) {
        if self.left.iter().any(&matches) {
            self.left.retain(matches);
        } else if self.all.iter().any(matches) {
            self.left.clear();
        } else {
            self.has_others = true;
        }
    }

    /// The only format left, or the stream's own. Values that no format matches do not count where the field is
    /// known to have dates: they become null.
    fn one(&self, own: &Calendar, is_known: bool) -> Option<Calendar> {
        if self.has_others && !is_known {
            return None;
        }
        match self.left.as_slice() {
            [only] => Some(*only),
            left => left.iter().find(|form| *form == own).copied(),
        }
    }
}

impl Forms {
    pub(super) fn new(own: Calendar) -> Self {
        let own = Calendar { time: own.time.full(), ..own };
        let dates = DateFormat::all().filter(|date| date.names_a_day() || *date == own.date);
        let dates = dates.filter(|date| !date.is_bare() || *date == own.date);
        let dates = dates.map(|date| Calendar { date, ..own }).collect::<Vec<_>>();
        // Minutes and seconds look like hours and minutes, and "12.30" looks like a number.
        let is_sure = |time: TimeFormat| time == TimeFormat::ISO || time == own.time;
        let in_day = |time: TimeFormat| is_sure(time) || time.name() == "HH:MM";
        let readings = || TimeFormat::all().filter(|time| time.full() == *time);
        let times = readings().filter(|time| is_sure(*time)).map(|time| Calendar { time, ..own });
        let timestamps = dates.iter().flat_map(|form| {
            readings()
                .filter(move |time| in_day(*time) && (!time.is_bare() || *time == own.time))
                .map(move |time| Calendar { time, ..*form })
        });
        Self {
            times: Candidates::new(times.collect()),
            timestamps: Candidates::new(timestamps.collect()),
            dates: Candidates::new(dates),
            own,
        }
    }

    /// Processes a value.
    pub(super) fn see(&mut self, text: &[u8]) {
        self.dates.see(|form| form.date(text).is_some());
        self.times.see(|form| form.time(text).is_some());
        self.timestamps.see(|form| form.timestamp(text).is_some());
    }

    /// The format of a field of dates, times or timestamps that is known to be one, or that may be one.
    pub(super) fn one(&self, storage: Storage, is_known: bool) -> Option<Calendar> {
        let candidates = match storage {
            Storage::Date => &self.dates,
            Storage::Time => &self.times,
            Storage::Timestamp => &self.timestamps,
            _ => return None,
        };
        candidates.one(&self.own, is_known)
    }
}

/// Whether a text is a date, a time or a timestamp in any format of Modeler.
pub(super) fn is_moment(text: &[u8]) -> bool {
    let calendar = Calendar::default();
    let baseline = calendar.two_digit_baseline;
    let is_date = |text: &[u8]| DateFormat::all().any(|form| form.parse_bytes(text, baseline).is_some());
    let is_time = |text: &[u8]| TimeFormat::all().any(|form| form.parse_bytes(text).is_some());
    let is_both = |text: &[u8]| {
        let at = text.iter().rposition(|byte| matches!(byte, b' ' | b'T'))?;
        let (date, time) = (text.get(..at)?.trim_ascii_end(), text.get(at + 1..)?);
        Some(is_date(date) && is_time(time))
    };
    is_date(text) || is_time(text) || is_both(text).unwrap_or_default()
}
