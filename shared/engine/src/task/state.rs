//! State that the nodes of a run share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use datafusion::prelude::SessionContext;
use satsuma_columns::Scalar;

use crate::environment::DataAccess;
use crate::limits::Limits;
use crate::opaque::Opaque;
use crate::outcome::{GlobalStatistic, GlobalValue};
use crate::progress::Meter;
use crate::request::JobRequest;
use crate::training::ModelNotes;

/// State that the nodes of a run share.
pub(crate) struct RunState {
    pub(crate) session: Opaque<SessionContext>,
    pub(crate) meter: Arc<Meter>,
    pub(crate) data: Arc<dyn DataAccess>,
    pub(crate) limits: Limits,
    /// The time at which the run began.
    pub(crate) now: i64,
    work_dir: PathBuf,
    results: AtomicUsize,
    globals: Mutex<HashMap<(String, GlobalStatistic), Scalar>>,
    /// What builders noted about their models, by their index in the plan.
    notes: Mutex<HashMap<usize, ModelNotes>>,
}

impl RunState {
    pub(crate) fn new(
        request: &JobRequest,
        session: SessionContext,
        meter: Arc<Meter>,
        data: Arc<dyn DataAccess>,
    ) -> Self {
        let mut globals = HashMap::new();
        for stored in &request.stream.stream().globals {
            let values = [
                (GlobalStatistic::Mean, &stored.mean),
                (GlobalStatistic::Sum, &stored.sum),
                (GlobalStatistic::Min, &stored.minimum),
                (GlobalStatistic::Max, &stored.maximum),
                (GlobalStatistic::StandardDeviation, &stored.standard_deviation),
            ];
            for (statistic, value) in values {
                if let Some(value) = value.as_ref().and_then(Scalar::of_stream) {
                    globals.insert((stored.field.clone(), statistic), value);
                }
            }
        }
        Self {
            session: Opaque::new(session),
            meter,
            data,
            limits: request.limits,
            now: now(),
            work_dir: request.work_dir.clone(),
            results: AtomicUsize::new(0),
            globals: Mutex::new(globals),
            notes: Mutex::default(),
        }
    }

    pub(crate) fn set_globals(&self, values: Vec<GlobalValue>) {
        let mut globals = self.globals.lock().unwrap_or_else(PoisonError::into_inner);
        globals.extend(values.into_iter().map(|value| ((value.field, value.statistic), value.value)));
    }

    pub(crate) fn global(&self, field: &str, statistic: GlobalStatistic) -> Option<Scalar> {
        let globals = self.globals.lock().unwrap_or_else(PoisonError::into_inner);
        globals.get(&(field.to_owned(), statistic)).cloned()
    }

    pub(crate) fn globals(&self) -> HashMap<(String, GlobalStatistic), Scalar> {
        self.globals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the notes about the model of a builder.
    pub(crate) fn note(&self, place: usize, change: impl FnOnce(&mut ModelNotes)) {
        change(self.notes.lock().unwrap_or_else(PoisonError::into_inner).entry(place).or_default());
    }

    /// The notes about the model of a builder.
    pub(crate) fn notes(&self, place: usize) -> ModelNotes {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.get(&place).cloned().unwrap_or_default()
    }

    /// A unique path for the next result file.
    pub(crate) fn result_path(&self, extension: &str) -> PathBuf {
        let number = self.results.fetch_add(1, Relaxed) + 1;
        self.work_dir.join(format!("result-{number}.{extension}"))
    }
}

/// Microseconds since 1970-01-01.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
