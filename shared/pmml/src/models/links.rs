//! Link functions, by their inverses: from a linear predictor to a mean or probability.

use std::f64::consts::PI;

use crate::program::normal;

/// A link function with its parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Link {
    /// η
    Identity,
    /// exp(η)
    Log,
    /// 1 / (1 + exp(−η))
    Logit,
    /// Φ(η)
    Probit,
    /// 1 − exp(−exp(η))
    Cloglog,
    /// exp(−exp(−η))
    Loglog,
    /// 1 − exp(η)
    Logc,
    /// 1 / (d · (exp(−η) − 1)), d the parameter
    Negbin(f64),
    /// 1 / (1 + (1 + dη)^(−1/d)), or that of logit for d = 0
    Oddspower(f64),
    /// η^(1/d), or exp(η) for d = 0
    Power(f64),
    /// 1/2 + arctan(η) / π
    Cauchit,
}

impl Link {
    /// The link function with this name.
    pub(crate) fn named(name: &str, parameter: f64) -> Option<Self> {
        Some(match name {
            "identity" => Self::Identity,
            "log" => Self::Log,
            "logit" => Self::Logit,
            "probit" => Self::Probit,
            "cloglog" => Self::Cloglog,
            "loglog" => Self::Loglog,
            "logc" => Self::Logc,
            "negbin" => Self::Negbin(parameter),
            "oddspower" => Self::Oddspower(parameter),
            "power" => Self::Power(parameter),
            "cauchit" => Self::Cauchit,
            _ => return None,
        })
    }

    /// The mean for a linear predictor.
    pub(crate) fn inverse(self, eta: f64) -> f64 {
        match self {
            Self::Identity => eta,
            Self::Log => eta.exp(),
            Self::Logit => 1.0 / (1.0 + (-eta).exp()),
            Self::Probit => normal(eta),
            Self::Cloglog => -(-eta.exp()).exp_m1(),
            Self::Loglog => (-(-eta).exp()).exp(),
            Self::Logc => 1.0 - eta.exp(),
            Self::Negbin(d) => 1.0 / (d * ((-eta).exp() - 1.0)),
            Self::Oddspower(0.0) => 1.0 / (1.0 + (-eta).exp()),
            Self::Oddspower(d) => 1.0 / (1.0 + (1.0 + d * eta).powf(-1.0 / d)),
            Self::Power(0.0) => eta.exp(),
            Self::Power(d) => eta.powf(1.0 / d),
            Self::Cauchit => 0.5 + eta.atan() / PI,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documented algorithm: PMML's definitions, evaluated by hand.
    #[test]
    fn links_are_inverted_as_the_specification_says() {
        let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-15, "{found} {wanted}");
        near(Link::Logit.inverse(3.0_f64.ln()), 0.75);
        near(Link::Log.inverse(2.0_f64.ln()), 2.0);
        near(Link::Cloglog.inverse(2.0_f64.ln().ln()), 0.5);
        near(Link::Loglog.inverse(-(2.0_f64.ln().ln())), 0.5);
        near(Link::Logc.inverse(0.25_f64.ln()), 0.75);
        near(Link::Cauchit.inverse(1.0), 0.75);
        near(Link::Power(2.0).inverse(9.0), 3.0);
        near(Link::Oddspower(1.0).inverse(2.0), 0.75);
        near(Link::Negbin(2.0).inverse((0.5_f64).ln()), 0.5);
        near(Link::Identity.inverse(-1.5), -1.5);
    }
}
