//! Proof: counting calls. A scorer must see each batch once, whatever becomes of its results.

use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{AsArray, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::prelude::SessionContext;

use super::*;
use crate::error::NodeRef;
use crate::limits::Limits;
use crate::progress::Cancellation;
use crate::table::Storage;

/// Twice and three times a number, counting calls.
#[derive(Default)]
struct Multiples(AtomicUsize);

impl ColumnStep for Multiples {
    fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, EngineError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let numbers = inputs[0].as_primitive::<Int64Type>();
        let times = |factor| Arc::new(numbers.unary::<_, Int64Type>(|number| number * factor)) as ArrayRef;
        Ok(vec![times(2), times(3)])
    }
}

fn table(session: &SessionContext, numbers: impl IntoIterator<Item = i64>) -> Table {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers));
    let batch = RecordBatch::try_from_iter([("a.B c", column)]).unwrap();
    Table::new(session.read_batch(batch).unwrap(), vec![FieldInfo::new("a.B c", Storage::Integer)])
}

fn node() -> NodeRef {
    NodeRef { label: "node".to_owned(), kind: "Test".to_owned() }
}

fn multiplied(table: Table, step: &Arc<Multiples>) -> Table {
    let node = node();
    let meter = Arc::new(Meter::new(Cancellation::new(), None, Limits::default()));
    let outputs = ["$S-x", "$SP-x"].map(|name| FieldInfo::new(name, Storage::Integer)).to_vec();
    let step: Arc<dyn ColumnStep> = Arc::clone(step) as _;
    table
        .with_columns(step, &["a.B c".to_owned()], outputs, Arc::new(NodeCounter::new(&node)), &meter)
        .unwrap()
}

#[tokio::test]
async fn a_step_runs_once_a_batch_and_rows_keep_their_places() {
    let session = crate::session::new(&std::env::temp_dir(), &Limits::default()).unwrap();
    let step = Arc::new(Multiples::default());
    let table = multiplied(table(&session, 0..20_000), &step);
    let names = table.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["a.B c", "$S-x", "$SP-x"]);
    let batches = table.plan.collect().await.unwrap();
    let mut row = 0;
    for batch in &batches {
        let columns = [0, 1, 2].map(|at| batch.column(at).as_primitive::<Int64Type>());
        for at in 0..batch.num_rows() {
            assert_eq!(columns.map(|column| column.value(at)), [row, row * 2, row * 3]);
            row += 1;
        }
    }
    assert_eq!((row, step.0.load(Ordering::Relaxed)), (20_000, batches.len()));
}

#[tokio::test]
async fn results_that_nobody_wants_are_left_out() {
    let session = crate::session::new(&std::env::temp_dir(), &Limits::default()).unwrap();
    let step = Arc::new(Multiples::default());
    let kept = |name: &str| (name.to_owned(), FieldInfo::new(name, Storage::Integer));
    let table = multiplied(table(&session, 0..10), &step);
    let only_result = table.clone().select(vec![kept("$SP-x")]).unwrap();
    assert_eq!(only_result.plan.collect().await.unwrap()[0].num_columns(), 1);
    let without = table.select(vec![kept("a.B c")]).unwrap();
    without.plan.collect().await.unwrap();
    assert_eq!(step.0.load(Ordering::Relaxed), 1);
}

/// The step as it is called after a call took long.
fn slow(step: impl ColumnStep, cancellation: &Cancellation) -> StepFunction {
    let field = |name: &str| Field::new(name, DataType::Int64, true);
    StepFunction {
        name: "slow".to_owned(),
        step: Arc::new(step),
        counter: Arc::new(NodeCounter::new(&node())),
        meter: Arc::new(Meter::new(cancellation.clone(), None, Limits::default())),
        is_slow: AtomicBool::new(true),
        fields: vec![field("c0"), field("c1")].into(),
        signature: Signature::any(1, Volatility::Immutable),
    }
}

#[test]
fn a_slow_step_gives_the_same_in_slices() {
    let numbers: Vec<ArrayRef> = vec![Arc::new(Int64Array::from_iter_values(0..8_192))];
    let whole = Multiples::default().compute(&numbers, 8_192).unwrap();
    let sliced = slow(Multiples::default(), &Cancellation::new());
    assert_eq!(sliced.compute(&numbers, 8_192).unwrap(), whole);
    assert_eq!(sliced.compute(&[numbers[0].slice(0, 0)], 0).unwrap()[0].len(), 0);
    assert_eq!(sliced.compute(&[numbers[0].slice(0, 513)], 513).unwrap()[1].len(), 513);
}

#[test]
fn a_slow_step_stops_within_a_batch() {
    /// Somebody cancels the job while it computes.
    struct Canceled(Cancellation, Arc<AtomicUsize>);
    impl ColumnStep for Canceled {
        fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, EngineError> {
            self.0.cancel();
            self.1.fetch_add(1, Ordering::Relaxed);
            Ok(vec![Arc::clone(&inputs[0]), Arc::clone(&inputs[0])])
        }
    }
    let (cancellation, calls) = (Cancellation::new(), Arc::new(AtomicUsize::new(0)));
    let step = slow(Canceled(cancellation.clone(), Arc::clone(&calls)), &cancellation);
    let numbers: Vec<ArrayRef> = vec![Arc::new(Int64Array::from_iter_values(0..8_192))];
    assert!(step.compute(&numbers, 8_192).unwrap_err().is_canceled());
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}
