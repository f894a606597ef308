//! What all model builders do as terminal nodes: they plan, read the records that train, and make one nugget.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{Compiled, NodeError, NodeRun, Product, Table, Terminal};
use satsuma_stream::NewNugget;

use super::roles::checked;

/// A builder of one model.
#[async_trait]
pub(crate) trait Train: Send + Sync + 'static {
    /// The settings, resolved for the input fields.
    type Plan: Send;

    /// Whether the model predicts a field, by which the engine measures its quality.
    const PREDICTS: bool = true;

    /// Resolves the settings for the fields of the input.
    ///
    /// # Errors
    /// If the fields do not suit, or their values are not known.
    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError>;

    /// Trains the model.
    ///
    /// # Errors
    /// If reading fails, the job was canceled, or the records give no model.
    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError>;
}

/// The compiled node of a builder.
pub(crate) fn compiled(builder: impl Train) -> Compiled {
    Compiled::terminal(Trainer(builder))
}

struct Trainer<T>(T);

#[async_trait]
impl<T: Train> Terminal for Trainer<T> {
    fn file_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        checked(self.0.plan(input, false))
    }

    fn uses_values(&self) -> bool {
        true
    }

    fn predicts(&self) -> bool {
        T::PREDICTS
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        let plan = self.0.plan(input.model(), true)?;
        let nugget = self.0.train(plan, input, run).await?;
        Ok(vec![Product::Model(Box::new(nugget))])
    }
}
