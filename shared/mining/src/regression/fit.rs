//! A fitted model with its statistics.

use super::moments::Moments;
use crate::sweep::Swept;
use crate::tails::{f_tail, t_distance, t_tails};

/// A coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub error: f64,
    /// The estimate divided by its standard error.
    pub t: f64,
    /// The probability of a t value that is farther from 0.
    pub significance: f64,
}

/// A least squares model of one column, the last one, by some of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The columns in the model, in order.
    pub columns: Vec<usize>,
    /// The constant, if the model has one.
    pub constant: Option<Coefficient>,
    /// The coefficients of the columns.
    pub coefficients: Vec<Coefficient>,
    /// The number of records.
    pub records: usize,
    /// The sum of squares of the target: about its mean, or about 0 without a constant.
    pub total: f64,
    /// The sum of squares of the residuals.
    pub residual: f64,
}

impl Fit {
    /// The model with the columns that are swept; the last column is the target.
    pub(super) fn of(swept: &Swept, moments: &Moments, has_constant: bool) -> Self {
        let target = moments.columns().saturating_sub(1);
        let total = moments.product(target, target);
        let columns: Vec<usize> = (0..target).filter(|column| swept.is_inside(*column)).collect();
        let residual = (swept.at(target, target) * total).max(0.0);
        let mut fit = Self {
            columns,
            constant: None,
            coefficients: Vec::new(),
            records: moments.records,
            total,
            residual,
        };
        let df = moments.records as f64 - fit.columns.len() as f64 - f64::from(u8::from(has_constant));
        let variance = residual / df;
        let coefficient = |estimate: f64, factor: f64| {
            let error = (variance * factor.max(0.0)).sqrt();
            let t = estimate / error;
            Coefficient { estimate, error, t, significance: t_tails(t, df) }
        };
        let scale = |column: usize| moments.scale(column);
        let mut mean_factor = 1.0 / moments.records as f64;
        let mut constant = moments.means.get(target).copied().unwrap_or_default();
        let mean = |column: usize| moments.means.get(column).copied().unwrap_or_default();
        for column in &fit.columns {
            let estimate = swept.at(*column, target) * scale(target) / scale(*column);
            let own = -swept.at(*column, *column) / scale(*column) / scale(*column);
            fit.coefficients.push(coefficient(estimate, own));
            constant -= estimate * mean(*column);
            for other in &fit.columns {
                let covariance = -swept.at(*column, *other) / scale(*column) / scale(*other);
                mean_factor += mean(*column) * covariance * mean(*other);
            }
        }
        if has_constant {
            fit.constant = Some(coefficient(constant, mean_factor));
        }
        fit
    }

    /// Degrees of freedom of the model without its constant.
    pub fn model_df(&self) -> f64 {
        self.columns.len() as f64
    }

    /// Degrees of freedom of the total: n − 1, or n without a constant.
    pub fn total_df(&self) -> f64 {
        self.records as f64 - f64::from(u8::from(self.constant.is_some()))
    }

    /// Degrees of freedom of the residuals.
    pub fn residual_df(&self) -> f64 {
        self.total_df() - self.model_df()
    }

    /// R²: the share of the target's squares that the model explains.
    pub fn r_squared(&self) -> f64 {
        1.0 - self.residual / self.total
    }

    /// R² adjusted for the number of coefficients.
    pub fn adjusted_r_squared(&self) -> f64 {
        1.0 - (self.residual / self.residual_df()) / (self.total / self.total_df())
    }

    /// The standard error of the estimate.
    pub fn standard_error(&self) -> f64 {
        (self.residual / self.residual_df()).sqrt()
    }

    /// The F value of the model.
    pub fn f(&self) -> f64 {
        ((self.total - self.residual) / self.model_df()) / (self.residual / self.residual_df())
    }

    /// The probability of a larger F value.
    pub fn significance(&self) -> f64 {
        f_tail(self.f(), self.model_df(), self.residual_df())
    }

    /// Akaike's information criterion, n·ln(SSE/n) + 2p, as Modeler defines it for linear models.
    pub fn aic(&self) -> f64 {
        let records = self.records as f64;
        records * (self.residual / records).ln() + 2.0 * self.parameters()
    }

    /// The same, corrected for small samples.
    pub fn aicc(&self) -> f64 {
        let parameters = self.parameters();
        self.aic() + 2.0 * parameters * (parameters + 1.0) / (self.records as f64 - parameters - 1.0)
    }

    /// The limits of a coefficient at a confidence from 0 to 1.
    pub fn limits(&self, coefficient: &Coefficient, confidence: f64) -> (f64, f64) {
        let distance = t_distance(1.0 - confidence, self.residual_df()) * coefficient.error;
        (coefficient.estimate - distance, coefficient.estimate + distance)
    }

    /// The number of coefficients, the constant included.
    fn parameters(&self) -> f64 {
        self.model_df() + f64::from(u8::from(self.constant.is_some()))
    }
}
