//! The quality of a model on the records of a job: one page for each nugget of an `EVALUATION` job that predicts a field
//! whose values arrive, too. Modeler has no such page.
//!
//! Each partition has its own figures. Intervals hold the true figure in 95 of 100 samples.

mod categorical;
mod charts;
mod continuous;
mod figures;
mod intervals;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Role};
use satsuma_documents::{Block, Document};
use satsuma_engine::{
    Compile, Compiled, EngineError, METRICS, NodeError, NodeRun, Product, ResultFile, Table, Terminal,
};
use serde_json::{Value, json};

use self::categorical::Categorical;
use self::continuous::Continuous;
use super::analysis::models::{self, Target};
use crate::charts::series::Series;
use crate::export::records::safe_document_name;
use crate::report::{Shown, batches};

/// Records whose scores are kept, over all models of a page: 24 bytes each.
const MAX_SCORED: usize = 20_000_000;

/// The page of the nugget that is compiled.
pub fn compile(compile: &mut Compile<'_>) -> Option<Compiled> {
    let format = compile.documents();
    // Statistics data and pictures cannot hold such a page, but metrics do not depend on the format.
    let page = !(format.is_picture() || format == satsuma_documents::Format::Sav);
    let shown = Shown::new(compile).ok()?;
    let label = compile.node_ref().label.clone();
    Some(Compiled::terminal(Quality { label, page: page.then_some(format), shown }))
}

struct Quality {
    label: String,
    page: Option<satsuma_documents::Format>,
    shown: Shown,
}

/// The counts of one target.
enum Counts {
    Categorical(Categorical),
    Continuous(Continuous),
}

impl Quality {
    /// The targets that the nugget itself predicts: the models whose fields did not arrive at it.
    fn targets(before: Option<&DataModel>, after: &DataModel) -> Vec<Target> {
        let is_new = |name: &str| before.is_none_or(|before| before.field(name).is_none());
        let targets = models::of(after).into_iter().map(|mut target| {
            target.models.retain(|model| is_new(&model.predicted));
            target
        });
        targets.filter(|target| !target.models.is_empty()).collect()
    }

    async fn target(
        &self,
        target: &Target,
        input: Table,
        run: &NodeRun,
    ) -> Result<(Vec<Block>, Vec<Value>), NodeError> {
        let model = input.model().clone();
        let partition = model.with_role(Role::Partition).next().map_or("", |field| field.name.as_str());
        let mut partitions = Series::new(partition, &model)?;
        let mut counts = match target.is_symbolic() {
            true => Counts::Categorical(Categorical::new(target)),
            false => Counts::Continuous(Continuous::new(target)),
        };
        let names = Some(partition).filter(|name| !name.is_empty()).into_iter().chain(target.columns());
        let names = names.collect::<Vec<_>>();
        batches(input, &names, run, |mut columns, rows| {
            let places = partitions.places(&mut columns, rows)?;
            match &mut counts {
                Counts::Categorical(counts) => counts.add(columns, &places),
                Counts::Continuous(counts) => counts.add(columns, &places),
            }
        })
        .await?;
        let (mut blocks, mut metrics) = (Vec::new(), Vec::new());
        for (at, predicted) in target.models.iter().enumerate() {
            blocks.push(Block::Heading(format!("{} by {}", target.field.name, predicted.predicted)));
            let mut of_partitions = Vec::new();
            for place in partitions.order() {
                let name = partitions.text(place, &self.shown);
                let (own, mut value) = match &counts {
                    Counts::Categorical(counts) => counts.figures(at, place, &name, &self.shown),
                    Counts::Continuous(counts) => counts.figures(at, place, &name),
                };
                blocks.extend(own);
                if let (Value::Object(fields), false) = (&mut value, partition.is_empty()) {
                    fields.insert("partition".to_owned(), Value::String(name));
                }
                of_partitions.push(value);
            }
            metrics.push(json!({
                "node": self.label,
                "target": target.field.name,
                "prediction": predicted.predicted,
                "type": if target.is_symbolic() { "categorical" } else { "continuous" },
                "partitions": of_partitions,
            }));
        }
        Ok((blocks, metrics))
    }
}

#[async_trait]
impl Terminal for Quality {
    fn file_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn uses_values(&self) -> bool {
        true
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        self.run_behind(None, input, run).await
    }

    async fn run_behind(
        &self,
        before: Option<&DataModel>,
        input: Table,
        run: &NodeRun,
    ) -> Result<Vec<Product>, NodeError> {
        let targets = Self::targets(before, input.model());
        if targets.is_empty() {
            return Ok(Vec::new());
        }
        let (mut blocks, mut metrics) = (Vec::new(), Vec::new());
        for target in &targets {
            match self.target(target, input.clone(), run).await {
                Ok((own, values)) => {
                    blocks.extend(own);
                    metrics.extend(values);
                }
                // Nobody asked for the page: what it cannot show does not fail the job.
                Err(NodeError::Unsupported { message, .. }) => blocks.push(Block::Text(message)),
                Err(error) => return Err(error),
            }
        }
        let title = format!("Quality of {}", self.label);
        let path = run.result_path("json");
        let text = Value::Array(metrics).to_string();
        std::fs::write(&path, &text).map_err(|error| EngineError::io("write", &path, error))?;
        let mut products = vec![Product::File(ResultFile {
            name: safe_document_name(&title, "json"),
            path,
            media_type: METRICS,
            rows: 0,
            bytes: text.len() as u64,
            node: self.label.clone(),
        })];
        if let Some(format) = self.page {
            let name = safe_document_name(&title, format.extension());
            products.push(Product::Document(name, Document { title, kind: "quality", blocks }, format));
        }
        Ok(products)
    }
}

#[cfg(test)]
mod tests;
