//! A linear model as PMML (GeneralRegressionModel), in the form that Modeler writes.

use satsuma_columns::{Field, Storage};
use satsuma_mining::regression::EffectsModel;
use satsuma_stream::Element;

use super::prepared::{CUTOFF, Effect, EffectValues};
use crate::builders::columns::Column;
use crate::builders::header::{APPLICATION, number, of_scalar};

/// The ending of the names of prepared inputs.
const PREPARED: &str = "_transformed";

/// The name of an effect in the model.
pub(super) fn effect_name(effect: &Effect, columns: &[Column], prepares: bool) -> String {
    let field = columns.get(effect.column).map(|column| column.field.name.as_str()).unwrap_or_default();
    if prepares { format!("{field}{PREPARED}") } else { field.to_owned() }
}

/// A parameter of the model.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) label: String,
    /// The effect and the value of its predictor; none for the constant.
    pub(super) of: Option<(String, String)>,
    /// The place of its coefficient in the fit: that of the constant is `None`.
    pub(super) coefficient: Option<usize>,
    /// Whether it is redundant: others determine it.
    pub(super) is_redundant: bool,
}

/// The constant, and the columns of all effects in the model.
pub(super) fn parameters(
    columns: &[Column],
    effects: &[Effect],
    design: &[Vec<usize>],
    model: &EffectsModel,
    prepares: bool,
) -> Vec<Parameter> {
    let constant = Parameter {
        name: String::new(),
        label: "Intercept".to_owned(),
        of: None,
        coefficient: None,
        is_redundant: false,
    };
    let mut parameters = vec![constant];
    for at in &model.effects {
        let (Some(effect), Some(places)) = (effects.get(*at), design.get(*at)) else { continue };
        let name = effect_name(effect, columns, prepares);
        for (number, place) in places.iter().enumerate() {
            let coefficient = model.fit.columns.iter().position(|column| column == place);
            let (label, value) = match &effect.values {
                EffectValues::Number(_) => (name.clone(), "1".to_owned()),
                EffectValues::Factor { labels, .. } => {
                    let value = labels.get(number).cloned().unwrap_or_default();
                    (format!("[{name}={value}]"), value)
                }
            };
            parameters.push(Parameter {
                name: String::new(),
                label,
                of: Some((name.clone(), value)),
                coefficient,
                is_redundant: coefficient.is_none(),
            });
        }
    }
    for (parameter, number) in parameters.iter_mut().zip(1..) {
        parameter.name = format!("P{number:07}");
    }
    parameters
}

/// The document.
pub(super) fn document(
    columns: &[Column],
    effects: &[Effect],
    parameters: &[Parameter],
    model: &EffectsModel,
    prepares: bool,
) -> Element {
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let target = columns.last().map(|column| &column.field);
    let used = effects.iter().filter_map(|effect| columns.get(effect.column));
    let dictionary = Element::new("DataDictionary")
        .with_children(target.map(|field| data_field(field, &[])))
        .with_children(used.map(|column| {
            let categories: Vec<String> =
                column.categories.iter().flatten().map(|value| of_scalar(value).text()).collect();
            data_field(&column.field, &categories)
        }));
    let mut document = Element::new("PMML")
        .with_attr("version", "4.3")
        .with_attr("xmlns", "http://www.dmg.org/PMML-4_3")
        .with_child(Element::new("Header").with_attr("copyright", "").with_child(application))
        .with_child(dictionary);
    if prepares {
        let derived = effects.iter().filter_map(|effect| Some(derived(effect, columns.get(effect.column)?)));
        document = document.with_child(Element::new("TransformationDictionary").with_children(derived));
    }
    document.with_child(general(columns, effects, parameters, model, prepares))
}

fn data_field(field: &Field, categories: &[String]) -> Element {
    let data_type = match field.storage {
        Storage::Integer => "integer",
        Storage::Real => "double",
        Storage::Date => "date",
        Storage::Time => "time",
        Storage::Timestamp => "dateTime",
        _ => "string",
    };
    let element = Element::new("DataField")
        .with_attr("dataType", data_type)
        .with_attr("displayName", field.name.as_str())
        .with_attr("name", field.name.as_str());
    if categories.is_empty() {
        return element.with_attr("optype", "continuous");
    }
    let extension = Element::new("Extension")
        .with_attr("extender", "spss.com")
        .with_attr("name", "noSpaceTrim")
        .with_attr("value", "true");
    let value = |text: &String| {
        Element::new("Value").with_attr("property", "valid").with_attr("value", text.as_str())
    };
    element
        .with_attr("optype", "categorical")
        .with_child(extension)
        .with_children(categories.iter().map(value))
}

/// A prepared input.
fn derived(effect: &Effect, column: &Column) -> Element {
    let field = column.field.name.as_str();
    let extension = |reason: &str, step: &str| {
        let value = |name: &str, value: &str| Element::new(name).with_attr("value", value);
        let action = Element::new("Action").with_attr("reasonKey", reason).with_attr("stepKey", step);
        Element::new("Extension")
            .with_attr("extender", "spss.com")
            .with_child(action)
            .with_child(value("UsageType", "enable"))
            .with_child(value("ClassOfField", "transformed feature"))
            .with_child(value("SourceField", field))
    };
    let element = |data_type: &str, kind: &str| {
        Element::new("DerivedField")
            .with_attr("dataType", data_type)
            .with_attr("displayName", field)
            .with_attr("name", format!("{field}{PREPARED}"))
            .with_attr("optype", kind)
    };
    match &effect.values {
        EffectValues::Number(moments) => {
            let clipped =
                moments.map_or_else(|| field_ref(field), |(mean, deviation)| clipped(field, mean, deviation));
            element("double", "continuous")
                .with_child(extension("OutlierTrim2ExtremeValue", "Outliers"))
                .with_child(clipped)
        }
        EffectValues::Factor { labels, numbers } => {
            let rows = column.categories.iter().flatten().zip(numbers).filter_map(|(category, number)| {
                let row = Element::new("row").with_leaf("input", &of_scalar(category).text());
                Some(row.with_leaf("output", labels.get((*number)?)?))
            });
            let pair = Element::new("FieldColumnPair").with_attr("column", "input").with_attr("field", field);
            let value = |text: &String| {
                Element::new("Value").with_attr("property", "valid").with_attr("value", text.as_str())
            };
            element("string", "categorical")
                .with_child(extension("Merge4MaximizeAssociation", "CategoricalFeatures"))
                .with_child(
                    Element::new("MapValues")
                        .with_attr("outputColumn", "output")
                        .with_child(pair)
                        .with_child(Element::new("InlineTable").with_children(rows)),
                )
                .with_children(labels.iter().map(value))
        }
    }
}

fn field_ref(field: &str) -> Element {
    Element::new("FieldRef").with_attr("field", field)
}

/// The field, but not farther from the mean than the cutoff.
fn clipped(field: &str, mean: f64, deviation: f64) -> Element {
    let far = CUTOFF * deviation;
    let constant =
        |value: f64| Element::new("Constant").with_attr("dataType", "double").with_text(&number(value));
    let apply = |function: &str| Element::new("Apply").with_attr("function", function);
    let (low, high) = (mean - far, mean + far);
    let test =
        |function: &str, limit: f64| apply(function).with_child(field_ref(field)).with_child(constant(limit));
    let above = apply("if")
        .with_child(test("greaterThan", high))
        .with_child(constant(high))
        .with_child(field_ref(field));
    apply("if").with_child(test("lessThan", low)).with_child(constant(low)).with_child(above)
}

fn general(
    columns: &[Column],
    effects: &[Effect],
    parameters: &[Parameter],
    model: &EffectsModel,
    prepares: bool,
) -> Element {
    let target = columns.last().map(|column| column.field.name.as_str()).unwrap_or_default();
    let inside = || model.effects.iter().filter_map(|effect| effects.get(*effect));
    let names = |is_factor: bool| {
        let fits = move |effect: &&Effect| matches!(effect.values, EffectValues::Factor { .. }) == is_factor;
        let names = inside().filter(fits).map(|effect| effect_name(effect, columns, prepares));
        names.map(|name| Element::new("Predictor").with_attr("name", name)).collect::<Vec<_>>()
    };
    let schema = inside().filter_map(|effect| columns.get(effect.column));
    let schema =
        schema.map(|column| Element::new("MiningField").with_attr("name", column.field.name.as_str()));
    let predicted = Element::new("MiningField").with_attr("name", target).with_attr("usageType", "predicted");
    let mut element = Element::new("GeneralRegressionModel")
        .with_attr("algorithmName", "ALM")
        .with_attr("functionName", "regression")
        .with_attr("modelName", "CSGLM")
        .with_attr("modelType", "generalLinear")
        .with_attr("targetVariableName", target)
        .with_child(Element::new("MiningSchema").with_child(predicted).with_children(schema))
        .with_child(statistics(target, model))
        .with_child(quality(target, model));
    let list = parameters.iter().map(|parameter| {
        Element::new("Parameter")
            .with_attr("label", parameter.label.as_str())
            .with_attr("name", parameter.name.as_str())
    });
    element = element.with_child(Element::new("ParameterList").with_children(list));
    for (list, predictors) in [("FactorList", names(true)), ("CovariateList", names(false))] {
        if !predictors.is_empty() {
            element = element.with_child(Element::new(list).with_children(predictors));
        }
    }
    let cells = parameters.iter().filter_map(|parameter| {
        let (predictor, value) = parameter.of.as_ref()?;
        let cell = Element::new("PPCell")
            .with_attr("parameterName", parameter.name.as_str())
            .with_attr("predictorName", predictor.as_str())
            .with_attr("value", value.as_str());
        Some(cell)
    });
    let coefficients = parameters.iter().map(|parameter| {
        let estimate = match (parameter.coefficient, parameter.is_redundant) {
            (_, true) => 0.0,
            (None, false) => model.fit.constant.map_or(0.0, |constant| constant.estimate),
            (Some(at), false) => model.fit.coefficients.get(at).map_or(0.0, |found| found.estimate),
        };
        let beta = if parameter.is_redundant { "0".to_owned() } else { number(estimate) };
        Element::new("PCell")
            .with_attr("beta", beta)
            .with_attr("df", if parameter.is_redundant { "0" } else { "1" })
            .with_attr("parameterName", parameter.name.as_str())
    });
    element
        .with_child(Element::new("PPMatrix").with_children(cells))
        .with_child(Element::new("ParamMatrix").with_children(coefficients))
}

fn statistics(target: &str, model: &EffectsModel) -> Element {
    let fit = &model.fit;
    let row = |kind: &str, squares: f64, df: f64| {
        Element::new("AnovaRow")
            .with_attr("degreesOfFreedom", df.to_string())
            .with_attr("sumOfSquares", number(squares))
            .with_attr("type", kind)
    };
    let explained = fit.total - fit.residual;
    let of_model = row("Model", explained, fit.model_df())
        .with_attr("fValue", number(fit.f()))
        .with_attr("meanOfSquares", number(explained / fit.model_df()))
        .with_attr("pValue", number(fit.significance()));
    let error = row("Error", fit.residual, fit.residual_df())
        .with_attr("meanOfSquares", number(fit.residual / fit.residual_df()));
    let total = row("Total", fit.total, fit.total_df());
    let anova = Element::new("Anova").with_child(of_model).with_child(error).with_child(total);
    let univariate = Element::new("UnivariateStats").with_attr("field", target).with_child(anova);
    Element::new("ModelStats").with_child(univariate)
}

fn quality(target: &str, model: &EffectsModel) -> Element {
    let fit = &model.fit;
    let quality = Element::new("PredictiveModelQuality")
        .with_attr("AIC", number(fit.aic()))
        .with_attr("AICc", number(fit.aicc()))
        .with_attr("adj-r-squared", number(fit.adjusted_r_squared()))
        .with_attr("fStatistic", number(fit.f()))
        .with_attr("numOfPredictors", model.effects.len().to_string())
        .with_attr("numOfRecords", fit.records.to_string())
        .with_attr("numOfRecordsWeighted", fit.records.to_string())
        .with_attr("r-squared", number(fit.r_squared()))
        .with_attr("sumSquaredError", number(fit.residual))
        .with_attr("sumSquaredRegression", number(fit.total - fit.residual))
        .with_attr("targetField", target);
    Element::new("ModelExplanation").with_child(quality)
}
