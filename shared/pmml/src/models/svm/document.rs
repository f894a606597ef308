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
    /// The properties of all models.
    pub header: ModelHeader,
    /// The kernel function of two vectors.
    pub kernel: Kernel,
    /// Whether machines have support vectors or coefficients.
    pub representation: Representation,
    /// The voting method of several machines.
    pub method: ClassificationMethod,
    /// The threshold between two categories, unless a machine has its own.
    pub threshold: f64,
    /// Whether the larger number wins; absent before PMML 4.2, and in IBM's documents.
    pub max_wins: Option<bool>,
    /// The fields of a vector.
    pub fields: Vec<VectorField>,
    /// The support vectors, concatenated; each has as many numbers as there are `fields`.
    pub vectors: Vec<f64>,
    /// The machines. Regression and two categories need one.
    pub machines: Vec<SupportVectorMachine>,
}

/// The kernel function of two vectors.
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

/// The parts of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representation {
    /// A weighted sum over support vectors.
    SupportVectors,
    /// A weighted sum over fields; only for the linear kernel.
    Coefficients,
}

/// The combination of several machines to one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassificationMethod {
    /// One machine per category; the extreme one wins.
    OneAgainstAll,
    /// One machine per pair of categories; most votes win.
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
            // Before PMML 3.2 the category was an attribute of the model.
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
