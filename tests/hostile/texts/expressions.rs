//! Expressions with very many parts beside one another.

use super::{around, numbered, rules, six};
use crate::hostile::cases::Case;
use pervade::Code::*;

const K: usize = 1_000;

pub const CASES: &[Case] = &[
    Case::fine("a sum", 3 * K, 400 * K, |n| {
        around("let x = i", " + d", n, "")
    }),
    Case::fine("a sum of numbers", 3 * K, 400 * K, |n| {
        numbered("let x = i", n, |i| format!(" + {i}"), "")
    }),
    Case::fine("differences", 3 * K, 400 * K, |n| {
        around("let x = i", " - i", n, "")
    }),
    Case::fine("a product", 3 * K, 400 * K, |n| {
        around("let x = d", " * i", n, "")
    }),
    Case::fine("sums of products", 3 * K, 400 * K, |n| {
        around("let x = d", " + i * k - 2 * d", n / 3, "")
    }),
    Case::fine("quotients", 3 * K, 400 * K, |n| {
        around("let x = d", " / 3", n, "")
    }),
    Case::fine("constants", 3 * K, 400 * K, |n| {
        around("let x = 1", " + 1", n, "")
    }),
    Case::wrong(
        ConstantOverflow,
        "constants that overflow",
        3 * K,
        400 * K,
        |n| around("let x = 2", " * 2", n, ""),
    ),
    Case::fine("and", 3 * K, 400 * K, |n| {
        around("segment x = b", " and b", n, "")
    }),
    Case::fine("and of many questions", 3 * K, 400 * K, |n| {
        numbered("segment x = b", n, |i| format!(" and k > {i}"), "")
    }),
    Case::fine("or", 3 * K, 400 * K, |n| {
        around("segment x = b", " or b", n, "")
    }),
    Case::fine("or of many questions", 3 * K, 400 * K, |n| {
        numbered("segment x = b", n, |i| format!(" or k == {i}"), "")
    }),
    Case::fine("or of many texts", 3 * K, 400 * K, |n| {
        numbered("segment x = b", n, |i| format!(" or s == \"{i}\""), "")
    }),
    Case::fine("and of or", 3 * K, 400 * K, |n| {
        numbered(
            "segment x = b",
            n / 2,
            |i| format!(" and (b or k > {})", six(i)),
            "",
        )
    }),
    Case::fine("and of guards", 3 * K, 400 * K, |n| {
        numbered(
            "segment x = n is present",
            n,
            |i| format!(" and n > {i}"),
            "",
        )
    }),
    Case::fine("else", 3 * K, 400 * K, |n| {
        around("let x = n", " else n", n, " else 0")
    }),
    Case::wrong(
        ChainedComparison,
        "comparisons of comparisons",
        3 * K,
        400 * K,
        |n| around("segment x = i", " < i", n, ""),
    ),
    Case::wrong(
        ChainedComparison,
        "equalities of equalities",
        3 * K,
        400 * K,
        |n| around("segment x = i", " == i", n, ""),
    ),
    Case::wrong(SymbolForWord, "&& && &&", 3 * K, 400 * K, |n| {
        around("segment x = b", " && b", n, "")
    }),
    Case::fine("a list", 3 * K, 400 * K, |n| {
        numbered("segment x = k in [", n, |i| format!("{i}, "), "]")
    }),
    Case::fine("a list of texts", 3 * K, 400 * K, |n| {
        numbered("segment x = s in [", n, |i| format!("\"{i}\", "), "]")
    }),
    // At 400 K the buffer that is written to has just been doubled, at 100 K it is about to be: 5.7 times the bytes.
    Case::fine("a list of expressions", 3 * K, 300 * K, |n| {
        numbered("segment x = k in [", n, |i| format!("i + {i}, "), "]")
    }),
    Case::fine("a list of records", 2 * K, 200 * K, |n| {
        numbered(
            "let x: list<Item> = [",
            n,
            |i| format!("{{ name: \"{0}\", price: {0} }}, ", six(i)),
            "]",
        )
    }),
    Case::fine("values in a text", 2 * K, 200 * K, |n| {
        numbered("let x = \"", n, |i| format!("{{i + {i}}} and "), "\"")
    }),
    Case::fine("arguments", 3 * K, 400 * K, |n| {
        around("let x = min(1", ", i", n, ")")
    }),
    Case::fine("parameters and arguments", 800, 100 * K, |n| {
        let parameters = crate::hostile::repeated(n, |i| format!("p{}: int, ", six(i)));
        let arguments = crate::hostile::repeated(n, |i| format!("{}, ", six(i)));
        rules(&format!(
            "let f({parameters}) = p100000 + 1\nlet x = f({arguments})"
        ))
    }),
    Case::wrong(
        UnknownField,
        "fields of a record that has none of them",
        2 * K,
        200 * K,
        |n| numbered("let x: Item = { ", n, |i| format!("f{i}: 1, "), "}"),
    ),
    Case::wrong(
        DuplicateEntry,
        "one field again and again",
        2 * K,
        200 * K,
        |n| around("let x: Item = { ", "name: \"\", ", n, "}"),
    ),
    // Twice as many are more than a pattern may need, and refused.
    Case::fine("a pattern of words", 800, 8 * K, |n| {
        numbered("segment x = s matches \"", n, |i| format!("{i}|"), "\"")
    }),
    Case::wrong(BadPattern, "a large pattern", 400 * K, 4_000 * K, |n| {
        around("segment x = s matches \"", "a", n, "\"")
    }),
    Case::wrong(BadPattern, "a pattern of classes", 60 * K, 1_000 * K, |n| {
        around("segment x = s contains match \"", "[a-z\\\\d]", n, "\"")
    }),
];
