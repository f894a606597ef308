//! Text to tokens.

use std::sync::Arc;

use super::limits::MAX_BYTES;
use super::tree::Infix;
use crate::error::{ErrorKind, Result};

/// A token and the bytes that it covers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    Integer(i64),
    Real(f64),
    Text(Arc<str>),
    Quoted(Arc<str>),
    Character(char),
    Name(Arc<str>),
    Operator(Infix),
    And,
    Or,
    Not,
    Matches,
    If,
    Then,
    Else,
    ElseIf,
    EndIf,
    Undef,
    Complement,
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
    End,
}

/// Operators of symbols, longest first.
const SYMBOLS: [&str; 22] = [
    "&&/=_0", "&&=_0", "&&~~", "||/&", "/==", "**", "==", "/=", "><", ">=", "<=", "<<", ">>", "&&", "||",
    "=", "<", ">", "+", "-", "*", "/",
];

/// All tokens of a text, an `End` last.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>> {
    if text.len() > MAX_BYTES {
        let message = format!("it has {} bytes, at most {MAX_BYTES} are allowed", text.len());
        return Err(ErrorKind::TooLarge(message).at(text, 0));
    }
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let ends = token.kind == TokenKind::End;
        tokens.push(token);
        if ends {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Result<Token> {
        // White space is any of Unicode's (U+3000 occurs), and a byte order mark.
        let rest = self.rest();
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        self.at += rest.len() - trimmed.len();
        let start = self.at;
        let kind = self.token(trimmed)?;
        Ok(Token { kind, start, end: self.at })
    }

    fn token(&mut self, rest: &'a str) -> Result<TokenKind> {
        let Some(first) = rest.chars().next() else {
            return Ok(TokenKind::End);
        };
        match first {
            '"' => Ok(TokenKind::Text(self.quoted('"')?.into())),
            '\'' => Ok(TokenKind::Quoted(self.quoted('\'')?.into())),
            '`' => self.character(),
            '0'..='9' => self.number(rest),
            _ if first.is_alphabetic() || first == '_' => Ok(self.name(rest, 0)),
            '@' if rest.chars().nth(1).is_some_and(char::is_alphabetic) => Ok(self.name(rest, 1)),
            _ => self.symbol(rest, first),
        }
    }

    fn symbol(&mut self, rest: &str, first: char) -> Result<TokenKind> {
        let single = match first {
            '(' => Some(TokenKind::Open),
            ')' => Some(TokenKind::Close),
            '[' => Some(TokenKind::ListOpen),
            ']' => Some(TokenKind::ListClose),
            ',' => Some(TokenKind::Comma),
            _ => None,
        };
        if let Some(kind) = single {
            self.at += 1;
            return Ok(kind);
        }
        if rest.starts_with("~~") {
            self.at += 2;
            return Ok(TokenKind::Complement);
        }
        let found = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
        if let Some((symbol, operator)) = found.and_then(|symbol| Some((symbol, Infix::of_symbol(symbol)?))) {
            self.at += symbol.len();
            return Ok(TokenKind::Operator(operator));
        }
        Err(self.error(format!("the character {first:?} has no meaning here")))
    }

    /// A name without quotes: letters of any script, digits and underscores.
    fn name(&mut self, rest: &str, from: usize) -> TokenKind {
        let tail = rest.get(from..).unwrap_or_default();
        let part = |text: &str| text.find(|c: char| !is_of_name(c)).unwrap_or(text.len());
        let mut length = part(tail);
        // Points separate the names of a database's schemas and functions.
        while let Some(next) = tail.get(length..).and_then(|tail| tail.strip_prefix('.'))
            && next.starts_with(char::is_alphabetic)
        {
            length += 1 + part(next);
        }
        let name = rest.get(..from + length).unwrap_or_default();
        self.at += name.len();
        match name {
            "and" => TokenKind::And,
            "or" => TokenKind::Or,
            "not" => TokenKind::Not,
            "matches" => TokenKind::Matches,
            "if" => TokenKind::If,
            "then" => TokenKind::Then,
            "else" => TokenKind::Else,
            "elseif" => TokenKind::ElseIf,
            "endif" => TokenKind::EndIf,
            "undef" => TokenKind::Undef,
            "div" => TokenKind::Operator(Infix::Div),
            "mod" => TokenKind::Operator(Infix::Mod),
            "rem" => TokenKind::Operator(Infix::Rem),
            _ => TokenKind::Name(name.into()),
        }
    }

    /// Digits; a point with digits on both sides makes it real, and so does an exponent.
    fn number(&mut self, rest: &str) -> Result<TokenKind> {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut length = digits(rest);
        let mut is_real = false;
        let tail = rest.get(length..).unwrap_or_default();
        if let Some(fraction) = tail.strip_prefix('.') {
            let fraction = digits(fraction);
            if fraction == 0 {
                return Err(self.error("a number needs a digit after its decimal point"));
            }
            length += 1 + fraction;
            is_real = true;
        }
        let tail = rest.get(length..).unwrap_or_default();
        if let Some(exponent) = tail.strip_prefix(['e', 'E']) {
            let sign = usize::from(exponent.starts_with(['-', '+', '−']));
            let sign_length = exponent.chars().take(sign).map(char::len_utf8).sum::<usize>();
            let exponent = digits(exponent.get(sign_length..).unwrap_or_default());
            if exponent > 0 {
                length += 1 + sign_length + exponent;
                is_real = true;
            }
        }
        let next = rest.get(length..).unwrap_or_default().chars().next();
        if next.is_some_and(|c| c.is_alphabetic() || c == '_') {
            return Err(self.error("a name that begins with a digit must stand in single quotes"));
        }
        let text = rest.get(..length).unwrap_or_default().replace('−', "-");
        self.at += length;
        if !is_real && let Ok(number) = text.parse() {
            return Ok(TokenKind::Integer(number));
        }
        // An integer of more than 64 bits is parsed as a real number, because no column can represent it as
        // an integer.
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(TokenKind::Real(number)),
            _ => Err(self.error(format!("the number {text} is too large"))),
        }
    }

    /// Text up to the closing quote, its escapes resolved.
    fn quoted(&mut self, quote: char) -> Result<String> {
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                _ if character == quote => {
                    self.at += at + quote.len_utf8();
                    return Ok(text);
                }
                '\\' => match characters.next() {
                    Some((_, escaped)) => text.push(unescape(escaped)),
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err(self.error(format!("the closing {quote} is missing")))
    }

    /// `` `c` ``: one character; with more than one it is text.
    fn character(&mut self) -> Result<TokenKind> {
        let start = self.at;
        let text = self.quoted('`')?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(TokenKind::Character(character)),
            (None, _) => {
                self.at = start;
                Err(self.error("a character is missing between the back quotes"))
            }
            _ => Ok(TokenKind::Text(text.into())),
        }
    }

    fn error(&self, message: impl Into<String>) -> crate::ClemError {
        ErrorKind::Syntax(message.into()).at(self.text, self.at)
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_mark(c)
}

/// Combining marks continue a name, as in scripts whose vowels are marks.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e00}'..='\u{eff}' | '\u{3099}' | '\u{309a}')
}

fn unescape(character: char) -> char {
    match character {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        other => other,
    }
}
