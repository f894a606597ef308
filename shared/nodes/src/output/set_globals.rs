//! Set Globals: mean, sum, minimum, maximum and standard deviation of fields, for `@GLOBAL_…` functions. IBM:
//! "Set Globals node", `setglobalsnode`.
//!
//! Nulls are ignored. The standard deviation is that of a sample (n − 1). The sum of integers is an integer
//! if it does not overflow. The node runs before other terminal nodes, whatever the order of the stream,
//! because a global must exist before it is read.

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use futures::StreamExt;
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, GlobalStatistic, GlobalValue, Inputs, NodeError, NodeRun, NodeType,
    Product, Reported, Table, Terminal, require, settings,
};
use satsuma_stream::{Element, StreamError, tables};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "SetGlobalsNode",
    extension: None,
    inputs: Inputs::One,
    settings: SetGlobalsSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Set Globals node.
    pub struct SetGlobalsSettings {
        /// The fields and their statistics.
        fields: Vec<Wanted> = parsed("setGlobalsTable", "globals", wanted),
    }
    // Defaults of new rows in the dialog; a preview; deletion of other fields' globals, which no expression
    // could read in a run of Modeler.
    ignored: ["setGlobalsClearGlobals", "setGlobalsDefaultOperations", "setGlobalsShowResults"]
}

/// The requested globals of a field.
#[derive(Debug, Clone)]
pub struct Wanted {
    field: String,
    statistics: Vec<GlobalStatistic>,
}

fn wanted(element: &Element) -> Result<Vec<Wanted>, StreamError> {
    let names = [
        ("ave", GlobalStatistic::Mean),
        ("sum", GlobalStatistic::Sum),
        ("min", GlobalStatistic::Min),
        ("max", GlobalStatistic::Max),
        ("sdev", GlobalStatistic::StandardDeviation),
    ];
    let rows = tables::rows(element).map(|row| {
        let mut statistics = Vec::new();
        for (name, statistic) in names {
            if row.get_or(name, false)? {
                statistics.push(statistic);
            }
        }
        Ok(Wanted { field: row.require_value("name")?, statistics })
    });
    rows.collect()
}

struct SetGlobals {
    fields: Vec<Wanted>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: SetGlobalsSettings = compile.settings()?;
    Ok(Compiled::terminal(SetGlobals { fields: settings.fields }))
}

impl SetGlobals {
    fn inputs<'a>(&self, model: &'a DataModel) -> Result<Vec<&'a Field>, NodeError> {
        let fields = self.fields.iter().map(|wanted| {
            let field = require(model, &wanted.field)?;
            match field.storage.is_numeric() {
                true => Ok(field),
                false => {
                    let (field, found) = (field.name.clone(), field.storage.name().to_owned());
                    Err(DataFault::Storage { field, found, wanted: "a number".to_owned() }.into())
                }
            }
        });
        fields.collect()
    }
}

#[async_trait]
impl Terminal for SetGlobals {
    fn file_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        self.inputs(input).map(drop)
    }

    fn runs_first(&self) -> bool {
        true
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        let model = input.model().clone();
        let fields = self.inputs(&model)?;
        let mut moments = vec![Moments::default(); fields.len()];
        let mut batches = input.records(run).await?;
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            run.check_canceled()?;
            for (field, moments) in fields.iter().zip(&mut moments) {
                if let Some(column) = model.position(&field.name).and_then(|at| batch.columns().get(at)) {
                    moments.add(column)?;
                }
            }
        }
        let mut globals = Vec::new();
        for ((wanted, field), moments) in self.fields.iter().zip(fields).zip(moments) {
            globals.extend(wanted.statistics.iter().map(|&statistic| GlobalValue {
                field: wanted.field.clone(),
                statistic,
                value: moments.value(statistic, field.storage),
            }));
        }
        Ok(vec![Product::Globals(globals)])
    }
}

/// Count, sum and other moments of the values so far.
#[derive(Debug, Clone)]
struct Moments {
    count: u64,
    mean: f64,
    /// The sum of squared differences from the mean.
    squares: f64,
    sum: f64,
    /// The rounding error of the sum.
    lost: f64,
    /// The sum of integers, unless it overflowed 64 bits.
    whole: Option<i64>,
    low: f64,
    high: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            count: 0,
            mean: 0.0,
            squares: 0.0,
            sum: 0.0,
            lost: 0.0,
            whole: Some(0),
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        }
    }
}

impl Moments {
    fn add(&mut self, column: &ArrayRef) -> Result<(), NodeError> {
        if let Some(integers) = column.as_primitive_opt::<Int64Type>() {
            for number in integers.iter().flatten() {
                self.whole = self.whole.and_then(|whole| whole.checked_add(number));
            }
        }
        let reals = cast(column, &DataType::Float64)?;
        for number in reals.as_primitive::<Float64Type>().iter().flatten() {
            self.add_number(number);
        }
        Ok(())
    }

    /// Welford's method for the mean and the squares, Neumaier's for the sum.
    fn add_number(&mut self, number: f64) {
        self.count += 1;
        let difference = number - self.mean;
        self.mean += difference / self.count as f64;
        self.squares += difference * (number - self.mean);
        let sum = self.sum + number;
        self.lost += match self.sum.abs() >= number.abs() {
            true => (self.sum - sum) + number,
            false => (number - sum) + self.sum,
        };
        self.sum = sum;
        self.low = self.low.min(number);
        self.high = self.high.max(number);
    }

    fn value(&self, statistic: GlobalStatistic, storage: Storage) -> Scalar {
        let count = self.count as f64;
        let sum = self.sum + self.lost;
        // An extreme of integers is one of them.
        let extreme = |number| Scalar::Real(number).to_storage(storage).unwrap_or(Scalar::Real(number));
        match statistic {
            _ if self.count == 0 => Scalar::Null,
            GlobalStatistic::Mean => Scalar::Real(sum / count),
            GlobalStatistic::Sum => match (storage, self.whole) {
                (Storage::Integer, Some(whole)) => Scalar::Integer(whole),
                _ => Scalar::Real(sum),
            },
            GlobalStatistic::Min => extreme(self.low),
            GlobalStatistic::Max => extreme(self.high),
            GlobalStatistic::StandardDeviation if self.count < 2 => Scalar::Null,
            GlobalStatistic::StandardDeviation => Scalar::Real((self.squares / (count - 1.0)).sqrt()),
        }
    }
}

#[cfg(test)]
mod tests {
    use satsuma_engine::testing::{Sketch, data};
    use satsuma_engine::{Action, Environment};

    /// C9: three records of 5 have the sum 15, whatever the order of the terminal nodes.
    #[tokio::test]
    async fn c9_globals_are_known_before_they_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut sketch = Sketch::default();
        let source = sketch.var_file("in", "data.csv", &[("val", "integer"), ("x", "real")], "");
        let names = ["mean", "sum", "min", "max", "sdev"];
        let mut reading = vec![source];
        for name in names {
            let upper = name.to_uppercase();
            for field in ["val", "x"] {
                let properties = format!(
                    "<deriveSingleFieldName>{name} {field}</deriveSingleFieldName>\
                    <deriveFormulaExpression>@GLOBAL_{upper}({field})</deriveFormulaExpression>"
                );
                reading.push(sketch.node("DeriveNode", name, &properties, ""));
            }
        }
        let table = sketch.node("TableNode", "out", "", "");
        reading.push(table);
        let row = |field: &str| {
            format!(
                "<row><name>{field}</name><ave>true</ave><sum>true</sum><min>true</min>\
            <max>true</max><sdev>true</sdev></row>"
            )
        };
        let rows = format!("<setGlobalsTable><rows>{}{}</rows></setGlobalsTable>", row("val"), row("x"));
        let globals = sketch.node("SetGlobalsNode", "set", &rows, "");
        sketch.chain(&reading).link(source, globals);
        let mut job = sketch.job(folder.path());
        job.action = Action::RunStream;
        job.sources.push(data(folder.path(), "in", "val,x\n5,2\n5,4\n5,4\n,\n"));
        let outcome = crate::engine().run(&job, &Environment::default()).await.unwrap();
        let text = std::fs::read_to_string(&outcome.files[0].path).unwrap();
        let line = text.lines().nth(1).unwrap().to_owned();
        let values = line.split(',').skip(2).collect::<Vec<_>>();
        assert_eq!(
            values[..8],
            ["5.0", "3.3333333333333335", "15", "10.0", "5", "2.0", "5", "4.0"],
            "{line}"
        );
        assert_eq!(values[8], "0.0");
        assert!((values[9].parse::<f64>().unwrap() - (4.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }
}
