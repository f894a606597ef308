//! Field Reorder: the order of fields. IBM: "Field Reorder node", `reordernode`.
//!
//! The listed fields precede all others or follow them. A divider in the list represents the others, which
//! keep their order. Names of missing fields are ignored.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Process, Reported, Table, one, settings,
};
use satsuma_stream::{Element, StreamError, text_enum};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "FieldReorderNode",
    extension: None,
    inputs: Inputs::One,
    settings: FieldReorderSettings::LIST,
    compile,
};

text_enum! {
    /// The source of the order.
    Order {
        /// The user.
        Custom = "custom",
    }
}

settings! {
    /// Settings of a Field Reorder node.
    pub struct FieldReorderSettings {
        /// The source of the order.
        order: Order = value("autoOrderType", "mode", Order::Custom),
        /// The fields.
        fields: FieldReorder = parsed("fieldReorderTable", "start_fields", reordered),
    }
    // These only affect the automatic order, which is refused.
    ignored: ["ascendingDescending", "nameTypeStorage"]
}

/// The fields before all others, and those after them.
#[derive(Debug, Clone, Default)]
pub struct FieldReorder {
    first: Vec<String>,
    last: Vec<String>,
}

fn reordered(element: &Element) -> Result<FieldReorder, StreamError> {
    let mut first = element.children("fieldName").map(|name| name.text().into_owned()).collect::<Vec<_>>();
    let divider: usize = element.get_or("dividerIndex", first.len())?;
    let last = first.split_off(divider.min(first.len()));
    Ok(FieldReorder { first, last })
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: FieldReorderSettings = compile.settings()?;
    match settings.order {
        Order::Custom => Ok(Compiled::process(settings.fields)),
        other => Err(compile.refuse_value("autoOrderType", other, "the custom order is supported")),
    }
}

#[async_trait]
impl Process for FieldReorder {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let named =
            |names: &[String]| names.iter().filter_map(|name| input.position(name)).collect::<Vec<_>>();
        let (first, last) = (named(&self.first), named(&self.last));
        let others =
            (0..input.len()).filter(|at| !first.contains(at) && !last.contains(at)).collect::<Vec<_>>();
        let places = first.iter().chain(&others).chain(&last);
        Ok(DataModel::new(places.filter_map(|at| input.fields().get(*at).cloned()).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, _run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let model = self.model(&[input.model().clone()])?;
        let fields = model.fields().iter().map(|field| (field.name.clone(), field.clone()));
        input.select(fields.collect())
    }

    fn is_free(&self) -> bool {
        true
    }
}

/// Evidence: IBM's documentation of the node.
#[cfg(test)]
mod tests {
    use crate::testing_fields::chain;

    #[tokio::test]
    async fn other_fields_stand_at_the_divider() {
        let table = |divider: usize| {
            format!(
                "<fieldReorderTable><dividerIndex>{divider}</dividerIndex>\
            <fieldName>c</fieldName><fieldName>gone</fieldName><fieldName>a</fieldName></fieldReorderTable>\
            <autoOrderType>custom</autoOrderType><nameTypeStorage>Name</nameTypeStorage>"
            )
        };
        let fields = [("a", "integer"), ("b", "integer"), ("c", "integer"), ("d", "integer")];
        for (divider, wanted) in
            [(0, "b,d,c,a"), (1, "c,b,d,a"), (2, "c,b,d,a"), (3, "c,a,b,d"), (9, "c,a,b,d")]
        {
            let table = table(divider);
            let lines = chain(&[("FieldReorderNode", &table, "")], &fields, "a,b,c,d\n1,2,3,4\n").await;
            assert_eq!(lines[0], wanted, "{divider}");
        }
    }
}
