//! Possible date and time formats of a field's values.

use satsuma_columns::{DateFormat, TimeFormat};

use super::calendar::Calendar;

/// Formats that match all values so far. The stream's own format has priority. Another one must be the only
/// match, because `01/02/2024` is two different days.
#[derive(Debug, Clone)]
pub(super) struct Forms {
    dates: Vec<Calendar>,
    times: Vec<Calendar>,
    timestamps: Vec<Calendar>,
    own: Calendar,
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
        Self { times: times.collect(), timestamps: timestamps.collect(), dates, own }
    }

    /// Processes a value.
    pub(super) fn see(&mut self, text: &[u8]) {
        self.dates.retain(|form| form.date(text).is_some());
        self.times.retain(|form| form.time(text).is_some());
        self.timestamps.retain(|form| form.timestamp(text).is_some());
    }

    pub(super) fn date(&self) -> Option<Calendar> {
        self.one(&self.dates)
    }

    pub(super) fn time(&self) -> Option<Calendar> {
        self.one(&self.times)
    }

    pub(super) fn timestamp(&self) -> Option<Calendar> {
        self.one(&self.timestamps)
    }

    fn one(&self, left: &[Calendar]) -> Option<Calendar> {
        let own = left.iter().find(|form| **form == self.own);
        match left {
            [only] => Some(*only),
            _ => own.copied(),
        }
    }
}
