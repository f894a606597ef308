//! Tokens to a tree.

use std::sync::Arc;

use super::lexer::{Token, TokenKind, tokens};
use super::limits::{MAX_CHAIN, MAX_HEIGHT, MAX_NESTING};
use super::pattern::Pattern;
use super::tree::{AND, COMPLEMENT, EQUALITY, Infix, MINUS, NOT, Node, NodeKind, OR, Prefix};
use crate::error::{ClemError, ErrorKind, Result};

/// Parses a whole text.
pub(crate) fn parse(text: &str) -> Result<Node> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens, at: 0, nesting: 0 };
    if parser.peek() == &TokenKind::End {
        return Err(parser.error("it is empty"));
    }
    let node = parser.expression(OR)?;
    match parser.peek() {
        TokenKind::End => Ok(node),
        _ => Err(parser.error("an operator is missing, or the expression should end here")),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
}

/// An infix operator, or `and` and `or`.
enum Between {
    Or,
    And,
    Matches,
    Infix(Infix),
}

impl Parser<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at.min(self.tokens.len().saturating_sub(1)))
    }

    fn peek(&self) -> &TokenKind {
        self.token(self.at).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn start(&self) -> usize {
        self.token(self.at).map_or(self.text.len(), |token| token.start)
    }

    fn advance(&mut self) -> TokenKind {
        let kind = self.peek().clone();
        self.at += 1;
        kind
    }

    /// Skips a token if it is of this kind.
    fn skip(&mut self, kind: &TokenKind) -> bool {
        let found = self.peek() == kind;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, kind: &TokenKind, word: &str) -> Result<()> {
        if self.skip(kind) { Ok(()) } else { Err(self.error(format!("{word} is missing"))) }
    }

    fn error(&self, message: impl Into<String>) -> ClemError {
        ErrorKind::Syntax(message.into()).at(self.text, self.start())
    }

    /// Creates a node and checks the height of the tree.
    fn node(&self, kind: NodeKind, at: usize) -> Result<Node> {
        let (height, chain) = match &kind {
            // A chain of operators is processed in a loop.
            NodeKind::Infix(_, one, two) => (one.height.max(two.height + 1), one.chain + 1),
            kind => (1 + kind.children().iter().map(|child| child.height).max().unwrap_or_default(), 0),
        };
        if height > MAX_HEIGHT || chain > MAX_CHAIN {
            let message = format!("more than {MAX_HEIGHT} levels or {MAX_CHAIN} operators in a row");
            return Err(ErrorKind::TooLarge(message).at(self.text, at));
        }
        Ok(Node { kind, at, height, chain })
    }

    fn between(&self) -> Option<(Between, u8)> {
        Some(match self.peek() {
            TokenKind::Or => (Between::Or, OR),
            TokenKind::And => (Between::And, AND),
            TokenKind::Matches => (Between::Matches, EQUALITY),
            TokenKind::Operator(infix) => (Between::Infix(*infix), infix.precedence()),
            _ => return None,
        })
    }

    /// An expression whose operators bind at least as tightly as `loosest`; operators of equal precedence
    /// associate to the left.
    fn expression(&mut self, loosest: u8) -> Result<Node> {
        if self.nesting >= MAX_NESTING {
            let message =
                format!("more than {MAX_NESTING} parentheses, calls or conditions within each other");
            return Err(ErrorKind::TooLarge(message).at(self.text, self.start()));
        }
        self.nesting += 1;
        let first = self.prefix()?;
        let node = self.operators(first, loosest)?;
        self.nesting -= 1;
        Ok(node)
    }

    /// The operators that follow an operand.
    fn operators(&mut self, mut left: Node, loosest: u8) -> Result<Node> {
        while let Some((between, precedence)) = self.between().filter(|(_, found)| *found <= loosest) {
            left = self.infix(left, between, precedence)?;
        }
        Ok(left)
    }

    fn infix(&mut self, left: Node, between: Between, precedence: u8) -> Result<Node> {
        let at = left.at;
        if let Between::Matches = between {
            self.at += 1;
            let pattern = self.pattern()?;
            return self.node(NodeKind::Matches(Box::new(left), pattern), at);
        }
        if let Between::Infix(infix) = between {
            self.at += 1;
            let right = self.expression(precedence - 1)?;
            return self.node(NodeKind::Infix(infix, Box::new(left), Box::new(right)), at);
        }
        let word = self.peek().clone();
        let mut items = vec![left];
        while self.skip(&word) {
            items.push(self.expression(precedence - 1)?);
        }
        let kind = if let Between::And = between { NodeKind::And(items) } else { NodeKind::Or(items) };
        self.node(kind, at)
    }

    /// The pattern of `matches`, with the escapes that the lexer would resolve.
    fn pattern(&mut self) -> Result<Pattern> {
        let raw = match (self.peek(), self.token(self.at)) {
            (TokenKind::Text(_) | TokenKind::Quoted(_) | TokenKind::Character(_), Some(token)) => {
                self.text.get(token.start + 1..token.end.saturating_sub(1)).unwrap_or_default().to_owned()
            }
            _ => return Err(self.error("matches needs a pattern in quotes, not a field or a formula")),
        };
        self.at += 1;
        Ok(Pattern::read(&raw))
    }

    fn prefix(&mut self) -> Result<Node> {
        let at = self.start();
        match self.peek() {
            TokenKind::Operator(Infix::Subtract) => {
                self.at += 1;
                // A minus sign directly before digits belongs to the number.
                let adjacent = self.start() == at + 1;
                let number = match self.peek() {
                    TokenKind::Integer(number) if adjacent => Some(NodeKind::Integer(-number)),
                    TokenKind::Real(number) if adjacent => Some(NodeKind::Real(-number)),
                    _ => None,
                };
                if let Some(number) = number {
                    self.at += 1;
                    return self.node(number, at);
                }
                let operand = self.expression(MINUS - 1)?;
                self.node(NodeKind::Prefix(Prefix::Minus, Box::new(operand)), at)
            }
            TokenKind::Operator(Infix::Add) => {
                self.at += 1;
                self.expression(MINUS - 1)
            }
            TokenKind::Complement => {
                self.at += 1;
                let operand = self.expression(COMPLEMENT - 1)?;
                self.node(NodeKind::Prefix(Prefix::Complement, Box::new(operand)), at)
            }
            TokenKind::Not => {
                self.at += 1;
                // `not(…)` is a call; `not` before anything else applies to a whole comparison.
                let operand =
                    if self.peek() == &TokenKind::Open { self.primary()? } else { self.expression(NOT - 1)? };
                self.node(NodeKind::Prefix(Prefix::Not, Box::new(operand)), at)
            }
            _ => self.primary(),
        }
    }

    fn primary(&mut self) -> Result<Node> {
        let at = self.start();
        let node = match self.advance() {
            TokenKind::Integer(number) => self.node(NodeKind::Integer(number), at)?,
            TokenKind::Real(number) => self.node(NodeKind::Real(number), at)?,
            TokenKind::Text(text) => self.node(NodeKind::Text(text), at)?,
            TokenKind::Quoted(name) => self.node(NodeKind::Quoted(name), at)?,
            TokenKind::Character(character) => self.node(NodeKind::Character(character), at)?,
            TokenKind::Undef => {
                // `undef()` occurs as a call.
                if self.peek() == &TokenKind::Open
                    && self.token(self.at + 1).is_some_and(|token| token.kind == TokenKind::Close)
                {
                    self.at += 2;
                }
                self.node(NodeKind::Undef, at)?
            }
            TokenKind::Name(name) => return self.name(name, at),
            TokenKind::If => return self.condition(at),
            TokenKind::ListOpen => self.list(at)?,
            TokenKind::Open => {
                let inner = self.expression(OR)?;
                self.expect(&TokenKind::Close, "a closing parenthesis")?;
                inner
            }
            // Infix operators of letters are functions, too: `div(7, 2)` is not documented, `not` is above.
            TokenKind::End => {
                self.at -= 1;
                return Err(self.error("an operand is missing at its end"));
            }
            _ => {
                self.at -= 1;
                return Err(self.error("an operand is missing here"));
            }
        };
        self.subscripts(node)
    }

    /// `"text"(3)`, `'a field'(3)`: the third character.
    fn subscripts(&mut self, mut node: Node) -> Result<Node> {
        while matches!(node.kind, NodeKind::Text(_) | NodeKind::Quoted(_)) && self.peek() == &TokenKind::Open
        {
            self.at += 1;
            let position = self.expression(OR)?;
            self.expect(&TokenKind::Close, "a closing parenthesis")?;
            let at = node.at;
            node = self.node(NodeKind::Subscript(Box::new(node), Box::new(position)), at)?;
        }
        Ok(node)
    }

    fn name(&mut self, name: Arc<str>, at: usize) -> Result<Node> {
        if !self.skip(&TokenKind::Open) {
            return self.node(NodeKind::Name(name), at);
        }
        let mut arguments = Vec::new();
        if !self.skip(&TokenKind::Close) {
            loop {
                arguments.push(self.expression(OR)?);
                if self.skip(&TokenKind::Close) {
                    break;
                }
                self.expect(&TokenKind::Comma, "a comma or a closing parenthesis")?;
            }
        }
        self.node(NodeKind::Call(name, arguments), at)
    }

    /// `[a b c]` or `[a, b, c]`. Items that are formulas need parentheses.
    fn list(&mut self, at: usize) -> Result<Node> {
        let mut items = Vec::new();
        while !self.skip(&TokenKind::ListClose) {
            let item = if self.peek() == &TokenKind::Operator(Infix::Subtract) {
                self.prefix()?
            } else {
                self.nested_item()?
            };
            items.push(item);
            self.skip(&TokenKind::Comma);
        }
        self.node(NodeKind::List(items), at)
    }

    /// An item of a list; lists within lists count as nesting.
    fn nested_item(&mut self) -> Result<Node> {
        if self.nesting >= MAX_NESTING {
            let message = format!("more than {MAX_NESTING} lists within each other");
            return Err(ErrorKind::TooLarge(message).at(self.text, self.start()));
        }
        self.nesting += 1;
        let item = self.primary();
        self.nesting -= 1;
        item
    }

    /// `if a then b elseif c then d else e endif`.
    ///
    /// Modeler's dialog boxes store formulas without the last `endif`: it is optional at the end of the text
    /// and before a closing parenthesis. `else` is optional: its value is null.
    ///
    /// Conditions after `else` are processed in a loop and become cases of the outer one, so that a long list
    /// of `else if` is not deep.
    fn condition(&mut self, at: usize) -> Result<Node> {
        let mut open = Vec::new();
        let mut innermost = (at, Vec::new());
        let mut otherwise = None;
        loop {
            let condition = self.expression(OR)?;
            self.expect(&TokenKind::Then, "then")?;
            innermost.1.push((condition, self.expression(OR)?));
            if self.skip(&TokenKind::ElseIf) {
                continue;
            }
            if !self.skip(&TokenKind::Else) {
                break;
            }
            let next = self.start();
            if !self.skip(&TokenKind::If) {
                otherwise = Some(self.expression(OR)?);
                break;
            }
            open.push(std::mem::replace(&mut innermost, (next, Vec::new())));
        }
        let (mut at, cases) = innermost;
        let mut cases = vec![cases];
        loop {
            let may_be_missing = matches!(self.peek(), TokenKind::End | TokenKind::Close | TokenKind::Comma);
            if !self.skip(&TokenKind::EndIf) && !may_be_missing {
                return Err(self.error("endif is missing"));
            }
            let Some(outer) = open.pop() else {
                return self.cases(at, cases, otherwise);
            };
            if self.between().is_some() {
                let node = self.cases(at, std::mem::take(&mut cases), otherwise.take())?;
                otherwise = Some(self.operators(node, OR)?);
            }
            at = outer.0;
            cases.push(outer.1);
        }
    }

    /// A condition of cases, the innermost first. A condition that is the last value becomes cases of this one.
    fn cases(&self, at: usize, cases: Vec<Vec<(Node, Node)>>, otherwise: Option<Node>) -> Result<Node> {
        let mut branches: Vec<(Node, Node)> = cases.into_iter().rev().flatten().collect();
        let otherwise = match otherwise {
            Some(Node { kind: NodeKind::If(inner, last), .. }) => {
                branches.extend(inner);
                last
            }
            otherwise => otherwise.map(Box::new),
        };
        self.node(NodeKind::If(branches, otherwise), at)
    }
}
