//! Derive: new fields from expressions. IBM: "Derive node", `derivenode`.
//!
//! - *Formula*, *conditional*: the value of an expression.
//! - *Flag*: one of two values. A null condition counts as false.
//! - *Nominal*: the value of the first condition that is true, or the default.
//! - *State*: one of two values, kept from record to record until its condition for switching is true.
//! - *Count*: a number that increases if a condition is true. A record that satisfies the reset condition has
//!   the initial value, whatever the other condition; IBM does not document this priority.
//!
//! In mode *multiple*, a field is derived for each of several fields, the meaning of `@FIELD`. Values in the
//! settings (`1` and `0`, `T` and `F`) are numbers if all of them are.

mod machine;

use std::borrow::Cow;

use async_trait::async_trait;
use satsuma_clem::Program;
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeError, NodeRun, NodeType, Process, Reported, Table, one,
    require, settings,
};
use satsuma_stream::{Element, StreamError, tables, text_enum};

pub(crate) use self::machine::MACHINES;
use self::machine::{Machine, Start};
use crate::clem::{self, Clem};
use crate::literal::{self, literal};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "DeriveNode",
    extension: None,
    inputs: Inputs::One,
    settings: DeriveSettings::LIST,
    compile,
};

text_enum! {
    /// Whether one field is derived, or one for each of several.
    Mode {
        /// One field.
        Single = "single",
        /// One for each field of a list.
        Multiple = "multiple",
    }
}

text_enum! {
    /// The type of derivation.
    DeriveAs {
        /// An expression.
        Formula = "formula",
        /// One of two values, by a condition.
        Flag = "flag",
        /// One of several values, by conditions.
        Nominal = "set",
        /// One of two values, switched by conditions.
        State = "state",
        /// A number that increases.
        Count = "count",
        /// One of two expressions, by a condition.
        Conditional = "conditional",
    }
}

text_enum! {
    /// The position of a name's extension.
    Position {
        /// Before the name.
        Prefix = "prefix",
        /// After the name.
        Suffix = "suffix",
    }
}

impl Position {
    /// The names with an extension; `None` if the position is unknown.
    pub(crate) fn extend(&self, names: &[String], extension: &str) -> Option<Vec<String>> {
        let names = names.iter().map(|name| match self {
            Self::Prefix => Some(format!("{extension}{name}")),
            Self::Suffix => Some(format!("{name}{extension}")),
            Self::Other(_) => None,
        });
        names.collect()
    }
}

text_enum! {
    /// The initial state.
    Initial {
        /// On.
        On = "on",
        /// Off.
        Off = "off",
    }
}

settings! {
    /// Settings of a Derive node.
    pub struct DeriveSettings {
        /// Whether one field is derived, or several.
        mode: Mode = value("deriveMode", "mode", Mode::Single),
        /// The new field of mode *single*.
        name: String = text("deriveSingleFieldName", "new_name"),
        /// The fields of mode *multiple*.
        fields: Vec<String> = fields("deriveMultipleFieldList", "fields"),
        /// The extension of their names.
        extension: String = text("deriveMultipleExtensionName", "name_extension"),
        /// The position of the extension.
        position: Position = value("deriveMultipleExtensionPosition", "add_as", Position::Suffix),
        /// The type of derivation.
        derive_as: DeriveAs = value("deriveType", "result_type", DeriveAs::Formula),
        /// The formula.
        formula: String = text("deriveFormulaExpression", "formula_expr"),
        /// Its measure.
        formula_measure: Measure = value("deriveFormulaFieldMeasure", "formula_type", Measure::Auto),
        /// The condition of a flag.
        flag: String = text("deriveFlagFieldCondition", "flag_expr"),
        /// Its value if the condition is true.
        flag_true: String = value("deriveFlagTrueValue", "flag_true", "T".to_owned()),
        /// Its value otherwise.
        flag_false: String = value("deriveFlagFalseValue", "flag_false", "F".to_owned()),
        /// The measure of a flag.
        flag_measure: Measure = value("deriveFlagFieldMeasure", "flag_type", Measure::Flag),
        /// The values of a nominal field and their conditions.
        rules: Vec<Rule> = parsed("deriveSetTable", "set_value_cond", rules),
        /// Its value if no condition is true.
        set_default: String = text("deriveSetDefaultValue", "set_default"),
        /// Its measure.
        set_measure: Measure = value("deriveSetFieldMeasure", "set_type", Measure::Set),
        /// The condition that switches the state on.
        on: String = text("deriveStateOnCondition", "state_on_expr"),
        /// The condition that switches it off.
        off: String = text("deriveStateOffCondition", "state_off_expr"),
        /// Its value while it is on.
        on_value: String = value("deriveStateOnValue", "state_on_val", "On".to_owned()),
        /// Its value while it is off.
        off_value: String = value("deriveStateOffValue", "state_off_val", "Off".to_owned()),
        /// The state before the first record.
        initial_state: Initial = value("deriveStateInitialState", "state_initial", Initial::Off),
        /// The measure of a state.
        state_measure: Measure = value("deriveStateFieldMeasure", "state_type", Measure::Flag),
        /// The condition for increasing a count.
        increment_where: String = text("deriveCountIncrementCondition", "count_inc_condition"),
        /// The increment.
        increment: String = value("deriveCountIncrementByExpression", "count_inc_expr", "1".to_owned()),
        /// The condition for a reset.
        reset_where: String = text("deriveCountResetCondition", "count_reset_condition"),
        /// Its initial value.
        initial_count: String = value("deriveCountInitialValue", "count_initial_val", "0".to_owned()),
        /// Its measure.
        count_measure: Measure = value("deriveCountFieldMeasure", "count_type", Measure::Range),
        /// The condition of a conditional field.
        if_: String = text("deriveConditionalIfCondition", "cond_if_cond"),
        /// Its value if the condition is true.
        then: String = text("deriveConditionalThenExpression", "cond_then_expr"),
        /// Its value otherwise.
        otherwise: String = text("deriveConditionalElseExpression", "cond_else_expr"),
        /// Its measure.
        conditional_measure: Measure = value("deriveConditionalFieldMeasure", "cond_type", Measure::Auto),
    }
    // These only affect the measures Collection and Geospatial, which are refused.
    ignored: [
        "deriveFormulaCollectionMeasure", "deriveFormulaGeoMeasure",
        "deriveConditionalCollectionMeasure", "deriveConditionalGeoMeasure",
    ]
}

/// A value of a nominal field with its condition.
#[derive(Debug, Clone)]
pub struct Rule {
    value: String,
    condition: String,
}

fn rules(element: &Element) -> Result<Vec<Rule>, StreamError> {
    let mut rules = Vec::new();
    for (at, row) in tables::rows(element).enumerate() {
        let place: usize = row.get_or("index", at)?;
        let rule = Rule { value: row.require_value("name")?, condition: row.require_value("condition")? };
        rules.push((place, rule));
    }
    rules.sort_by_key(|(place, _)| *place);
    Ok(rules.into_iter().map(|(_, rule)| rule).collect())
}

struct Derive {
    /// The new fields: the name of each, and the meaning of `@FIELD`.
    fields: Vec<(String, Option<String>)>,
    value: NewValue,
    measure: Measure,
    /// The possible values of the field, if the node lists them.
    values: Values,
    /// Their storage.
    storage: Option<Storage>,
}

#[expect(clippy::large_enum_variant, reason = "a node has one of them")]
enum NewValue {
    /// An expression, and the parts of it that the user wrote.
    Expression { whole: Clem, parts: Vec<Clem> },
    /// A state: conditions to switch it on and off.
    State { on: Clem, off: Clem, start: bool },
    /// A count.
    Count { grows: Clem, by: Clem, resets: Option<Clem>, start: Scalar },
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: DeriveSettings = compile.settings()?;
    let fields = match settings.mode {
        Mode::Single if settings.name.is_empty() => {
            return Err(compile.refuse_value("deriveSingleFieldName", "", "the new field needs a name"));
        }
        Mode::Single => vec![(settings.name.clone(), None)],
        Mode::Multiple => {
            let Some(names) = settings.position.extend(&settings.fields, &settings.extension) else {
                let property = "deriveMultipleExtensionPosition";
                return Err(compile.refuse_value(
                    property,
                    &settings.position,
                    "prefix and suffix are supported",
                ));
            };
            names.into_iter().zip(settings.fields.iter().cloned().map(Some)).collect()
        }
        ref other => {
            return Err(compile.refuse_value("deriveMode", other, "single and multiple are supported"));
        }
    };
    let value = match settings.derive_as {
        DeriveAs::Formula => {
            let whole = Clem::parse(&settings.formula, "deriveFormulaExpression", compile)?;
            (NewValue::Expression { whole, parts: Vec::new() }, Values::Unread, None)
        }
        DeriveAs::Conditional => (conditional(&settings, compile)?, Values::Unread, None),
        DeriveAs::Flag => flag(&settings, compile)?,
        DeriveAs::Nominal => nominal(&settings, compile)?,
        DeriveAs::State => state(&settings, compile)?,
        DeriveAs::Count => count(&settings, compile)?,
        ref other => {
            return Err(compile.refuse_value("deriveType", other, "the type of derivation is unknown"));
        }
    };
    let measure = measure(&settings, compile)?;
    let (value, values, storage) = value;
    Ok(Compiled::process(Derive { fields, value, measure, values, storage }))
}

type Compiling = Result<(NewValue, Values, Option<Storage>), Reported>;

fn measure(settings: &DeriveSettings, compile: &mut Compile<'_>) -> Result<Measure, Reported> {
    let (property, measure) = match settings.derive_as {
        DeriveAs::Flag => ("deriveFlagFieldMeasure", &settings.flag_measure),
        DeriveAs::Nominal => ("deriveSetFieldMeasure", &settings.set_measure),
        DeriveAs::State => ("deriveStateFieldMeasure", &settings.state_measure),
        DeriveAs::Count => ("deriveCountFieldMeasure", &settings.count_measure),
        DeriveAs::Conditional => ("deriveConditionalFieldMeasure", &settings.conditional_measure),
        _ => ("deriveFormulaFieldMeasure", &settings.formula_measure),
    };
    match measure {
        Measure::Other(other) => {
            let message = "collections and geospatial fields are not supported";
            Err(compile.refuse_value(property, other, message))
        }
        known => Ok(known.clone()),
    }
}

/// An expression for the truth of a condition. The line break ends a comment of the user.
fn test(condition: &str) -> String {
    format!("({condition}\n)")
}

fn conditional(settings: &DeriveSettings, compile: &mut Compile<'_>) -> Result<NewValue, Reported> {
    let written = [
        (&settings.if_, "deriveConditionalIfCondition"),
        (&settings.then, "deriveConditionalThenExpression"),
        (&settings.otherwise, "deriveConditionalElseExpression"),
    ];
    let mut parts = Vec::new();
    for (text, property) in written {
        parts.push(Clem::parse(text, property, compile)?);
    }
    let [condition, then, otherwise] = written.map(|(text, _)| test(text));
    let whole = format!("if {condition} then {then} else {otherwise} endif");
    Ok(NewValue::Expression {
        whole: Clem::parse(&whole, "deriveConditionalThenExpression", compile)?,
        parts,
    })
}

fn flag(settings: &DeriveSettings, compile: &mut Compile<'_>) -> Compiling {
    let (yes, no, storage) = two_values(&settings.flag_true, &settings.flag_false);
    let condition = Clem::parse(&settings.flag, "deriveFlagFieldCondition", compile)?;
    let whole = format!("if {} then {} else {} endif", test(&settings.flag), literal(&yes), literal(&no));
    let whole = Clem::parse(&whole, "deriveFlagFieldCondition", compile)?;
    let value = NewValue::Expression { whole, parts: vec![condition] };
    Ok((value, Values::Flag(no, yes), Some(storage)))
}

fn nominal(settings: &DeriveSettings, compile: &mut Compile<'_>) -> Compiling {
    let names = settings.rules.iter().map(|rule| rule.value.as_str()).chain([settings.set_default.as_str()]);
    let storage = literal::typed(names.clone());
    // In the order of the rules, the default last, like Modeler.
    let mut members: Vec<Scalar> = Vec::new();
    for name in names {
        let member = literal::value(name, storage);
        if !member.is_null() && !members.contains(&member) {
            members.push(member);
        }
    }
    let mut parts = Vec::new();
    let mut whole = String::new();
    for (at, rule) in settings.rules.iter().enumerate() {
        let property: Cow<'static, str> = format!("deriveSetTable/{:?}/condition", rule.value).into();
        parts.push(Clem::parse(&rule.condition, property, compile)?);
        let value = literal(&literal::value(&rule.value, storage));
        let keyword = if at == 0 { "if" } else { " elseif" };
        whole += &format!("{keyword} {} then {value}", test(&rule.condition));
    }
    let default = literal(&literal::value(&settings.set_default, storage));
    let whole = match settings.rules.is_empty() {
        true => default,
        false => format!("{whole} else {default} endif"),
    };
    let whole = Clem::parse(&whole, "deriveSetTable", compile)?;
    Ok((NewValue::Expression { whole, parts }, Values::Members(members), Some(storage)))
}

fn state(settings: &DeriveSettings, compile: &mut Compile<'_>) -> Compiling {
    let (on_value, off_value, storage) = two_values(&settings.on_value, &settings.off_value);
    let start = match settings.initial_state {
        Initial::On => true,
        Initial::Off => false,
        ref other => {
            return Err(compile.refuse_value("deriveStateInitialState", other, "on and off are supported"));
        }
    };
    let on = Clem::parse(&settings.on, "deriveStateOnCondition", compile)?;
    let off = Clem::parse(&settings.off, "deriveStateOffCondition", compile)?;
    Ok((NewValue::State { on, off, start }, Values::Flag(off_value, on_value), Some(storage)))
}

fn count(settings: &DeriveSettings, compile: &mut Compile<'_>) -> Compiling {
    let Some(start) = literal::number(settings.initial_count.trim()) else {
        let message = "the initial value must be a number";
        return Err(compile.refuse_value("deriveCountInitialValue", &settings.initial_count, message));
    };
    let grows = Clem::parse(&settings.increment_where, "deriveCountIncrementCondition", compile)?;
    let by = Clem::parse(&settings.increment, "deriveCountIncrementByExpression", compile)?;
    let resets = match settings.reset_where.trim() {
        "" => None,
        _ => Some(Clem::parse(&settings.reset_where, "deriveCountResetCondition", compile)?),
    };
    Ok((NewValue::Count { grows, by, resets, start }, Values::Unread, None))
}

/// Two values of a flag, of one storage.
fn two_values(yes: &str, no: &str) -> (Scalar, Scalar, Storage) {
    let storage = literal::typed([yes, no]);
    (literal::value(yes, storage), literal::value(no, storage), storage)
}

/// The programs of one new field.
enum Checked {
    Expression(Program),
    Machine { inputs: Vec<(Program, Storage)>, start: Start },
}

impl Derive {
    /// The new fields and their programs.
    fn check(&self, input: &DataModel, run: Option<&NodeRun>) -> Result<Vec<(Field, Checked)>, NodeError> {
        let checked = self.fields.iter().map(|(name, field)| {
            if let Some(field) = field {
                require(input, field)?;
            }
            if input.field(name).is_some() {
                return Err(DataFault::DuplicateField(name.clone()).into());
            }
            let (checked, storage, measure) = self.check_value(input, field.as_deref(), run)?;
            let mut new = Field::new(name, storage);
            new.measure = if self.measure == Measure::Auto { measure } else { self.measure.clone() };
            if matches!(
                (&new.measure, &self.values),
                (Measure::Flag, Values::Flag(..)) | (Measure::Set | Measure::OrderedSet, Values::Members(_))
            ) {
                new.values = self.values.clone();
            }
            Ok((new, checked))
        });
        checked.collect()
    }

    fn check_value(
        &self,
        input: &DataModel,
        field: Option<&str>,
        run: Option<&NodeRun>,
    ) -> Result<(Checked, Storage, Measure), NodeError> {
        let check = |clem: &Clem| clem.check_for(input, field, run);
        let condition = |clem: &Clem| {
            let program = check(clem)?;
            match program.storage() {
                None | Some(Storage::Integer) => Ok((program, Storage::Integer)),
                Some(other) => {
                    let source = program.source();
                    Err(NodeError::Model(format!(
                        "the condition {source:?} is {other} instead of true or false"
                    )))
                }
            }
        };
        Ok(match &self.value {
            NewValue::Expression { whole, parts } => {
                parts.iter().try_for_each(|part| check(part).map(drop))?;
                let program = check(whole)?;
                // An expression that is null in every record has no storage of its own.
                let storage = self.storage.or(program.storage()).unwrap_or(Storage::Integer);
                let measure = program.measure();
                (Checked::Expression(program), storage, measure)
            }
            NewValue::State { on, off, start } => {
                let inputs = vec![condition(on)?, condition(off)?];
                let storage = self.storage.unwrap_or(Storage::String);
                let (off, on) = match &self.values {
                    Values::Flag(off, on) => (off.clone(), on.clone()),
                    _ => (Scalar::Null, Scalar::Null),
                };
                let start = Start::State { is_on: *start, on, off };
                (Checked::Machine { inputs, start }, storage, Measure::Flag)
            }
            NewValue::Count { grows, by, resets, start } => {
                let increment = check(by)?;
                let whole =
                    increment.storage() == Some(Storage::Integer) && matches!(start, Scalar::Integer(_));
                let storage = if whole { Storage::Integer } else { Storage::Real };
                let mut inputs = vec![condition(grows)?, (increment, storage)];
                if let Some(resets) = resets {
                    inputs.push(condition(resets)?);
                }
                let value = start.to_storage(storage).unwrap_or(Scalar::Null);
                (Checked::Machine { inputs, start: Start::Count { value } }, storage, Measure::Range)
            }
        })
    }
}

#[async_trait]
impl Process for Derive {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let new = self.check(input, None)?.into_iter().map(|(field, _)| field);
        Ok(DataModel::new(input.fields().iter().cloned().chain(new).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let mut results = Vec::new();
        let mut machines = Vec::new();
        for (at, (field, checked)) in self.check(input.model(), Some(run))?.into_iter().enumerate() {
            match checked {
                Checked::Expression(program) => results.push((program, field)),
                Checked::Machine { inputs, start } => {
                    let machine = Machine { storage: field.storage, inputs: inputs.len(), start };
                    for (part, (program, storage)) in inputs.into_iter().enumerate() {
                        results.push((program, machine::hidden(at, part, storage)));
                    }
                    machines.push((field, machine));
                }
            }
        }
        let fields = input.model().len();
        let derived = clem::derive(input, results, run)?;
        if machines.is_empty() { Ok(derived) } else { machine::run(derived, fields, machines, run) }
    }
}

#[cfg(test)]
mod tests;
