//! Brackets, prefix words and forms inside one another, far beyond the limit.

use super::{around, numbered, rules};
use crate::hostile::cases::Case;
use pervade::Code::*;

const K: usize = 1_000;
const M: usize = 1_000 * K;

pub const CASES: &[Case] = &[
    Case::wrong(Unbalanced, "open round brackets", 3 * K, M, |n| {
        around("let x = ", "(", n, "")
    }),
    Case::wrong(Unbalanced, "open square brackets", 3 * K, M, |n| {
        around("let x = ", "[", n, "")
    }),
    Case::wrong(Unbalanced, "open braces", 3 * K, M, |n| {
        around("let x = ", "{ a: ", n, "")
    }),
    Case::wrong(Unbalanced, "closing brackets", 3 * K, M, |n| {
        around("let x = ", ")", n, "")
    }),
    Case::wrong(Unbalanced, "wrong partners", 3 * K, M, |n| {
        around("let x = ", "(]", n, "")
    }),
    Case::wrong(TooDeep, "round brackets with partners", 3 * K, M, |n| {
        rules(&format!("let x = {}1{}", "(".repeat(n), ")".repeat(n)))
    }),
    Case::wrong(TooDeep, "mixed brackets with partners", 3 * K, M, |n| {
        rules(&format!("let x = {}1{}", "([".repeat(n), "])".repeat(n)))
    }),
    Case::wrong(TooDeep, "not not not", 3 * K, M, |n| {
        around("segment x = ", "not ", n, "b")
    }),
    Case::wrong(TooDeep, "minus minus minus", 3 * K, M, |n| {
        around("let x = ", "- ", n, "i")
    }),
    Case::wrong(SymbolForWord, "! ! !", 3 * K, M, |n| {
        around("segment x = ", "!", n, "b")
    }),
    Case::wrong(IfThen, "if if if", 3 * K, M, |n| {
        around("let x = ", "if ", n, "b")
    }),
    Case::wrong(TooLarge, "count of count of", 60 * K, M, |n| {
        around("let x = ", "count of ", n, "l")
    }),
    Case::wrong(TooLarge, "time since time since", 60 * K, M, |n| {
        around("let x = ", "time since ", n, "day")
    }),
    Case::wrong(TooLarge, "round round", 60 * K, M, |n| {
        rules(&format!(
            "let x = {}i{}",
            "round ".repeat(n),
            " to 1".repeat(n)
        ))
    }),
    Case::wrong(TooDeep, "any in any", 3 * K, 400 * K, |n| {
        rules(&format!(
            "segment x = {}b{}",
            "any i in l has (".repeat(n),
            ")".repeat(n)
        ))
    }),
    Case::fine("conditionals", 3 * K, 400 * K, |n| {
        around("let x: int = ", "1 if b otherwise ", n, "2")
    }),
    Case::wrong(TooDeep, "conditions of conditionals", 3 * K, 400 * K, |n| {
        rules(&format!(
            "let x: int = {}1{}",
            "1 if (".repeat(n),
            ") otherwise 2".repeat(n)
        ))
    }),
    Case::wrong(TooDeep, "types in types", 3 * K, M, |n| {
        rules(&format!(
            "record X {{ a: {}int{} }}",
            "list<".repeat(n),
            ">".repeat(n)
        ))
    }),
    Case::wrong(TooDeep, "records in records", 3 * K, M, |n| {
        rules(&format!(
            "record X {{ a: {}int{} }}",
            "{ a: ".repeat(n),
            " }".repeat(n)
        ))
    }),
    Case::wrong(TooDeep, "open records in records", 3 * K, M, |n| {
        around("record X { a: ", "{ a: ", n, "")
    }),
    Case::wrong(TooDeep, "fields of fields", 3 * K, M, |n| {
        around("let x = one", ".name", n, "")
    }),
    Case::wrong(TooDeep, "look-ups of look-ups", 3 * K, M, |n| {
        around("let x = l", "[1]", n, "")
    }),
    Case::wrong(Unbalanced, "where where", 3 * K, M, |n| {
        around("let x = l", " where (", n, "")
    }),
    Case::wrong(TooDeep, "where behind where", 3 * K, 400 * K, |n| {
        around("let x = l", " where (it > 1)", n, "")
    }),
    Case::wrong(TooDeep, "values in texts in texts", 3 * K, M, |n| {
        rules(&format!("let x = {}1{}", "\"{".repeat(n), "}\"".repeat(n)))
    }),
    Case::wrong(BadPattern, "a pattern of brackets", 3 * K, M, |n| {
        rules(&format!(
            "segment x = s matches \"{}a{}\"",
            "(".repeat(n),
            ")".repeat(n)
        ))
    }),
    Case::wrong(BadPattern, "a pattern of open brackets", 3 * K, M, |n| {
        around("segment x = s matches \"", "(", n, "\"")
    }),
    Case::wrong(BadPattern, "a pattern of repetitions", 3 * K, M, |n| {
        around("segment x = s matches \"a", "{{9}}", n, "\"")
    }),
    // A circle of record types has no end; a chain of them is as deep as it is long. Only every 64th is told of: of few,
    // what it costs to find their lines is chance.
    Case::wrong(TooDeep, "a chain of record types", 20 * K, 100 * K, |n| {
        numbered(
            "",
            n,
            |i| format!("record R{i} {{ a: R{} }}\n", i + 1),
            &format!("record R{n} {{ a: int }}"),
        )
    }),
];
