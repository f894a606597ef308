//! The nugget types of builders, and their content, as known from real streams.

use crate::element::Element;
use crate::error::Result;
use crate::node::NodeType;

/// The nugget type of a builder.
pub(super) struct Shape {
    /// Class of the builder and, in an extension, the extension's name for it.
    builder: (&'static str, Option<&'static str>),
    /// Class of the nugget.
    pub(super) class: &'static str,
    /// Name of the builder in the nugget's `modelBuildInfo`.
    pub(super) model_builder: &'static str,
    /// The form of its model.
    pub(super) body: Body,
    /// Its own properties, beyond those of all nuggets.
    pub(super) options: &'static [&'static [ScoringOption]],
    /// Those of them that belong to the model: a refresh replaces them, too.
    pub(super) renewed: &'static [&'static str],
}

/// The form of a nugget's model.
pub(super) enum Body {
    /// In `properties/model`: a model of this class with these structures after its header.
    Native { class: &'static str, parts: &'static [&'static str] },
    /// In containers.
    Extension(Extension),
    /// In SCF files, one of them `PMML`. Has the extension's name for the nugget.
    Component { object: &'static str },
}

/// The content of an extension's nugget.
pub(super) struct Extension {
    /// The extension's name for the nugget.
    pub(super) element: &'static str,
    /// The value of `containerIds`.
    pub(super) ids: &'static str,
    /// The containers.
    pub(super) containers: &'static [Container],
}

/// A container of a nugget of an extension.
pub(super) struct Container {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    /// For models: further attributes. `None` for a report.
    pub(super) model: Option<&'static [(&'static str, &'static str)]>,
    pub(super) type_id: &'static str,
    pub(super) format: &'static str,
}

/// A property of a nugget.
pub(super) struct ScoringOption {
    pub(super) name: &'static str,
    /// The builder's property with its value.
    pub(super) from: &'static str,
    /// Its value if the builder has no such property; `None` if the builder must have it.
    pub(super) or: Option<&'static str>,
}

const fn option(name: &'static str, or: &'static str) -> ScoringOption {
    ScoringOption { name, from: name, or: Some(or) }
}

const fn copied(name: &'static str) -> ScoringOption {
    ScoringOption { name, from: name, or: None }
}

const fn copied_from(name: &'static str, from: &'static str) -> ScoringOption {
    ScoringOption { name, from, or: None }
}

const PROPENSITIES: [ScoringOption; 4] = [
    option("calculateVariableImportances", "true"),
    option("calculateRawPropensities", "false"),
    option("calculateAdjustedPropensities", "false"),
    option("propensityModel", ""),
];

const RULES: [ScoringOption; 7] = [
    option("analysisReportList", ""),
    option("calculateConfidences", "true"),
    option("displayRuleIdField", "false"),
    // From 18.22 on `partial`. It controls SQL pushback of the scoring.
    option("enableSqlGenerationForRules", "off"),
    option("useMisclassificationCosts", "false"),
    option("useSmartScore", "true"),
    // A structure for builders without one: see `misclassification_costs`.
    option(MISCLASSIFICATION_COSTS, ""),
];

/// The only property that is neither empty nor text.
pub(super) const MISCLASSIFICATION_COSTS: &str = "misclassificationCosts";

/// Equal costs.
pub(super) fn misclassification_costs() -> Element {
    Element::new(MISCLASSIFICATION_COSTS).with_leaf("defaultCost", "1.0").with_child(Element::new("entries"))
}

const TREE: [&str; 11] = [
    "pmml",
    "binaryModel",
    "groupSymbolics",
    "estimatedAccuracy",
    "allowsFrequencies",
    "allowsSurrogates",
    "useCrossValidation",
    "crossValidationMean",
    "crossValidationSE",
    "builtWithC5",
    "root",
];

const ASSOCIATION: [&str; 16] = [
    "transactionCount",
    "minimumSupport",
    "minimumConfidence",
    "maximumSupport",
    "maximumConfidence",
    "minimumLift",
    "maximumLift",
    "minimumDeployability",
    "maximumDeployability",
    "minimumRuleSupport",
    "maximumRuleSupport",
    "ruleID",
    "contentFieldName",
    "transactionFieldName",
    "rules",
    "types",
];

const SHAPES: [Shape; 12] = [
    Shape {
        builder: ("BuildC5RuleNode", None),
        class: "ApplyC5RuleNode",
        model_builder: "BuildC5RuleNode",
        body: Body::Native { class: "RuleTreeModel", parts: &TREE },
        options: &[&PROPENSITIES, &RULES],
        renewed: &[],
    },
    Shape {
        builder: ("CFBuildModelNode", Some("Cart")),
        class: "ApplyCartRuleNode",
        model_builder: "BuildCartRuleNode",
        body: Body::Native { class: "RuleTreeModel", parts: &TREE },
        options: &[&PROPENSITIES, &RULES],
        renewed: &[],
    },
    Shape {
        builder: ("CFBuildModelNode", Some("Chaid")),
        class: "ApplyChaidRuleNode",
        model_builder: "BuildChaidRuleNode",
        body: Body::Native { class: "RuleTreeModel", parts: &TREE },
        options: &[&PROPENSITIES, &RULES, &[option("modelType", "Single")]],
        renewed: &[],
    },
    Shape {
        builder: ("BuildKMeansNode", None),
        class: "ApplyKMeansNode",
        model_builder: "BuildKMeansNode",
        body: Body::Native {
            class: "KMeansModel",
            parts: &["pmml", "kmeansCentreFile", "kmeansResFile", "clusterFile"],
        },
        options: &[
            &PROPENSITIES,
            &[
                copied("clusterLabel"),
                copied("clusterLabelType"),
                copied("encodingValueForSets"),
                copied("generateDistanceField"),
                copied("numClusters"),
                copied("showClusterProximity"),
                copied("useBinarySetEncoding"),
                option("enableSqlGenerationFromModel", "false"),
            ],
        ],
        renewed: &[],
    },
    Shape {
        builder: ("BuildAprioriNode", None),
        class: "ApplyAprioriNode",
        model_builder: "BuildAprioriNode",
        body: Body::Native { class: "AssociationModel", parts: &ASSOCIATION },
        options: &[&[
            option("associationMaxPredictions", "3"),
            option("checkPredictions", "notInBasket"),
            option("enableSqlGenerationFromModel", "false"),
            option("ignoreUnmatchedItems", "true"),
            option("maxLengthSet", "10"),
            option("repeatPredictions", "false"),
            option("ruleCriteria", "confidence"),
            copied("transactionalData"),
        ]],
        renewed: &[],
    },
    Shape {
        builder: ("BuildLogisticNode", None),
        class: "ApplyLogisticNode",
        model_builder: "BuildLogisticNode",
        body: Body::Native {
            class: "LogisticRegressionModel",
            parts: &["pmml", "binomialModel", "method", "cateInputsNum", "internalModel", "equations"],
        },
        options: &[
            &PROPENSITIES,
            &[
                option("analysisReportList", ""),
                copied("appendProbabilities"),
                option("calculateConfidences", "true"),
                option("enableSqlGenerationFromModel", "false"),
                option("htmlText", ""),
                copied("includeConstant"),
                copied("logisticProcedure"),
                option("useSmartScore", "true"),
            ],
        ],
        renewed: &[],
    },
    Shape {
        builder: ("BuildRegressionNode", None),
        class: "ApplyRegressionNode",
        model_builder: "BuildRegressionNode",
        body: Body::Native { class: "LinearRegressionModel", parts: &["pmml", "equation"] },
        options: &[
            &PROPENSITIES,
            &[
                option("analysisReportList", ""),
                option("enableSqlGenerationFromModel", "false"),
                option("htmlText", ""),
                option("xmlText", ""),
            ],
        ],
        renewed: &[],
    },
    Shape {
        builder: ("CFBuildModelNode", Some("LinearRegression")),
        class: "CFApplyModelNode",
        model_builder: "LinearRegression!spss.alm-extension",
        body: Body::Component { object: "LinearRegressionModel" },
        options: &[],
        renewed: &[],
    },
    Shape {
        builder: ("ExtensionBuildModelNode", Some("buildSVM")),
        class: "ExtensionApplyModelNode",
        model_builder: "spss.svm_id!buildSVM",
        body: Body::Extension(Extension {
            element: "applySVM",
            ids: "[model]",
            containers: &[Container {
                name: "model",
                class: "DefaultModelContainer",
                model: Some(&[("algorithmLabelKey", "SVMOutput.LABEL")]),
                type_id: "SVM_model",
                format: "UTF8",
            }],
        }),
        options: &[
            &PROPENSITIES,
            &[
                option("_GenerateSQL", "false"),
                copied("_adjusted_propensity"),
                copied_from("_adjusted_propensity_available", "_adjusted_propensity"),
                copied("_all_probabilities"),
                copied("_raw_propensity"),
                copied_from("_raw_propensity_available", "_raw_propensity"),
                copied("_variable_importance"),
                copied_from("_variable_importance_available", "_variable_importance"),
                option("analysisReportList", ""),
                option("ta_model_content", ""),
            ],
        ],
        renewed: &[],
    },
    Shape {
        builder: ("ExtensionBuildModelNode", Some("RT")),
        class: "ExtensionApplyModelNode",
        model_builder: "spss.randomTrees!RT",
        body: Body::Extension(Extension {
            element: "applyRandomTrees",
            ids: "[PMML StatXML StatJSON]",
            containers: &[
                Container {
                    name: "StatXML",
                    class: "DefaultDocumentContainer",
                    model: None,
                    type_id: "as_container",
                    format: "Binary",
                },
                Container {
                    name: "PMML",
                    class: "ASModelContainer",
                    model: Some(&[("isSplit", "false")]),
                    type_id: "as_container",
                    format: "Binary",
                },
                Container {
                    name: "StatJSON",
                    class: "DefaultDocumentContainer",
                    model: None,
                    type_id: "StatJSON",
                    format: "UTF8",
                },
            ],
        }),
        options: &[
            &PROPENSITIES,
            &[
                option("_GenerateSQL", "false"),
                option("_calculate_conf", "true"),
                option("analysisReportList", ""),
            ],
        ],
        renewed: &[],
    },
    Shape {
        builder: ("CFBuildModelNode", Some("neuralnet")),
        class: "CFApplyModelNode",
        model_builder: "neuralnet!spss.neuralnet-extension",
        body: Body::Component { object: "neuralnetmodel" },
        options: &[],
        renewed: &[],
    },
    Shape {
        builder: ("BuildFeatureSelectionNode", None),
        class: "ApplyFeatureSelectionNode",
        model_builder: "BuildFeatureSelectionNode",
        body: Body::Native { class: "FeatureSelectionModel", parts: &["ranked", "screened"] },
        options: &[&[option("rankedFieldSelection", ""), option("screenedFieldSelection", "")]],
        renewed: &["rankedFieldSelection", "screenedFieldSelection"],
    },
];

/// The nugget type of a builder, or the reason why it is unknown.
pub(super) fn of(builder: &Element) -> Result<std::result::Result<&'static Shape, String>> {
    let node_type = NodeType::from_element(builder)?;
    let wanted = (node_type.class(), node_type.extension());
    let found = SHAPES.iter().find(|shape| shape.builder == wanted);
    Ok(found.ok_or_else(|| format!("what a nugget of {node_type} consists of is not known")))
}
