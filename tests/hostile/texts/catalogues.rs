//! Catalogues of very many rows, and JSON lines that are none.

use super::{HEAD, six};
use crate::hostile::cases::Case;
use crate::hostile::repeated;
use crate::hostile::stages::{Input, MAIN};
use pervade::Code::*;

const K: usize = 1_000;
const M: usize = 1_000 * K;

/// What reads the rows.
const RULES: &str = "record Offer { id: string, to: string = \"sales.tickets\", least: int = 0, worth: decimal = 1, note: string? }
issue sales
group sales.tickets
reference offers: Offer key id from \"x.jsonl\"
actions offer from offers in offer.to {
    eligible when k >= offer.least and s != (offer.note else \"\")
    value offer.worth
    gives { label: \"{offer.id} for {offer.worth}\", note: offer.note }
    treatment otherwise { text: offer.note else \"none\" }
}
";

fn with(more: &str, lines: String) -> Input {
    let main = format!("{HEAD}{RULES}{more}");
    Input::Files(vec![(MAIN.to_owned(), main), ("x.jsonl".to_owned(), lines)])
}

/// A choice among the rows of a text of JSON lines.
fn catalogue(lines: String) -> Input {
    with(
        "next_best_action home { choose from all rank by value limit 3 }\n",
        lines,
    )
}

fn row(i: usize) -> String {
    let i = six(i);
    format!("{{ \"id\": \"r{i}\", \"least\": {i}, \"worth\": {i}.5, \"note\": \"n{i}\" }}\n")
}

pub const CASES: &[Case] = &[
    Case::fine("rows of a catalogue", 1_200, 100 * K, |n| {
        catalogue(repeated(n, row))
    }),
    Case::fine("rows of a catalogue that are alike", 1_200, 100 * K, |n| {
        catalogue(repeated(n, |i| format!("{{ \"id\": \"r{}\" }}\n", six(i))))
    }),
    Case::fine("a choice that names rows", 1_200, 20 * K, |n| {
        let names = repeated(n / 2, |i| format!("r{}, ", six(i)));
        let home =
            format!("next_best_action home {{ choose from {names}all rank by value limit 3 }}\n");
        with(&home, repeated(n / 2, row))
    }),
    Case::fine("policies that name rows", 1_200, 20 * K, |n| {
        let caps = repeated(n / 2, |i| format!("at most 1 of r{} per 7 days\n", six(i)));
        let home = format!(
            "policy gentle {{\n{caps}}}\nnext_best_action home {{ choose from all rank by value limit 3 }}\n"
        );
        with(&home, repeated(n / 2, row))
    }),
    Case::fine("a long text in a row", 60 * K, 4 * M, |n| {
        catalogue(format!(
            "{{ \"id\": \"a\", \"note\": \"{}\" }}\n",
            "x".repeat(n)
        ))
    }),
    Case::fine("blank lines between rows", 60 * K, 4 * M, |n| {
        catalogue(format!("{}\n{}", row(1), " \n".repeat(n / 2)))
    }),
    Case::wrong(UnknownField, "a deep value in a row", 60 * K, 4 * M, |n| {
        let (open, close) = ("[".repeat(n / 2), "]".repeat(n / 2));
        catalogue(format!("{{ \"id\": \"a\", \"deep\": {open}{close} }}\n"))
    }),
    Case::wrong(
        BadCsv,
        "a deep value in a row that never ends",
        60 * K,
        4 * M,
        |n| {
            catalogue(format!(
                "{{ \"id\": \"a\", \"deep\": {}\n",
                "[{\"a\":".repeat(n / 6)
            ))
        },
    ),
    Case::wrong(
        BadCell,
        "rows of JSON lines, all wrong",
        6 * K,
        200 * K,
        |n| {
            catalogue(repeated(n, |i| {
                format!("{{ \"id\": \"r{0}\", \"least\": \"{0}\" }}\n", six(i))
            }))
        },
    ),
    Case::wrong(BadCsv, "lines that are not JSON", 6 * K, 200 * K, |n| {
        catalogue(repeated(n, |i| format!("{{ \"id\": \"r{}\" ]\n", six(i))))
    }),
    Case::wrong(
        UnknownField,
        "rows with a field that nothing declares",
        6 * K,
        200 * K,
        |n| {
            catalogue(repeated(n, |i| {
                format!("{{ \"id\": \"r{}\", \"wort\": 1 }}\n", six(i))
            }))
        },
    ),
    Case::wrong(DuplicateEntry, "rows of one key", 6 * K, 200 * K, |n| {
        catalogue("{ \"id\": \"a\" }\n".repeat(n))
    }),
    Case::wrong(
        DuplicateEntry,
        "one field again and again",
        6 * K,
        200 * K,
        |n| {
            catalogue(format!(
                "{{ \"id\": \"a\"{} }}\n",
                ", \"worth\": 1".repeat(n)
            ))
        },
    ),
    Case::wrong(
        UnknownGroup,
        "rows of groups that are none",
        6 * K,
        200 * K,
        |n| {
            let groups = repeated(n / 2, |i| format!("group sales.g{}\n", six(i)));
            let home =
                format!("{groups}next_best_action home {{ choose from all rank by value }}\n");
            with(
                &home,
                repeated(n / 2, |i| {
                    format!("{{ \"id\": \"r{0}\", \"to\": \"sales.h{0}\" }}\n", six(i))
                }),
            )
        },
    ),
    Case::wrong(
        DuplicateName,
        "actions that rows are called like",
        2 * K,
        40 * K,
        |n| {
            let actions = repeated(n / 2, |i| {
                format!("action r{} in sales.tickets {{ value 1 }}\n", six(i))
            });
            with(&actions, repeated(n / 2, row))
        },
    ),
];
