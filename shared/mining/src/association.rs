//! Association rules: transactions, and the rules that hold in them.
//!
//! Sources: R. Agrawal and R. Srikant, "Fast Algorithms for Mining Association Rules", 1994; IBM, "Apriori Node"; the
//! order of items and rules as in models that Modeler stored.

mod apriori;
mod item_sets;
mod transactions;

pub use apriori::{Rule, RuleOptions, apriori};
pub use item_sets::{BestRule, BestRules, FieldItem, best_rules};
pub use transactions::Transactions;
