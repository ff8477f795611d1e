//! The generated parser, and one call into it. Grammar: `grammar/`.

#![allow(
    missing_docs,
    reason = "pest generates an enum whose variants are the rules of the grammar"
)]

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pairs;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/lexical.pest"]
#[grammar = "grammar/expression.pest"]
#[grammar = "grammar/behaviour.pest"]
#[grammar = "grammar/declaration.pest"]
struct Grammar;

pub(super) type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// Why a text was not read.
pub(super) enum Failure {
    /// It goes wrong at this offset.
    At(usize),
    /// It is too large for the parser.
    TooLarge,
}

/// Reads a text by a rule; gives the parts of that rule.
pub(super) fn read(rule: Rule, text: &str) -> Result<Pairs<'_, Rule>, Failure> {
    crate::work::steps(text.len());
    match Grammar::parse(rule, text) {
        Ok(mut pairs) => Ok(pairs.next().map_or(pairs, |pair| pair.into_inner())),
        Err(error) => Err(match (error.variant, error.location) {
            (ErrorVariant::CustomError { .. }, _) => Failure::TooLarge,
            (_, InputLocation::Pos(at) | InputLocation::Span((at, _))) => Failure::At(at),
        }),
    }
}
