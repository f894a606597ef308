//! The grammar: parser and printer.

mod lexer;
mod limits;
mod parser;
mod pattern;
mod printer;
mod tree;

pub(crate) use limits::MAX_ITEMS;
pub(crate) use parser::parse;
pub(crate) use pattern::Pattern;
pub(crate) use printer::{print, print_kind};
pub(crate) use tree::{Infix, Node, NodeKind, Prefix};
