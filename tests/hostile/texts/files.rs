//! Very many files, and tables and reference data from huge CSV files.

use super::HEAD;
use crate::hostile::cases::Case;
use crate::hostile::repeated;
use crate::hostile::stages::{Input, MAIN};
use pervade::Code::*;

const K: usize = 1_000;
const M: usize = 1_000 * K;

/// Numbered files behind a main one.
fn files(main: &str, count: usize, text: impl Fn(usize) -> String) -> Input {
    let main = (MAIN.to_owned(), format!("{HEAD}{main}\n"));
    let others = (0..count).map(|i| (format!("f{i}.pvd"), text(i)));
    Input::Files(std::iter::once(main).chain(others).collect())
}

fn with_csv(main: String, csv: String) -> Input {
    Input::Files(vec![(MAIN.to_owned(), main), ("x.csv".to_owned(), csv)])
}

/// A table whose rows are a CSV text.
fn table(policy: &str, ty: &str, csv: String) -> Input {
    let main = format!("{HEAD}table x({policy}) -> {ty} from \"x.csv\" {{ otherwise => 0 }}\n");
    with_csv(main, csv)
}

/// Reference data whose rows are a CSV text.
fn reference(csv: String) -> Input {
    let main =
        format!("{HEAD}reference x: Item key name from \"x.csv\"\nlet y = x[s].price else 0\n");
    with_csv(main, csv)
}

pub const CASES: &[Case] = &[
    Case::fine("a chain of files", 900, 900, |n| {
        files("use \"f0.pvd\"", n, |i| {
            if i + 1 < n {
                format!("use \"f{}.pvd\" let x{i} = 1", i + 1)
            } else {
                String::new()
            }
        })
    }),
    Case::wrong(TooLarge, "too long a chain of files", 6 * K, 40 * K, |n| {
        files("use \"f0.pvd\"", n, |i| format!("use \"f{}.pvd\"", i + 1))
    }),
    Case::fine("a star of files", 900, 900, |n| {
        files(&repeated(n, |i| format!("use \"f{i}.pvd\"\n")), n, |i| {
            format!("let x{i} = 1")
        })
    }),
    Case::wrong(TooLarge, "too many files", 6 * K, 40 * K, |n| {
        files(&repeated(n, |i| format!("use \"f{i}.pvd\"\n")), n, |i| {
            format!("let x{i} = 1")
        })
    }),
    Case::wrong(UseCycle, "a circle of files", 900, 900, |n| {
        files("use \"f0.pvd\"", n, |i| {
            format!("use \"f{}.pvd\"", (i + 1) % n)
        })
    }),
    Case::wrong(UseCycle, "files that all use the first", 900, 900, |n| {
        files("use \"f0.pvd\"", n, |i| {
            format!("use \"f{}.pvd\" use \"f0.pvd\"", (i + 1) % n)
        })
    }),
    Case::wrong(UseTwice, "one file again and again", 6 * K, 200 * K, |n| {
        files(&"use \"f0.pvd\"\n".repeat(n), 1, |_| String::new())
    }),
    Case::wrong(
        UseCycle,
        "a file that uses itself again and again",
        6 * K,
        200 * K,
        |n| files(&"use \"main.pvd\"\n".repeat(n), 0, |_| String::new()),
    ),
    Case::wrong(
        UnreadableSource,
        "files that are not there",
        6 * K,
        200 * K,
        |n| {
            files(&repeated(n, |i| format!("use \"g{i}.pvd\"\n")), 0, |_| {
                String::new()
            })
        },
    ),
    Case::wrong(UnreadableSource, "a long path", 60 * K, 4 * M, |n| {
        files(&format!("use \"{}.pvd\"", "a/../".repeat(n / 5)), 0, |_| {
            String::new()
        })
    }),
    Case::wrong(
        UnreadableSource,
        "a path out of the folder",
        60 * K,
        4 * M,
        |n| {
            files(&format!("use \"{}a.pvd\"", "../".repeat(n / 3)), 0, |_| {
                String::new()
            })
        },
    ),
    Case::fine("rows of a CSV table", 1_200, 200 * K, |n| {
        table(
            "unique",
            "int",
            repeated(n, |i| {
                if i == 0 {
                    "k,s,r\n".to_owned()
                } else {
                    format!("{i},a,{i}\n")
                }
            }),
        )
    }),
    Case::fine("rows of a CSV table, texts", 1_200, 200 * K, |n| {
        table(
            "first",
            "int",
            repeated(n, |i| {
                if i == 0 {
                    "s,r\n".to_owned()
                } else {
                    format!("name {i},{i}\n")
                }
            }),
        )
    }),
    Case::wrong(
        TypeMismatch,
        "rows of a CSV table, all wrong",
        2 * K,
        200 * K,
        |n| {
            table(
                "first",
                "int",
                repeated(n, |i| {
                    if i == 0 {
                        "k,r\n".to_owned()
                    } else {
                        format!("\"\"\"a{i}\"\"\",{i}\n")
                    }
                }),
            )
        },
    ),
    Case::wrong(
        CellCount,
        "rows of the wrong width in CSV",
        2 * K,
        200 * K,
        |n| table("first", "int", format!("k,r\n{}", "1,2,3\n".repeat(n))),
    ),
    Case::fine("columns of a CSV table", 400, 40 * K, |n| {
        table(
            "first",
            "int",
            format!(
                "{}r\n{}1\n",
                repeated(n, |i| format!("k + {i},")),
                repeated(n, |i| format!("{i},"))
            ),
        )
    }),
    Case::wrong(TooLarge, "one huge cell, not a name", 60 * K, 20 * M, |n| {
        table("first", "int", format!("k,r\n{},1\n", "a".repeat(n)))
    }),
    Case::fine("one huge text in CSV", 60 * K, 20 * M, |n| {
        table("first", "int", format!("s,r\n{},1\n", "a".repeat(n)))
    }),
    Case::fine("one huge cell of values", 60 * K, 4 * M, |n| {
        table(
            "first",
            "int",
            format!("k,r\n\"{}1\",1\n", repeated(n / 8, |i| format!("{i}, "))),
        )
    }),
    Case::wrong(BadCsv, "an open quote in CSV", 60 * K, 20 * M, |n| {
        table("first", "int", format!("s,r\n\"{}", "a\n".repeat(n / 2)))
    }),
    Case::wrong(BadCsv, "quotes in CSV", 60 * K, 20 * M, |n| {
        table("first", "int", format!("s,r\n{}", "\"".repeat(n | 1)))
    }),
    Case::wrong(CellCount, "commas in CSV", 60 * K, 20 * M, |n| {
        table("first", "int", format!("s,r\n{}", ",".repeat(n)))
    }),
    Case::wrong(BadCsv, "line breaks in CSV", 60 * K, 20 * M, |n| {
        table("first", "int", "\n".repeat(n))
    }),
    Case::fine("rows of reference data in CSV", 1_200, 200 * K, |n| {
        reference(repeated(n, |i| {
            if i == 0 {
                "name,price\n".to_owned()
            } else {
                format!("item {i},{i}.5\n")
            }
        }))
    }),
    Case::wrong(
        DuplicateEntry,
        "one key again and again in CSV",
        2 * K,
        200 * K,
        |n| reference(format!("name,price\n{}", "a,1\n".repeat(n))),
    ),
    Case::wrong(
        UnknownField,
        "unknown columns of reference data",
        2 * K,
        200 * K,
        |n| reference(format!("{}name\n", repeated(n, |i| format!("c{i},")))),
    ),
];
