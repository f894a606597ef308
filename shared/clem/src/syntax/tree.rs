//! The tree of an expression.

use std::sync::Arc;

use super::pattern::Pattern;

/// A part of an expression, with its position.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// Bytes from the start of the text.
    pub(crate) at: usize,
    /// Levels below this one, itself included; operators in a row are one level.
    pub(crate) height: usize,
    /// Operators in a row, as in `a + b + c`.
    pub(crate) chain: usize,
}

/// The type of an expression's part.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NodeKind {
    Integer(i64),
    Real(f64),
    /// `"text"`.
    Text(Arc<str>),
    /// `'a field, or text where there is no such field'`.
    Quoted(Arc<str>),
    /// `` `c` ``.
    Character(char),
    /// A name without quotes or arguments, including `@FIELD` and similar names.
    Name(Arc<str>),
    Undef,
    List(Vec<Node>),
    Call(Arc<str>, Vec<Node>),
    /// `"text"(3)`: a character of a text.
    Subscript(Box<Node>, Box<Node>),
    Prefix(Prefix, Box<Node>),
    Infix(Infix, Box<Node>, Box<Node>),
    /// `a and b and c`: two or more conditions.
    And(Vec<Node>),
    Or(Vec<Node>),
    Matches(Box<Node>, Pattern),
    /// Conditions with their values, and the value if none is true.
    If(Vec<(Node, Node)>, Option<Box<Node>>),
}

/// An operator in front of its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    Minus,
    Not,
    Complement,
}

/// An operator between its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Infix {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    NoBits,
    SomeBits,
    Add,
    Join,
    Subtract,
    Multiply,
    Divide,
    BitAnd,
    BitAndNot,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Power,
    Rem,
    Mod,
    Div,
}

/// Precedence of `or`; a lower number binds tighter.
pub(crate) const OR: u8 = 10;
/// Precedence of `and`.
pub(crate) const AND: u8 = 9;
/// Precedence of `not` without parentheses: its operand is a whole comparison.
pub(crate) const NOT: u8 = 8;
/// Precedence of `=` and of `matches`.
pub(crate) const EQUALITY: u8 = 7;
/// Precedence of a minus sign in front of its operand.
pub(crate) const MINUS: u8 = 5;
/// Precedence of `~~`.
pub(crate) const COMPLEMENT: u8 = 4;

impl Infix {
    /// IBM, "CLEM operators": 10 binds least tightly.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Self::Equal | Self::NotEqual => EQUALITY,
            Self::Greater
            | Self::GreaterOrEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::NoBits
            | Self::SomeBits => 6,
            Self::Add | Self::Join | Self::Subtract => 5,
            Self::Multiply
            | Self::Divide
            | Self::BitAnd
            | Self::BitAndNot
            | Self::BitOr
            | Self::BitXor
            | Self::ShiftLeft
            | Self::ShiftRight => 4,
            Self::Power => 3,
            Self::Rem | Self::Mod | Self::Div => 2,
        }
    }

    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "/=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::NoBits => "&&=_0",
            Self::SomeBits => "&&/=_0",
            Self::Add => "+",
            Self::Join => "><",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::BitAnd => "&&",
            Self::BitAndNot => "&&~~",
            Self::BitOr => "||",
            Self::BitXor => "||/&",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::Power => "**",
            Self::Rem => "rem",
            Self::Mod => "mod",
            Self::Div => "div",
        }
    }

    /// Operators of letters or symbols; `==` and `/==` are other spellings.
    pub(crate) fn of_symbol(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "=" | "==" => Self::Equal,
            "/=" | "/==" => Self::NotEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            "&&=_0" => Self::NoBits,
            "&&/=_0" => Self::SomeBits,
            "+" => Self::Add,
            "><" => Self::Join,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "&&" => Self::BitAnd,
            "&&~~" => Self::BitAndNot,
            "||" => Self::BitOr,
            "||/&" => Self::BitXor,
            "<<" => Self::ShiftLeft,
            ">>" => Self::ShiftRight,
            "**" => Self::Power,
            "rem" => Self::Rem,
            "mod" => Self::Mod,
            "div" => Self::Div,
            _ => return None,
        })
    }
}

/// Trees are equal if their meaning is; positions are ignored.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl NodeKind {
    /// The direct children.
    pub(crate) fn children(&self) -> Vec<&Node> {
        match self {
            Self::List(items) | Self::Call(_, items) | Self::And(items) | Self::Or(items) => {
                items.iter().collect()
            }
            Self::Subscript(one, two) | Self::Infix(_, one, two) => vec![one, two],
            Self::Prefix(_, one) | Self::Matches(one, _) => vec![one],
            Self::If(branches, otherwise) => {
                let branches = branches.iter().flat_map(|(condition, value)| [condition, value]);
                branches.chain(otherwise.as_deref()).collect()
            }
            _ => Vec::new(),
        }
    }
}
