//! `SupportVectorMachineModel`.
//!
//! <https://dmg.org/pmml/v4-4/SupportVectorMachine.html>

mod machine;
mod vectors;

use std::collections::HashMap;

use crate::common::ModelHeader;
use crate::error::PmmlError;
use crate::xml::Node;

pub use machine::{Platt, SupportVectorMachine};
pub use vectors::VectorField;

/// A support vector machine model.
#[derive(Debug, Clone)]
pub struct SupportVectorMachineModel {
    /// What all models share.
    pub header: ModelHeader,
    /// How two vectors are compared.
    pub kernel: Kernel,
    /// Whether machines are made of support vectors or of coefficients.
    pub representation: Representation,
    /// How machines vote when there are several.
    pub method: ClassificationMethod,
    /// The number that decides between two categories, unless a machine has its own.
    pub threshold: f64,
    /// Whether the larger number wins; not stated before PMML 4.2, nor by IBM.
    pub max_wins: Option<bool>,
    /// The fields that make up a vector.
    pub fields: Vec<VectorField>,
    /// The support vectors, one after the other, as long as `fields` each.
    pub vectors: Vec<f64>,
    /// The machines. Regression and two categories need one.
    pub machines: Vec<SupportVectorMachine>,
}

/// How two vectors are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kernel {
    /// ⟨x, y⟩
    Linear,
    /// (γ⟨x, y⟩ + c)^d
    Polynomial {
        /// γ
        gamma: f64,
        /// c
        coef0: f64,
        /// d
        degree: f64,
    },
    /// exp(−γ‖x − y‖²)
    RadialBasis {
        /// γ
        gamma: f64,
    },
    /// tanh(γ⟨x, y⟩ + c)
    Sigmoid {
        /// γ
        gamma: f64,
        /// c
        coef0: f64,
    },
}

/// What a machine is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representation {
    /// A weighted sum over support vectors.
    SupportVectors,
    /// A weighted sum over fields; only for the linear kernel.
    Coefficients,
}

/// How several machines make one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassificationMethod {
    /// One machine a category; the extreme one wins.
    OneAgainstAll,
    /// One machine a pair of categories; most votes win.
    OneAgainstOne,
}

impl SupportVectorMachineModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = [
            "svmRepresentation",
            "classificationMethod",
            "threshold",
            "maxWins",
            "alternateBinaryTargetCategory",
        ];
        let children = [&["VectorDictionary", "SupportVectorMachine"][..], &Kernel::ELEMENTS].concat();
        let header = ModelHeader::read(node, &attributes, &children)?;
        let representations = [
            ("SupportVectors", Representation::SupportVectors),
            ("Coefficients", Representation::Coefficients),
        ];
        let methods = [
            ("OneAgainstAll", ClassificationMethod::OneAgainstAll),
            ("OneAgainstOne", ClassificationMethod::OneAgainstOne),
        ];
        let representation = node.one_of("svmRepresentation", &representations)?;
        let representation = representation.unwrap_or(Representation::SupportVectors);
        let dictionary = vectors::Dictionary::read(&node.required_child("VectorDictionary")?)?;
        let ids: HashMap<&str, usize> =
            dictionary.ids.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
        let mut machines = Vec::new();
        for machine in node.all("SupportVectorMachine") {
            let mut machine = SupportVectorMachine::read(&machine, representation, &ids)?;
            // Before PMML 3.2 the category stood on the model.
            if machine.alternate_category.is_none() {
                machine.alternate_category = node.owned("alternateBinaryTargetCategory");
            }
            machines.push(machine);
        }
        if machines.is_empty() {
            return Err(node.invalid("no SupportVectorMachine element"));
        }
        Ok(Self {
            header,
            kernel: Kernel::read(node)?,
            representation,
            method: node
                .one_of("classificationMethod", &methods)?
                .unwrap_or(ClassificationMethod::OneAgainstAll),
            threshold: node.number("threshold")?.unwrap_or(0.0),
            max_wins: node.boolean("maxWins")?,
            fields: dictionary.fields,
            vectors: dictionary.vectors,
            machines,
        })
    }
}

impl Kernel {
    const ELEMENTS: [&str; 4] =
        ["LinearKernelType", "PolynomialKernelType", "RadialBasisKernelType", "SigmoidKernelType"];

    fn read(model: &Node<'_>) -> Result<Self, PmmlError> {
        let mut kernels = model.children().filter(|n| Self::ELEMENTS.contains(&n.name()));
        let node = kernels.next().ok_or_else(|| model.invalid("no kernel element"))?;
        if kernels.next().is_some() {
            return Err(model.invalid("more than one kernel element"));
        }
        node.expect(&["description", "gamma", "coef0", "degree"], &[])?;
        let number = |name| Ok::<f64, PmmlError>(node.number(name)?.unwrap_or(1.0));
        Ok(match node.name() {
            "LinearKernelType" => Self::Linear,
            "PolynomialKernelType" => Self::Polynomial {
                gamma: number("gamma")?,
                coef0: number("coef0")?,
                degree: number("degree")?,
            },
            "RadialBasisKernelType" => Self::RadialBasis { gamma: number("gamma")? },
            _ => Self::Sigmoid { gamma: number("gamma")?, coef0: number("coef0")? },
        })
    }
}
