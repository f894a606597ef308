//! Prints a tree as text that parses to the same tree.

use std::fmt::Write;

use super::tree::{AND, COMPLEMENT, EQUALITY, Infix, MINUS, NOT, Node, NodeKind, OR, Prefix};

/// Binds tighter than every operator.
const PRIMARY: u8 = 0;

/// The text of a tree, with single blanks and as few parentheses as possible.
pub(crate) fn print(node: &Node) -> String {
    let mut text = String::new();
    print_within(node, OR, &mut text);
    text
}

/// The text of a part without a place.
pub(crate) fn print_kind(kind: &NodeKind) -> String {
    let mut text = String::new();
    print_node(kind, &mut text);
    text
}

/// Appends a part, in parentheses if it binds less tightly than its context requires.
fn print_within(node: &Node, loosest: u8, to: &mut String) {
    let parentheses = precedence(&node.kind) > loosest;
    if parentheses {
        to.push('(');
    }
    print_node(&node.kind, to);
    if parentheses {
        to.push(')');
    }
}

fn precedence(kind: &NodeKind) -> u8 {
    match kind {
        NodeKind::Or(_) => OR,
        NodeKind::And(_) => AND,
        NodeKind::Matches(..) => EQUALITY,
        NodeKind::Infix(infix, ..) => infix.precedence(),
        NodeKind::Prefix(Prefix::Minus, _) => MINUS,
        NodeKind::Prefix(Prefix::Complement, _) => COMPLEMENT,
        NodeKind::Prefix(Prefix::Not, _) => NOT,
        _ => PRIMARY,
    }
}

fn print_node(kind: &NodeKind, to: &mut String) {
    match kind {
        // Writing to a string never fails.
        NodeKind::Integer(number) => _ = write!(to, "{number}"),
        NodeKind::Real(number) => _ = write!(to, "{number:?}"),
        NodeKind::Text(text) => print_quoted(text, '"', to),
        NodeKind::Quoted(text) => print_quoted(text, '\'', to),
        NodeKind::Character(character) => print_quoted(character.encode_utf8(&mut [0; 4]), '`', to),
        NodeKind::Name(name) => to.push_str(name),
        NodeKind::Undef => to.push_str("undef"),
        NodeKind::List(items) => {
            to.push('[');
            print_items(items, to);
            to.push(']');
        }
        NodeKind::Call(name, arguments) => {
            to.push_str(name);
            to.push('(');
            for (at, argument) in arguments.iter().enumerate() {
                to.push_str(if at > 0 { ", " } else { "" });
                print_within(argument, OR, to);
            }
            to.push(')');
        }
        NodeKind::Subscript(base, position) => {
            print_within(base, PRIMARY, to);
            to.push('(');
            print_within(position, OR, to);
            to.push(')');
        }
        NodeKind::Prefix(prefix, operand) => print_prefix(*prefix, operand, to),
        NodeKind::Infix(infix, left, right) => {
            print_within(left, infix.precedence(), to);
            _ = write!(to, " {} ", infix.symbol());
            print_right(*infix, right, to);
        }
        NodeKind::And(items) => print_chain(items, " and ", AND, to),
        NodeKind::Or(items) => print_chain(items, " or ", OR, to),
        NodeKind::Matches(text, pattern) => {
            print_within(text, EQUALITY, to);
            _ = write!(to, " matches \"{}\"", pattern.source());
        }
        NodeKind::If(branches, otherwise) => {
            for (at, (condition, value)) in branches.iter().enumerate() {
                to.push_str(if at == 0 { "if " } else { " elseif " });
                print_within(condition, OR, to);
                to.push_str(" then ");
                print_within(value, OR, to);
            }
            if let Some(otherwise) = otherwise {
                to.push_str(" else ");
                print_within(otherwise, OR, to);
            }
            to.push_str(" endif");
        }
    }
}

fn print_prefix(prefix: Prefix, operand: &Node, to: &mut String) {
    match prefix {
        Prefix::Minus => {
            to.push_str("- ");
            print_within(operand, MINUS - 1, to);
        }
        Prefix::Complement => {
            to.push_str("~~ ");
            print_within(operand, COMPLEMENT - 1, to);
        }
        Prefix::Not => {
            to.push_str("not(");
            print_within(operand, OR, to);
            to.push(')');
        }
    }
}

/// The right operand binds tighter than the operator; one that begins with a prefix needs parentheses.
fn print_right(infix: Infix, right: &Node, to: &mut String) {
    print_within(right, infix.precedence() - 1, to);
}

fn print_chain(items: &[Node], word: &str, precedence: u8, to: &mut String) {
    for (at, item) in items.iter().enumerate() {
        to.push_str(if at > 0 { word } else { "" });
        // The first item must not be a chain of the same operator, because it would become part of this one.
        print_within(item, precedence - 1, to);
    }
}

fn print_items(items: &[Node], to: &mut String) {
    for (at, item) in items.iter().enumerate() {
        to.push_str(if at > 0 { ", " } else { "" });
        print_within(item, PRIMARY, to);
    }
}

fn print_quoted(text: &str, quote: char, to: &mut String) {
    to.push(quote);
    for character in text.chars() {
        match character {
            '\n' => to.push_str("\\n"),
            '\t' => to.push_str("\\t"),
            '\r' => to.push_str("\\r"),
            '\\' => to.push_str("\\\\"),
            _ if character == quote => to.extend(['\\', character]),
            other => to.push(other),
        }
    }
    to.push(quote);
}
